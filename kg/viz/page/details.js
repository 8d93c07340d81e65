"use strict";
// The side panel: what is selected, in words, with the sentences that say so.
const details = (() => {
  const panel = document.getElementById("details");
  const FIRST = 5;
  const NEIGHBOURS = 10;

  function markedText(text, marks) {
    const pieces = [];
    let at = 0;
    for (const [start, end] of marks) {
      if (start < at) continue;
      pieces.push(text.slice(at, start), element("mark", {}, text.slice(start, end)));
      at = end;
    }
    return [...pieces, text.slice(at)];
  }

  function quotation([sentence, marks, score, value]) {
    const [paper, text] = graph.page.sentences[sentence];
    const [title, id, link] = graph.page.papers[paper];
    const source = link ? element("a", { href: link, rel: "noreferrer" }, bidi(id)) : bidi(id);
    const notes = [value, score === undefined ? null : `score ${score.toFixed(2)}`].filter(Boolean).join(" · ");
    return element("figure", {},
      element("blockquote", { dir: graph.directionOf(text) }, ...markedText(text, marks)),
      element("figcaption", {}, bidi(title), " · ", source, notes ? ` · ${notes}` : ""));
  }

  // The first items, and a button for the rest where there are more.
  function shortened(box, items, first, make) {
    box.append(...items.slice(0, first).map(make));
    if (items.length <= first) return box;
    const rest = element("button", { type: "button" }, `Show ${items.length - first} more`);
    const place = box.tagName === "UL" ? element("li", {}, rest) : rest;
    rest.addEventListener("click", () => {
      const added = items.slice(first).map(make);
      place.replaceWith(...added);
      added[0].querySelector("summary, a")?.focus();
    });
    box.append(place);
    return box;
  }

  function quotations(evidence, more) {
    const box = shortened(element("div"), evidence, FIRST, quotation);
    if (more > 0) box.append(element("p", { class: "quiet" }, `${countOf(more, "further sentence is", "further sentences are")} not in this picture.`));
    return box;
  }

  function nameButton(node, choose) {
    return element("button", { type: "button", class: "name", onclick: () => choose({ kind: "node", id: node.id }, { centre: true }) }, bidi(node.label));
  }

  function neighbour(edge, other, choose) {
    const summary = element("summary", {}, markOf(other.type), bidi(other.label), element("span", { class: "count" }, countOf(edge.papers, "paper", "papers")));
    const box = element("details", {}, summary);
    box.addEventListener("toggle", () => {
      if (!box.open || box.children.length > 1) return;
      const go = element("button", { type: "button", onclick: () => choose({ kind: "node", id: other.id }, { centre: true }) }, "Go to ", bidi(other.label));
      box.append(quotations(edge.evidence, edge.more), go);
    });
    return element("li", {}, box);
  }

  function groupsOf(node) {
    const groups = new Map();
    for (const edge of graph.incident.get(node.id)) {
      if (!graph.shown.edges.has(edge.id)) continue;
      const outgoing = edge.from === node.id;
      const heading = outgoing ? edge.label : edge.inverse;
      const other = graph.nodes.get(outgoing ? edge.to : edge.from);
      groups.set(heading, [...(groups.get(heading) ?? []), { edge, other }]);
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  function nodePanel(node, choose) {
    const type = graph.types.get(node.type);
    const names = node.aliases.length ? element("p", { class: "quiet" }, "Also: ", ...node.aliases.flatMap((name, i) => [i ? ", " : "", bidi(name)])) : null;
    const groups = groupsOf(node).map(([heading, found]) => {
      found.sort((a, b) => b.edge.papers - a.edge.papers || a.other.id - b.other.id);
      return element("section", {}, element("h3", {}, `${heading} (${found.length})`), shortened(element("ul"), found, NEIGHBOURS, ({ edge, other }) => neighbour(edge, other, choose)));
    });
    const sentences = node.evidence.length ? element("section", {}, element("h3", {}, "Sentences that name it"), quotations(node.evidence, 0)) : null;
    panel.replaceChildren(...[
      element("div", {}, element("p", { class: "kind" }, markOf(node.type), node.type === "Paper" ? type.label : `${type.label} · ${countOf(node.papers, "paper", "papers")}`),
        element("h2", {}, bidi(node.label)), names),
      ...groups, sentences].filter(Boolean));
  }

  function edgePanel(edge, choose) {
    const [from, to] = [graph.nodes.get(edge.from), graph.nodes.get(edge.to)];
    panel.replaceChildren(
      element("h2", { class: "statement" }, nameButton(from, choose), element("span", { class: "relation" }, edge.label), nameButton(to, choose)),
      element("p", { class: "quiet" }, `Stated by ${countOf(edge.papers, "paper", "papers")} · best score ${edge.score.toFixed(2)}`),
      quotations(edge.evidence, edge.more));
  }

  function startPanel(choose) {
    const best = [...graph.nodes.values()].sort((a, b) => b.degree - a.degree || a.id - b.id).slice(0, 8);
    panel.replaceChildren(
      element("div", {}, element("h2", {}, "Select a mark or an arrow"), element("p", { class: "quiet" }, "The sentences behind it appear here. Larger marks have more neighbours; thicker arrows are stated by more papers.")),
      element("section", {}, element("h3", {}, "Best connected"),
        element("ul", {}, ...best.map((node) => element("li", { class: "kind" }, markOf(node.type), nameButton(node, choose))))));
  }

  function show(what, choose) {
    if (!what) startPanel(choose);
    else if (what.kind === "node") nodePanel(graph.nodes.get(what.id), choose);
    else edgePanel(graph.edges.get(what.id), choose);
    panel.scrollTop = 0;
  }

  return { show };
})();
