"use strict";
// The picture: vis-network draws marks and arrows; labels are drawn here, only where there is room for them.
const picture = (() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const container = document.getElementById("canvas");
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
  const LABELS = 500;
  const FIRM = 15;
  let colours = {};
  let focus = null;
  let hovered = null;
  let growth = 1;

  function readColours() {
    colours = { ground: style("--ground"), text: style("--text"), quiet: style("--quiet"), edge: style("--edge"), accent: style("--accent") };
  }

  function near() {
    if (!focus) return null;
    const found = { nodes: new Set(), edges: new Set() };
    if (focus.kind === "node") {
      found.nodes.add(focus.id);
      for (const edge of graph.incident.get(focus.id)) {
        if (!graph.shown.edges.has(edge.id)) continue;
        found.edges.add(edge.id);
        found.nodes.add(edge.from).add(edge.to);
      }
    } else {
      const edge = graph.edges.get(focus.id);
      found.edges.add(edge.id);
      found.nodes.add(edge.from).add(edge.to);
    }
    return found;
  }

  function nodeLook(node, lit) {
    const type = graph.types.get(node.type);
    const own = dark.matches ? type.dark : type.colour;
    const chosen = focus && focus.kind === "node" && focus.id === node.id;
    const colour = { background: own, border: chosen ? colours.text : colours.ground };
    return {
      id: node.id, size: node.size * growth, hidden: !graph.shown.nodes.has(node.id), opacity: lit && !lit.nodes.has(node.id) ? 0.18 : 1,
      borderWidth: chosen ? 3 * growth : growth > 2 ? 0 : 1, color: { ...colour, highlight: colour, hover: { background: own, border: colours.text } },
    };
  }

  function edgeLook(edge, lit) {
    const bright = lit && lit.edges.has(edge.id);
    const opacity = lit ? (bright ? 1 : 0.07) : graph.edges.size > 600 ? 0.4 : 0.75;
    const colour = bright ? colours.accent : colours.edge;
    return {
      id: edge.id, width: edge.width * growth, hidden: !graph.shown.edges.has(edge.id),
      arrows: { to: { enabled: true, scaleFactor: 0.45 * Math.sqrt(growth) } },
      color: { color: colour, highlight: colours.accent, hover: colours.accent, opacity },
    };
  }

  readColours();
  // The place and scale at which all that is shown fits.
  function fitted() {
    const places = [...graph.shown.nodes].map((id) => graph.nodes.get(id));
    if (!places.length) return null;
    const span = (values) => [Math.min(...values), Math.max(...values)];
    const [left, right] = span(places.map(({ x }) => x));
    const [top, bottom] = span(places.map(({ y }) => y));
    const room = [Math.max(80, container.clientWidth - 130), Math.max(80, container.clientHeight - 110)];
    const scale = Math.min(1.1, room[0] / (right - left + 1), room[1] / (bottom - top + 1));
    return { position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale, animation: false };
  }

  // Far away, marks and arrows grow, in steps, so that they are seen at all.
  const growthAt = (scale) => 1.25 ** Math.floor(Math.log(Math.min(4, Math.max(1, 0.6 / scale))) / Math.log(1.25));
  growth = growthAt(fitted().scale);

  const line = (edge) => ({ from: edge.from, to: edge.to, smooth: edge.smooth, ...(edge.selfReference && { selfReference: edge.selfReference }) });
  const nodes = new vis.DataSet([...graph.nodes.values()].map((node) => ({ x: node.x, y: node.y, shape: node.shape, ...nodeLook(node, null) })));
  const edges = new vis.DataSet([...graph.edges.values()].map((edge) => ({ ...line(edge), ...edgeLook(edge, null) })));
  const network = new vis.Network(container, { nodes, edges }, graph.options);
  network.moveTo(fitted());

  // Only what looks different is handed over: updates are what takes time.
  const looks = new Map();
  function changed(kind, items) {
    return items.filter((item) => {
      const key = JSON.stringify(item);
      const same = looks.get(kind + item.id) === key;
      looks.set(kind + item.id, key);
      return !same;
    });
  }

  function refresh() {
    const lit = near();
    nodes.update(changed("n", [...graph.nodes.values()].map((node) => nodeLook(node, lit))));
    edges.update(changed("e", [...graph.edges.values()].map((edge) => edgeLook(edge, lit))));
  }
  changed("n", [...graph.nodes.values()].map((node) => nodeLook(node, null)));
  changed("e", [...graph.edges.values()].map((edge) => edgeLook(edge, null)));

  // Boxes already taken, in a coarse grid so that a new one is compared with its surroundings only.
  class Room {
    constructor() { this.cells = new Map(); }
    keys([left, top, right, bottom]) {
      const keys = [];
      for (let x = Math.floor(left / 80); x <= Math.floor(right / 80); x += 1) {
        for (let y = Math.floor(top / 40); y <= Math.floor(bottom / 40); y += 1) keys.push(x * 100003 + y);
      }
      return keys;
    }
    free(box, owner = null) {
      const meets = (other) => other.owner !== owner && other.box[0] < box[2] && box[0] < other.box[2] && other.box[1] < box[3] && box[1] < other.box[3];
      return !this.keys(box).some((key) => this.cells.get(key)?.some(meets));
    }
    take(box, owner = undefined) {
      for (const key of this.keys(box)) {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push({ box, owner });
      }
    }
  }

  // Below the mark, else above, right or left of it: the first place that hides neither label nor mark.
  function placeOf(node, at, radius, lines, labels, marks, firm) {
    const half = Math.max(...lines.map((line) => line.width)) / 2 + 2;
    const high = 14 * lines.length;
    const places = [[0, radius + 3], [0, -radius - high - 2], [radius + half + 2, -high / 2], [-radius - half - 2, -high / 2]];
    const boxes = places.map(([x, y]) => [at.x + x - half, at.y + y, at.x + x + half, at.y + y + high]);
    const inside = ([left, , right]) => left >= 0 && right <= container.clientWidth;
    const found = boxes.find((box) => inside(box) && labels.free(box) && marks.free(box, node.id));
    return found ?? (firm && labels.free(boxes[0]) ? boxes[0] : null);
  }

  function linesOf(context, node) {
    if (node.lines) return node.lines;
    const words = node.label.split(/\s+/);
    const lines = [words.shift()];
    for (const word of words) {
      const longer = `${lines.at(-1)} ${word}`;
      if (context.measureText(longer).width <= 130) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    node.all = lines;
    const kept = lines.slice(0, 2).map((text) => (text.length > 26 ? `${[...text].slice(0, 25).join("")}…` : text));
    if (lines.length > 2) kept[1] = kept[1].replace(/…?$/, " …");
    node.lines = kept.map((text) => ({ text, width: context.measureText(text).width }));
    return node.lines;
  }

  function fullLines(context, node) {
    linesOf(context, node);
    return node.all.map((text) => ({ text, width: context.measureText(text).width }));
  }

  function write(context, text, x, y, direction, colour) {
    context.direction = direction;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  const byWeight = [...graph.nodes.values()].sort((a, b) => b.degree - a.degree || a.id - b.id);

  function writingOrder(lit) {
    const first = [hovered, focus && focus.kind === "node" ? focus.id : null].filter((id) => id !== null).map((id) => graph.nodes.get(id));
    const rest = lit ? byWeight.filter((node) => lit.nodes.has(node.id)) : byWeight;
    return [...new Set([...first, ...rest])];
  }

  function drawLabels(context) {
    const lit = near();
    const [labels, marks] = [new Room(), new Room()];
    const scale = network.getScale();
    const centre = network.getViewPosition();
    const width = container.clientWidth;
    const height = container.clientHeight;
    const toScreen = (point) => ({ x: (point.x - centre.x) * scale + width / 2, y: (point.y - centre.y) * scale + height / 2 });
    const ratio = context.canvas.width / width;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(context, { font: FONT, textAlign: "center", textBaseline: "top", lineWidth: 4, lineJoin: "round", strokeStyle: colours.ground });
    const radius = (node) => node.size * growth * scale;
    const seen = writingOrder(lit).filter((node) => graph.shown.nodes.has(node.id)).map((node) => ({ node, at: toScreen(node) }))
      .filter(({ at }) => at.x > -60 && at.y > -30 && at.x < width + 60 && at.y < height + 30);
    for (const { node, at } of seen) marks.take([at.x - radius(node), at.y - radius(node), at.x + radius(node), at.y + radius(node)].map((v, i) => v + (i < 2 ? 1 : -1)), node.id);
    let written = 0;
    for (const [order, { node, at }] of seen.entries()) {
      if (written >= LABELS) break;
      const special = node.id === hovered || (focus && focus.kind === "node" && node.id === focus.id);
      context.font = special ? `600 ${FONT}` : FONT;
      const lines = special ? fullLines(context, node) : linesOf(context, node);
      const box = placeOf(node, at, radius(node), lines, labels, marks, special || order < FIRM);
      if (!box) continue;
      labels.take(box);
      const direction = graph.directionOf(node.label);
      lines.forEach((line, number) => write(context, line.text, (box[0] + box[2]) / 2, box[1] + 14 * number, direction, colours.text));
      written += 1;
    }
    context.font = FONT;
    if (lit && lit.edges.size <= 40) drawRelations(context, lit, labels, marks, toScreen);
    context.restore();
  }

  function drawRelations(context, lit, labels, marks, toScreen) {
    for (const id of lit.edges) {
      const edge = graph.edges.get(id);
      const [from, to] = [graph.nodes.get(edge.from), graph.nodes.get(edge.to)];
      const drawn = network.body.edges[id]?.edgeType?.getPoint?.(0.5);
      const { x, y } = toScreen(drawn ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
      const half = context.measureText(edge.label).width / 2 + 2;
      const box = [x - half, y - 7, x + half, y + 7];
      if (!labels.free(box) || !marks.free(box)) continue;
      labels.take(box);
      write(context, edge.label, x, y - 7, "ltr", colours.quiet);
    }
  }

  function regrow() {
    const next = growthAt(network.getScale());
    if (next === growth) return;
    growth = next;
    refresh();
  }

  function show(next, { centre = false } = {}) {
    focus = next;
    refresh();
    if (centre && next && next.kind === "node") network.focus(next.id, { scale: Math.max(network.getScale(), 0.9), animation: false });
    regrow();
  }

  function zoom(factor) {
    network.moveTo({ scale: Math.min(4, Math.max(0.02, network.getScale() * factor)), animation: false });
    regrow();
  }

  function pan(x, y) {
    const at = network.getViewPosition();
    network.moveTo({ position: { x: at.x + x / network.getScale(), y: at.y + y / network.getScale() }, animation: false });
  }

  function fit() {
    const view = fitted();
    if (view) network.moveTo(view);
    regrow();
  }

  network.on("afterDrawing", drawLabels);
  network.on("zoom", regrow);
  network.on("hoverNode", ({ node }) => { hovered = node; container.style.cursor = "pointer"; network.redraw(); });
  network.on("blurNode", () => { hovered = null; container.style.cursor = ""; network.redraw(); });
  dark.addEventListener("change", () => { readColours(); refresh(); });
  return { network, show, refresh, zoom, pan, fit };
})();
