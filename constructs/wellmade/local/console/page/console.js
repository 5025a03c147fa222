// Which view is shown, and that it stays up to date.

import { element, show, takeToken } from "./page.js";
import { views } from "./views.js";

const PAUSE = 2000;
const part = (id) => document.getElementById(id);
let shown = "";
let opened = "";

function route() {
  const [, section = "stacks", key = ""] = location.hash.split("/");
  return { section: Object.hasOwn(views, section) ? section : "stacks", key: decoded(key) };
}

// An address that somebody cut short may end within a letter.
function decoded(key) {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function navigation() {
  const items = Object.entries(views).map(([name, view]) =>
    element("li", {}, element("a", { href: `#/${name}`, "aria-current": name === route().section ? "page" : undefined, id: `to-${name}` }, view.title)));
  show(part("sections"), ...items);
}

async function refresh() {
  const { section, key } = route();
  const view = views[section];
  try {
    const list = await view.list();
    const content = key && view.detail ? await view.detail(key) : [];
    if (route().section !== section || route().key !== key) return;
    replace(part("list"), [list]);
    replace(part("content"), content);
    part("trouble").textContent = "";
  } catch (error) {
    part("trouble").textContent = error.message === "Failed to fetch" ? "The console has ended." : error.message;
  }
}

// What is unchanged stays, with its selection and its place.
function replace(place, nodes) {
  const fresh = element("div", {}, ...nodes.filter(Boolean));
  if (place.firstChild && fresh.isEqualNode(place.firstChild)) return;
  const scrolled = [...place.querySelectorAll(".log, .wide")].map((each) => [each.scrollLeft, each.scrollTop]);
  show(place, fresh);
  [...place.querySelectorAll(".log, .wide")].forEach((each, at) => scrolled[at] && each.scrollTo(...scrolled[at]));
}

async function open() {
  navigation();
  const { section, key } = route();
  part("title").textContent = views[section].title;
  part("detail").hidden = !key;
  part("detail-title").textContent = key.split(/[/:]/).at(-1);
  part("done").textContent = "";
  if (shown !== section) show(part("list"));
  show(part("content"));
  show(part("forms"));
  const arrived = opened !== "" && opened !== location.hash;
  shown = section;
  opened = location.hash;
  try {
    const forms = (key && (await views[section].forms?.(key, settle))) || [];
    if (opened === location.hash) show(part("forms"), ...forms);
  } catch (error) {
    part("trouble").textContent = error.message;
  }
  await refresh();
  if (arrived) (key ? part("detail-title") : part("main")).focus();
}

// Says how an action went, and shows what it has changed.
async function settle(action, told) {
  try {
    part("done").textContent = told(await action);
  } catch (error) {
    part("done").textContent = `Not done: ${error.message}`;
  }
  await refresh();
}

async function keep() {
  if (!document.hidden) await refresh();
  setTimeout(keep, PAUSE);
}

part("skip").addEventListener("click", (event) => {
  event.preventDefault();
  part("main").focus();
});
takeToken();
addEventListener("hashchange", open);
await open();
setTimeout(keep, PAUSE);
