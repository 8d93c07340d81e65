"use strict";
// What the page knows: nodes, edges, who is next to whom, and what the filters hide.
const graph = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { page } = data;
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const edges = new Map(data.edges.map((edge) => [edge.id, edge]));
  const types = new Map(page.types.map((type) => [type.name, type]));
  const incident = new Map(data.nodes.map((node) => [node.id, []]));
  for (const edge of data.edges) {
    incident.get(edge.from).push(edge);
    if (edge.to !== edge.from) incident.get(edge.to).push(edge);
  }
  for (const node of data.nodes) node.degree = incident.get(node.id).length;

  const filter = { types: new Set(), relations: new Set(), score: 0 };
  const shown = { nodes: new Set(nodes.keys()), edges: new Set(edges.keys()) };

  function applyFilter() {
    shown.edges = new Set();
    const joined = new Set();
    for (const edge of data.edges) {
      const ends = [nodes.get(edge.from), nodes.get(edge.to)];
      if (filter.relations.has(edge.relation) || edge.score < filter.score) continue;
      if (ends.some((node) => filter.types.has(node.type))) continue;
      shown.edges.add(edge.id);
      joined.add(edge.from).add(edge.to);
    }
    const stays = (node) => !filter.types.has(node.type) && (joined.has(node.id) || node.degree === 0);
    shown.nodes = new Set(data.nodes.filter(stays).map((node) => node.id));
  }

  // The direction in which people read a text: that of its first letter.
  function directionOf(text) {
    const letter = text.match(/\p{L}/u);
    return letter && /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(letter[0]) ? "rtl" : "ltr";
  }

  return { page, options: data.options, nodes, edges, types, incident, filter, shown, applyFilter, directionOf };
})();

// Elements are made here and nowhere else, and texts only ever become text nodes.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function bidi(text) {
  return element("bdi", { dir: graph.directionOf(text) }, text);
}

function countOf(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

const OUTLINES = {
  dot: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z",
  square: "M2 2h12v12H2z",
  diamond: "M8 .5 15.5 8 8 15.5.5 8z",
  triangle: "M8 1 15.5 14.5H.5z",
  triangleDown: "M8 15 .5 1.5h15z",
  star: "M8 .5l2.2 5 5.3.5-4 3.6 1.2 5.4L8 12.2 3.3 15l1.2-5.4-4-3.6 5.3-.5z",
  hexagon: "M4 1.5h8L15.8 8 12 14.5H4L.2 8z",
};

function markOf(typeName) {
  const type = graph.types.get(typeName);
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", OUTLINES[type.shape] ?? OUTLINES.dot);
  path.style.fill = `var(--${type.name})`;
  svg.append(path);
  return svg;
}
