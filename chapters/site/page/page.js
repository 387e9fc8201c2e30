// What every page does: theme, contents, copy buttons, and the search.
import MiniSearch from "minisearch";
import { searchOptions } from "./search_options.js";
import { element } from "./show.js";

const root = document.body.dataset.root;
const $ = (selector) => document.querySelector(selector);

// ---- theme ----

const dark = matchMedia("(prefers-color-scheme: dark)");
const style = document.documentElement.style;
const isDark = () => (style.colorScheme || (dark.matches ? "dark" : "light")) === "dark";

function showTheme() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  $(".theme-button").ariaPressed = String(isDark());
}

$(".theme-button").hidden = false;
$(".theme-button").ariaLabel = "Dark";
$(".theme-button").addEventListener("click", () => {
  style.colorScheme = isDark() ? "light" : "dark";
  try {
    localStorage.setItem("theme", style.colorScheme);
  } catch {
    // The choice then lasts as long as the page.
  }
  showTheme();
});
dark.addEventListener("change", showTheme);
showTheme();

// ---- contents, and what scrolls ----

const contents = $(".contents");
const wide = matchMedia("(min-width: 75rem)");
if (contents) {
  const set = () => (contents.open = wide.matches);
  wide.addEventListener("change", set);
  set();
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) links.set(link.hash.slice(1), link);
  const headings = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id)));
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120).at(-1);
    for (const [id, link] of links) link.classList.toggle("here", id === passed?.id);
  };
  addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  mark();
}

// What is wider than the page is reached by the keyboard.
const scrollers = document.querySelectorAll("article pre, article .table, .katex-display");
function reach(scroller) {
  if (scroller.scrollWidth > scroller.clientWidth) {
    const kind = scroller.matches("pre") ? "Code" : scroller.matches(".table") ? "Table" : "Equation";
    scroller.tabIndex = 0;
    scroller.role = "group";
    scroller.ariaLabel = `${kind}, scrolls sideways`;
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) scroller.removeAttribute(name);
  }
}
const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)));
for (const scroller of scrollers) watch.observe(scroller);
document.fonts.ready.then(() => scrollers.forEach(reach));

$(".menu [aria-current]")?.scrollIntoView({ block: "nearest" });
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("article details")) details.open = true;
});

// ---- copy ----

if (navigator.clipboard) {
  for (const code of document.querySelectorAll("article .code")) {
    const copy = element("button", { className: "copy", type: "button", textContent: "Copy" });
    copy.addEventListener("click", async () => {
      const text = (code.querySelector(".command") ?? code.querySelector("pre")).textContent;
      const done = navigator.clipboard.writeText(text.trimEnd());
      copy.textContent = await done.then(() => "Copied").catch(() => "The browser forbids it");
      setTimeout(() => (copy.textContent = "Copy"), 1500);
    });
    code.append(copy);
  }
}

// ---- a page that was opened as a file ----

if (location.protocol === "file:" && $(".run, body.own")) {
  const text =
    "This page was opened as a file. It reads as it should; to run programs in it, browsers want it " +
    "from a web server: type make serve in the course's folder.";
  $("article").prepend(element("p", { className: "notice", textContent: text }));
}

// ---- search ----

let index; // a promise of it

// As a script, which works in a page that was opened as a file, too.
function loadIndex() {
  index ??= new Promise((resolve, reject) => {
    const script = element("script", { src: `${root}assets/search_index.js` });
    script.onload = () => resolve(MiniSearch.loadJSON(window.searchIndex, searchOptions));
    script.onerror = () => {
      index = undefined;
      reject(new Error("The search's index could not be loaded; is the network there?"));
    };
    document.head.append(script);
  });
  return index;
}

// The text around the first match, with the matches marked.
function excerpt({ text, match }) {
  const words = Object.keys(match).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const pattern = new RegExp(`(${words.join("|")})`, "giu");
  const from = Math.max(0, text.search(pattern) - 50);
  const start = from && text.indexOf(" ", from) + 1;
  const parts = text.slice(start, start + 160).split(pattern);
  const marked = parts.map((part, i) => (i % 2 ? element("mark", { textContent: part }) : part));
  return element("span", { className: "excerpt" }, start ? "… " : "", ...marked, " …");
}

function makeDialog() {
  const input = element("input", {
    inputMode: "search",
    placeholder: "Search the course",
    ariaLabel: "Search the course",
    autocomplete: "off",
    spellcheck: false,
  });
  const status = element("p", { className: "status", role: "status" });
  const results = element("ol");
  const close = element("button", { type: "button", className: "close", textContent: "Close" });
  const dialog = element("dialog", { className: "search", ariaLabel: "Search" });
  dialog.append(element("div", { className: "row" }, input, close), status, results);

  async function show() {
    const query = input.value.trim();
    try {
      const found = query ? (await loadIndex()).search(query).slice(0, 20) : [];
      if (query !== input.value.trim()) return;
      status.textContent = query && !found.length ? `Nothing found for “${query}”.` : "";
      results.replaceChildren(
        ...found.map((hit) => {
          const title = hit.title === hit.page ? hit.page : `${hit.page} › ${hit.title}`;
          const link = element("a", { href: root + hit.id }, element("strong", {}, title), excerpt(hit));
          return element("li", {}, link);
        }),
      );
    } catch (error) {
      status.textContent = error.message;
    }
  }

  input.addEventListener("input", show);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("a")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && at < 0) links[0]?.click();
    if (!step) return;
    event.preventDefault();
    (links[at + step] ?? input).focus();
  });
  document.body.append(dialog);
  return { dialog, input };
}

let search;
function openSearch() {
  search ??= makeDialog();
  if (!search.dialog.open) search.dialog.showModal();
  search.input.focus();
  search.input.select();
  loadIndex().catch(() => {});
}

$(".search-button").hidden = false;
$(".search-button").addEventListener("click", openSearch);
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const asked = (event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey));
  if (!asked || event.defaultPrevented) return;
  event.preventDefault();
  openSearch();
});
