// A state machine as boxes in rows, and arrows between them.

import { shape } from "./page.js";

const BOX = { width: 170, height: 44 };
const GAP = { x: 26, y: 42 };

export function drawn(drawing, title) {
  const places = new Map(drawing.nodes.map((node) => [node.name, place(node)]));
  const width = Math.max(...[...places.values()].map((at) => at.x + BOX.width)) + 40;
  const height = Math.max(...[...places.values()].map((at) => at.y + BOX.height)) + 20;
  const label = `${title}: ${drawing.nodes.map((node) => `${node.name} ${node.state || "not reached"}`).join(", ")}`;
  return shape(
    "svg",
    { class: "drawing", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ...drawing.edges.map((edge) => arrow(places.get(edge.from), places.get(edge.to), edge.why)),
    ...drawing.nodes.map((node) => box(node, places.get(node.name))),
  );
}

function place(node) {
  return { x: 20 + node.column * (BOX.width + GAP.x), y: 16 + node.row * (BOX.height + GAP.y) };
}

function box(node, at) {
  const middle = at.x + BOX.width / 2;
  return shape(
    "g",
    { class: node.state || undefined },
    shape("title", {}, `${node.name} (${node.type}) ${node.state || "not reached"}`),
    shape("rect", { x: at.x, y: at.y, width: BOX.width, height: BOX.height, rx: 6 }),
    shape("text", { x: middle, y: at.y + 19 }, shortened(node.name)),
    shape("text", { x: middle, y: at.y + 35, class: "soft" }, `${node.type}${node.state ? `, ${node.state}` : ""}`),
  );
}

function arrow(from, to, why) {
  const start = { x: from.x + BOX.width / 2, y: from.y + BOX.height };
  const end = { x: to.x + BOX.width / 2, y: to.y };
  const back = to.y <= from.y;
  const line = back
    ? `M ${from.x + BOX.width} ${from.y + 22} C ${from.x + BOX.width + 30} ${from.y}, ${to.x + BOX.width + 30} ${to.y + 44}, ${to.x + BOX.width} ${to.y + 22}`
    : `M ${start.x} ${start.y} C ${start.x} ${start.y + 20}, ${end.x} ${end.y - 20}, ${end.x} ${end.y - 5}`;
  const tip = back
    ? `${to.x + BOX.width},${to.y + 22} ${to.x + BOX.width + 8},${to.y + 18} ${to.x + BOX.width + 8},${to.y + 26}`
    : `${end.x},${end.y} ${end.x - 4},${end.y - 8} ${end.x + 4},${end.y - 8}`;
  const said = why && shape("text", { x: (start.x + end.x) / 2 + 14, y: (start.y + end.y) / 2, class: "soft" }, why);
  return shape("g", {}, shape("path", { d: line }), shape("polygon", { class: "tip", points: tip }), said || undefined);
}

function shortened(name) {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}
