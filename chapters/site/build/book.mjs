// make book: the texts of the site as one document, and of it build/book/resnet-in-c.epub by pandoc and
// build/book/resnet-in-c.pdf by Chromium.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { titleOf } from "./frame.mjs";
import { render } from "./markdown.mjs";
import * as repository from "./repository.mjs";

const { course, behind, root, texts } = repository;
const folder = path.join(root, "build/book");
const title = titleOf("README.md");

// Anchors of all texts stand in one document, so each has its text's name before it.
const prefix = (file) => `${file.replace(/\/?README\.md$/, "").replace(/\W+/g, "-") || "start"}--`;

function chapter(file, book) {
  const follow = (href) => repository.follow(file, href);
  const link = (href, isShown) => {
    const target = follow(href);
    if (!target) return href;
    if (isShown) return target.file;
    const readme = path.posix.join(target.file, "README.md");
    const text = texts.includes(readme) ? readme : target.file;
    if (!texts.includes(text)) return "";
    return `#${prefix(text)}${target.hash.slice(1) || "top"}`;
  };
  const { html } = render(repository.read(file), { book, prefix: prefix(file), follow, link });
  // Links to files that are no part of the book are their names; the text's heading is its "top".
  return html
    .replace(/<a href="">(.*?)<\/a>/gs, "$1")
    .replace(/<h1 id="[^"]*"/, `<h1 id="${prefix(file)}top"`);
}

// For paper alone: readers of EPUB have pages of their own.
const paper = `<link rel="stylesheet" href="../../chapters/site/node_modules/katex/dist/katex.css">
<style>
@page { size: A4; margin: 20mm 22mm; @bottom-center { content: counter(page); font: 8pt sans-serif; } }
@page :first { @bottom-center { content: none; } }
</style>`;

function documentOf(parts, head = "") {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<link rel="stylesheet" href="../../chapters/site/page/book.css">
${head}</head>
<body>
${parts.join("\n")}
</body></html>
`;
}

// The same text twice: with relative pictures for Chromium, and for pandoc, which runs in the root.
fs.mkdirSync(folder, { recursive: true });
const parts = (book) => texts.map((file) => `<section class="chapter">\n${chapter(file, book)}</section>`);
const entries = texts.map((file) => `<li><a href="#${prefix(file)}top">${titleOf(file)}</a></li>`);
const list = (from, to) => `<ul>${entries.slice(from, to).join("\n")}</ul>`;
const cover = `<header class="cover"><p class="title">${title}</p>
<p>The course</p>${list(0, course.length)}
<p>Behind it</p>${list(course.length, course.length + behind.length)}</header>`;
const forPandoc = path.join(folder, "epub.html");
const forChromium = path.join(folder, "pdf.html");
fs.writeFileSync(forPandoc, documentOf(parts("epub")));
fs.writeFileSync(
  forChromium,
  documentOf([cover, ...parts("pdf")], paper).replace(/(<img src=")(?=\w)/g, "$1../../"),
);

const epub = path.join(folder, "resnet-in-c.epub");
execFileSync(
  "pandoc",
  [
    ["--from", "html+tex_math_single_backslash", "--to", "epub3", "--mathml", "--toc", "--toc-depth", "2"],
    ["--metadata", `title=${title}`, "--metadata", "lang=en", "--css", "chapters/site/page/book.css"],
    ["--fail-if-warnings", "--output", epub, forPandoc],
  ].flat(),
  { cwd: root, stdio: "inherit" },
);
console.log("build/book/resnet-in-c.epub");

execFileSync(
  process.env.CHROMIUM ?? "chromium",
  [
    ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"],
    ["--generate-pdf-document-outline", `--print-to-pdf=${folder}/resnet-in-c.pdf`, `file://${forChromium}`],
  ].flat(),
  { stdio: "ignore" },
);
console.log("build/book/resnet-in-c.pdf");
