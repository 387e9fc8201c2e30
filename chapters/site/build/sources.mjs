// Pages of source files that a text links to, and of folders.
import path from "node:path";
import { highlight } from "./markdown.mjs";
import { escape, exists, isPicture, list, pageOf, read, relative } from "./repository.mjs";

const languages = { c: "c", h: "c", sh: "bash", mk: "makefile", mjs: "javascript", js: "javascript" };

// Includes are written from common/, or from the file's own folder.
function included(file, name) {
  const places = [path.posix.dirname(file), "common", "tests", "chapters"];
  return places.map((place) => path.posix.join(place, name)).find(exists);
}

function withIncludes(file, html, link) {
  return html.replace(/(include<\/span> <span class="hljs-string">&quot;)([^&]+)(?=&quot;)/g, (all, before, name) => {
    const target = included(file, name);
    return target ? `${before}<a href="${link(target)}">${name}</a>` : all;
  });
}

const trail = (file, page) => {
  const folders = path.posix.dirname(file).split("/");
  const steps = folders.map((name, i) => {
    const folder = folders.slice(0, i + 1).join("/");
    return `<a href="${relative(page, pageOf(folder))}">${escape(name)}</a> / `;
  });
  return file.includes("/") ? steps.join("") : "";
};

// link(file) gives the link to a file's page, and asks for that page.
export function sourcePage(file, link) {
  const text = read(file);
  const language = languages[path.extname(file).slice(1)];
  const code = withIncludes(file, highlight(text.trimEnd(), language), link);
  const numbers = text.trimEnd().split("\n").map((_, i) => i + 1);
  for (const folder of parents(file)) link(folder);
  return `<h1 class="path">${trail(file, pageOf(file))}${escape(path.posix.basename(file))}</h1>
<div class="source"><pre aria-hidden="true" class="numbers">${numbers.join("\n")}</pre><pre><code>${code}</code></pre></div>`;
}

const parents = (file) => {
  const folders = path.posix.dirname(file).split("/");
  return file.includes("/") ? folders.map((_, i) => folders.slice(0, i + 1).join("/")) : [];
};

export function folderPage(folder, link) {
  const rows = list(folder).map((name) => {
    const file = path.posix.join(folder, name);
    return `<li${name.endsWith("/") ? ' class="folder"' : ""}><a href="${link(file.replace(/\/$/, ""))}">${escape(name)}</a></li>`;
  });
  for (const parent of parents(folder)) link(parent);
  return `<h1 class="path">${trail(folder, pageOf(folder))}${escape(path.posix.basename(folder))}/</h1>
<ul class="files">
${rows.join("\n")}
</ul>`;
}

export const isText = (file) => !isPicture(file) && !/\.(gz|bin|wasm|onnx|safetensors)$/.test(file);
