// Elements without HTML text, so that nothing that an app wrote is ever read as a part of this page.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function shape(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null).map(asChild));
  return node;
}

function asChild(child) {
  return child instanceof Node ? child : String(child);
}

// A table whose cells are text or elements; columns that begin with "#" hold numbers.
export function table(caption, columns, rows) {
  return plainTable(caption, columns.map((name) => name.replace("#", "")), rows, columns.map((name) => name.startsWith("#")));
}

// A table whose columns are called whatever an app calls them.
export function plainTable(caption, columns, rows, numbers = []) {
  if (!rows.length) return element("p", { class: "soft" }, "Nothing here.");
  const numeric = columns.map((_, at) => (numbers[at] ? "number" : undefined));
  const head = columns.map((name, at) => element("th", { scope: "col", class: numeric[at] }, name));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell, at) => element("td", { class: numeric[at] }, cell))));
  const whole = element("table", { "aria-label": caption }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
  return region(caption, whole);
}

// What is wider than a phone scrolls by itself; its id lets the focus stay there when it is shown anew.
export function region(name, content) {
  const id = `region-${name.replaceAll(" ", "-")}`;
  return element("div", { class: "wide", id, tabindex: "0", role: "region", "aria-label": name }, content);
}

// Replaces what is shown, and gives the focus back to what has the same id.
export function show(place, ...nodes) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(...nodes.filter(Boolean));
  if (focused) document.getElementById(focused)?.focus();
}

export class Refused extends Error {}

// The token comes behind the # of the printed address, which no browser sends anywhere.
const KEY = "wellmade-token";

export function takeToken() {
  const given = location.hash.slice(1);
  if (given.length >= 40 && !given.startsWith("/")) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", "/#/stacks");
  }
}

export async function ask(what, given = {}) {
  return answered(await fetch(`/api/${what}?${new URLSearchParams(given)}`, { headers: identity() }));
}

export async function tell(what, given) {
  const headers = { ...identity(), "Content-Type": "application/json" };
  return answered(await fetch(`/api/${what}`, { method: "POST", headers, body: JSON.stringify(given) }));
}

function identity() {
  return { Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` };
}

async function answered(response) {
  const document = await response.json();
  if (!response.ok) throw new Refused(document.error);
  return document;
}
