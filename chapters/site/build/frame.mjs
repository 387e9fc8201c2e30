// The frame that every page has: head, header, menu of the chapters, table of contents, footer.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { behind, course, escape, exists, pageOf, read, relative, site } from "./repository.mjs";

// Pages of our own: chapters/site/page/NAME.html is the body, the script runs in it.
export const ownPages = [
  { name: "train", label: "Train<span> here</span>", script: "train.js" },
  { name: "tags", label: "Tags", script: "tags.js" },
  { name: "exercises", label: "Exercises", script: "exercise.js" },
].filter(({ name }) => exists(`chapters/site/page/${name}.html`));

export const titleOf = (file) => /^# (.*)$/m.exec(read(file))[1].replaceAll("`", "");

// Set before anything is drawn, so that a dark page never flashes white.
const theme =
  `try{const t=localStorage.getItem("theme");` +
  `if(t)document.documentElement.style.colorScheme=t}catch{}`;

// The browser itself holds the page to its promise that nothing is sent away.
const policy = [
  "default-src 'self' blob: data:",
  `script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-${createHash("sha256").update(theme).digest("base64")}'`,
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "form-action 'none'",
].join("; ");

const icon =
  "data:image/svg+xml," +
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f6feb"/>` +
      `<path d="M8 2v2M8 12v2M8 4h4v8H8M8 4v8" stroke="#fff" stroke-width="1.5" fill="none"/></svg>`,
  );

const menuGroup = (title, files, page) => `<h2>${title}</h2>
<ul>
${files
  .map((file) => {
    const [, number, name] = /^(?:(\d+) · )?(.*)$/.exec(file === "README.md" ? "Start" : titleOf(file));
    const here = pageOf(file) === page ? ' aria-current="page"' : "";
    return (
      `<li><a href="${relative(page, pageOf(file))}"${here}>` +
      `<span class="number">${number ?? ""}</span>${escape(name)}</a></li>`
    );
  })
  .join("\n")}
</ul>`;

function contents(headings) {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return "";
  return `<details class="contents">
<summary>On this page</summary>
<nav aria-label="On this page"><ul>
${shown.map(({ level, id, title }) => `<li class="level${level}"><a href="#${id}">${escape(title)}</a></li>`).join("\n")}
</ul></nav>
</details>`;
}

function neighbours(page) {
  const files = [...course, ...behind];
  const at = files.findIndex((file) => pageOf(file) === page);
  if (at < 0) return "";
  const link = (file, rel, label) =>
    file
      ? `<a rel="${rel}" href="${relative(page, pageOf(file))}"><small>${label}</small>${escape(titleOf(file))}</a>`
      : "<span></span>";
  return (
    `<nav class="neighbours" aria-label="Previous and next">` +
    `${link(files[at - 1], "prev", "Previous")}${link(files[at + 1], "next", "Next")}</nav>`
  );
}

// page: where it lies in the site. headings: as render() gives them. scripts: names of bundles beside
// page.js; a style sheet of the same name goes with each. kind: "text", "source" or "own".
export function frame({ title, page, body, headings = [], scripts = [], kind = "text" }) {
  const to = (name) => relative(page, name);
  const section = page.split("/")[0];
  const navigation = [{ name: "", label: "Course" }, ...ownPages]
    .map(({ name, label }) => {
      const here = ownPages.some((own) => own.name === section) ? section === name : name === "";
      return `<a href="${to(path.posix.join(name, "index.html"))}"${here ? ' aria-current="true"' : ""}>${label}</a>`;
    })
    .join("\n");
  const styles = ["site.css", ...scripts.map((name) => name.replace(/js$/, "css"))].filter((name) =>
    fs.existsSync(path.join(site, "assets", name)),
  );
  if (body.includes('class="katex')) styles.push("katex.css");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(page === "index.html" ? title : `${title} – ResNet in C`)}</title>
<link rel="icon" href="${icon}">
${styles.map((name) => `<link rel="stylesheet" href="${to(`assets/${name}`)}">`).join("\n")}
<script>${theme}</script>
<script defer src="${to("assets/page.js")}"></script>
${scripts.map((name) => `<script type="module" src="${to(`assets/${name}`)}"></script>`).join("\n")}
</head>
<body class="${kind}" data-root="${to("index.html").replace("index.html", "")}">
<a class="skip" href="#main">Skip to the text</a>
<header class="top">
<button class="icon menu-button" popovertarget="menu" aria-label="Chapters"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="M3 5h14M3 10h14M3 15h14"/></svg></button>
<a class="name" href="${to("index.html")}">ResNet <span>in C</span></a>
<nav class="sections" aria-label="Parts of the site">
${navigation}
</nav>
<button class="search-button" aria-label="Search" aria-keyshortcuts="/" hidden><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/></svg><span>Search</span><kbd>/</kbd></button>
<button class="icon theme-button" aria-label="Dark or light" hidden><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="6"/><path d="M10 4a6 6 0 0 1 0 12z" fill="currentColor"/></svg></button>
</header>
<div class="layout">
<nav class="menu" id="menu" aria-label="Chapters" popover>
${menuGroup("The course", course, page)}
${menuGroup("Behind it", behind, page)}
</nav>
<main id="main" tabindex="-1">
${kind === "text" ? contents(headings) : ""}
<article>
${body}
</article>
${neighbours(page)}
</main>
</div>
<footer>MIT licence. Fashion-MNIST is by Zalando, also MIT. Nothing that you do here leaves your computer.</footer>
</body>
</html>
`;
}
