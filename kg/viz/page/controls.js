"use strict";
// Search, filters, table and keys.
(() => {
  const search = document.getElementById("search");
  const list = document.getElementById("suggestions");
  const form = document.getElementById("filters");
  const table = document.getElementById("table");
  const rows = table.querySelector("tbody");
  const more = document.getElementById("more");
  const PAGE = 100;
  let found = [];
  let active = -1;
  let tabled = [];

  function choose(what, options) {
    if (what && what.kind === "node" && !graph.shown.nodes.has(what.id)) {
      form.reset();
      readFilters();
    }
    picture.show(what, options);
    details.show(what, choose);
  }

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\s_\u2010-\u2015-]+/g, " ").trim();
  const index = [...graph.nodes.values()].map((node) => ({ node, names: [node.label, ...node.aliases].map(fold) }));

  function rankOf(names, wanted) {
    if (names[0] === wanted) return 0;
    if (names.includes(wanted)) return 1;
    if (names.some((name) => name.startsWith(wanted))) return 2;
    if (names.some((name) => name.includes(` ${wanted}`))) return 3;
    return names.some((name) => name.includes(wanted)) ? 4 : Infinity;
  }

  function suggest() {
    const wanted = fold(search.value);
    const ranked = wanted ? index.map(({ node, names }) => ({ node, rank: rankOf(names, wanted) })).filter(({ rank }) => rank < Infinity) : [];
    ranked.sort((a, b) => a.rank - b.rank || b.node.degree - a.node.degree || a.node.id - b.node.id);
    found = ranked.slice(0, 8).map(({ node }) => node);
    active = found.length ? 0 : -1;
    list.replaceChildren(...found.map((node, i) => element("li", { role: "option", id: `suggestion-${i}`, "aria-selected": String(i === active), onclick: () => pick(i) },
      markOf(node.type), bidi(node.label), element("span", { class: "quiet" }, graph.types.get(node.type).label))));
    if (wanted && !found.length) list.replaceChildren(element("li", { role: "option", "aria-disabled": "true" }, element("span", {}, "No concept of that name is shown")));
    open(Boolean(wanted));
  }

  function open(yes) {
    list.hidden = !yes;
    search.setAttribute("aria-expanded", String(yes));
    if (yes && active >= 0) search.setAttribute("aria-activedescendant", `suggestion-${active}`);
    else search.removeAttribute("aria-activedescendant");
  }

  function step(by) {
    if (!found.length) return;
    active = (active + by + found.length) % found.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    open(true);
  }

  function pick(i) {
    if (!found[i]) return;
    search.value = found[i].label;
    open(false);
    choose({ kind: "node", id: found[i].id }, { centre: true });
  }

  search.addEventListener("input", suggest);
  search.addEventListener("blur", () => setTimeout(() => open(false), 150));
  search.addEventListener("keydown", (event) => {
    const act = { ArrowDown: () => (list.hidden ? suggest() : step(1)), ArrowUp: () => step(-1), Enter: () => pick(active), Escape: () => open(false) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  function box(kind, name, label, count, mark) {
    return element("label", {}, element("input", { type: "checkbox", name: kind, value: name, checked: "" }), mark, element("span", {}, label), element("span", { class: "count" }, count.toLocaleString("en")));
  }

  function countBy(items, key) {
    const counts = new Map();
    for (const item of items) counts.set(item[key], (counts.get(item[key]) ?? 0) + 1);
    return counts;
  }

  const perType = countBy(graph.nodes.values(), "type");
  const perRelation = countBy(graph.edges.values(), "relation");
  const labels = new Map([...graph.edges.values()].map((edge) => [edge.relation, edge.label]));
  document.getElementById("types").append(...[...graph.types.values()].filter(({ name }) => perType.has(name)).map(({ name, label }) => box("type", name, label, perType.get(name), markOf(name))));
  document.getElementById("relations").append(...[...perRelation].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name, count]) => box("relation", name, labels.get(name), count, null)));

  function readFilters() {
    const off = (kind) => new Set([...form.elements].filter((input) => input.name === kind && !input.checked).map((input) => input.value));
    Object.assign(graph.filter, { types: off("type"), relations: off("relation"), score: Number(form.elements.score.value) });
    document.getElementById("score-value").textContent = graph.filter.score.toFixed(2);
    graph.applyFilter();
    picture.refresh();
    tell();
  }

  function tell() {
    document.getElementById("shown").textContent = `${countOf(graph.shown.nodes.size, "node", "nodes")}, ${countOf(graph.shown.edges.size, "statement", "statements")}`;
    if (table.open) fillTable();
  }

  function row(edge) {
    const cell = (id) => element("td", {}, element("button", { type: "button", onclick: () => { choose({ kind: "node", id }, { centre: true }); document.getElementById("details").focus(); } }, bidi(graph.nodes.get(id).label)));
    const relation = element("td", {}, element("button", { type: "button", onclick: () => { choose({ kind: "edge", id: edge.id }); document.getElementById("details").focus(); } }, edge.label));
    return element("tr", {}, cell(edge.from), relation, cell(edge.to), element("td", { class: "number" }, String(edge.papers)), element("td", { class: "number" }, edge.score.toFixed(2)));
  }

  function addRows() {
    const next = tabled.slice(rows.children.length, rows.children.length + PAGE);
    rows.append(...next.map(row));
    more.hidden = rows.children.length >= tabled.length;
  }

  function fillTable() {
    tabled = [...graph.edges.values()].filter((edge) => graph.shown.edges.has(edge.id));
    rows.replaceChildren();
    addRows();
  }

  form.addEventListener("input", readFilters);
  form.addEventListener("reset", () => setTimeout(readFilters));
  form.addEventListener("submit", (event) => event.preventDefault());
  table.addEventListener("toggle", () => { if (table.open) fillTable(); });
  more.addEventListener("click", addRows);

  const keys = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
  document.getElementById("canvas").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) picture.pan(...keys[event.key]);
    else if (event.key === "+" || event.key === "=") picture.zoom(1.25);
    else if (event.key === "-") picture.zoom(0.8);
    else if (event.key === "0") picture.fit();
    else if (event.key === "Escape") choose(null);
    else return;
    event.preventDefault();
  });
  document.querySelector(".zoom").addEventListener("click", ({ target }) => {
    const act = { in: () => picture.zoom(1.4), out: () => picture.zoom(1 / 1.4), fit: picture.fit }[target.dataset.zoom];
    if (act) act();
  });
  picture.network.on("click", ({ nodes, edges }) => {
    if (nodes.length) choose({ kind: "node", id: nodes[0] });
    else if (edges.length) choose({ kind: "edge", id: edges[0] });
    else choose(null);
  });

  tell();
  choose(graph.page.focus === null ? null : { kind: "node", id: graph.page.focus });
  picture.network.once("afterDrawing", () => { document.documentElement.dataset.ready = "yes"; });
  picture.network.redraw();
})();
