// Markdown as GitHub reads it, to HTML: mathematics and colours are made here, not in the page.
import fs from "node:fs";
import path from "node:path";
import MarkdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import katex from "@vscode/markdown-it-katex";
import GithubSlugger from "github-slugger";
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import javascript from "highlight.js/lib/languages/javascript";
import makefile from "highlight.js/lib/languages/makefile";
import { chapters, escape, root } from "./repository.mjs";

for (const [name, language] of Object.entries({ bash, c, javascript, makefile })) {
  hljs.registerLanguage(name, language);
}
hljs.registerAliases(["sh"], { languageName: "bash" });
hljs.registerAliases(["h"], { languageName: "c" });

export function highlight(text, language) {
  if (!hljs.getLanguage(language)) return escape(text);
  return hljs.highlight(text, { language, ignoreIllegals: true }).value;
}

// A command of a chapter's own program, as the Run buttons want it; or null. The page has none of the
// repository's files.
function program(command) {
  const [, number, args = ""] =
    /^make (?:run-(\d\d)|train)(?: ARGS="([^"]*)")?$/.exec(command) ?? [null];
  if (args.includes("chapters/")) return null;
  if (args === "" && number === undefined && command !== "make train") return null;
  return { name: chapters.find((name) => name.startsWith(number ?? "08")), args };
}

// A block of commands, each with what it prints: one <pre> for each command.
function consoleBlock(text, attributes) {
  const parts = text.trimEnd().split(/^(?=\$ )/m);
  return parts.map((part) => {
    const [line, ...shown] = part.trimEnd().split("\n");
    const command = line.replace(/^\$ /, "");
    const output = shown.map((row) => (row === "..." ? `<i class="cut">...</i>` : escape(row)));
    const pre =
      `<div class="code"><pre class="console"><code><span class="prompt">$ </span><span class="command">` +
      `${escape(command)}</span>\n<span class="output">${output.join("\n")}</span></code></pre></div>`;
    const run = program(command);
    if (!run) return pre;
    return (
      `<div class="run" data-program="${run.name}" data-args="${escape(run.args)}"` +
      ` data-command="${escape(command)}"${attributes}>${pre}</div>`
    );
  });
}

function size(file) {
  const bytes = fs.readFileSync(path.join(root, file));
  if (file.endsWith(".png")) return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [, width, height] = /<svg width="([\d.]+)pt" height="([\d.]+)pt"/.exec(bytes) ?? [];
  return [width, height].map((points) => Math.round((points * 4) / 3));
}

const holdsOnly = (token, open, close) =>
  token.type === "inline" &&
  token.children.length > 2 &&
  token.children[0].type === open &&
  token.children.at(-1).type === close &&
  token.children.slice(1, -1).every((child) => child.type !== close);

// A paragraph that is one picture becomes a figure, and one in italics below it its caption.
function figures({ tokens }) {
  for (let i = 0; i + 2 < tokens.length; i++) {
    const inline = tokens[i + 1];
    if (tokens[i].type !== "paragraph_open" || inline.children?.length !== 1) continue;
    if (inline.children[0].type !== "image") continue;
    tokens[i].tag = tokens[i + 2].tag = "figure";
    if (tokens[i + 3]?.type !== "paragraph_open") continue;
    if (!holdsOnly(tokens[i + 4], "em_open", "em_close")) continue;
    tokens[i + 4].children = tokens[i + 4].children.slice(1, -1);
    tokens[i + 3].tag = tokens[i + 5].tag = "figcaption";
    const [close] = tokens.splice(i + 2, 1);
    tokens.splice(i + 5, 0, close);
  }
}

// A table whose head is empty has none.
function emptyHeads({ tokens }) {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i].type !== "thead_open") continue;
    const end = tokens.findIndex((token, at) => at > i && token.type === "thead_close");
    if (tokens.slice(i, end).every((token) => !token.content)) tokens.splice(i, end - i + 1);
  }
}

const predicts = (token) =>
  token?.type === "inline" &&
  token.children.some(
    (child, i) => child.type === "strong_open" && token.children[i + 1].content === "Predict:",
  );

// What follows a paragraph that asks for a prediction, up to the next heading or the next prediction,
// tells its outcome.
function predictions(state) {
  const result = [];
  let count = 0;
  let open = false;
  const html = (content) => Object.assign(new state.Token("html_block", "", 0), { content });
  const end = () => {
    if (open) result.push(html("</div>\n"));
    open = false;
  };
  for (const [i, token] of state.tokens.entries()) {
    const asks = token.type === "paragraph_open" && predicts(state.tokens[i + 1]);
    const next = token.type === "paragraph_open" && /^Next: \[/.test(state.tokens[i + 1].content);
    if (token.type === "heading_open" || asks || next) end();
    if (asks) {
      token.attrSet("class", "predict");
      token.attrSet("data-predict", String(++count));
    }
    if (token.type === "fence" && open) token.meta = { predict: count };
    result.push(token);
    if (token.type === "paragraph_close" && predicts(state.tokens[i - 1])) {
      result.push(html(`<div class="outcome" data-predict="${count}">\n`));
      open = true;
    }
  }
  end();
  state.tokens = result;
}

// Links to files become links to their pages; pictures get their sizes.
function links({ tokens, env }) {
  for (const token of tokens) {
    for (const child of token.children ?? []) {
      if (child.type === "image") {
        const [width, height] = size(env.follow(child.attrGet("src")).file);
        child.attrSet("src", env.link(child.attrGet("src"), true));
        child.attrSet("width", String(width));
        child.attrSet("height", String(height));
        if (!env.book) child.attrSet("loading", "lazy");
      } else if (child.type === "link_open" && !child.attrGet("href").startsWith("#")) {
        child.attrSet("href", env.link(child.attrGet("href")));
      }
    }
  }
}

// In a book all is open: an answer stands below its heading.
function unfold({ tokens, env }) {
  if (!env.book) return;
  for (const token of tokens) {
    if (token.type !== "html_block") continue;
    token.content = token.content
      .replace(/<details>\s*<summary>(.*?)<\/summary>/, "<div><p><strong>$1</strong></p>")
      .replace("</details>", "</div>");
  }
}

function make(book) {
  const markdown = new MarkdownIt({ html: true, highlight });
  markdown.use(katex.default, { enableFencedBlocks: true });
  const rules = { figures, emptyHeads, predictions, links, unfold };
  for (const [name, rule] of Object.entries(rules)) markdown.core.ruler.push(name, rule);
  const { fence, code_block } = markdown.renderer.rules;
  const math = book === "epub" ? (tokens, i) => `<p>\\[${escape(tokens[i].content)}\\]</p>\n` : fence;
  const boxed = (rule) => (...all) => `<div class="code">${rule(...all).trim()}</div>\n`;
  markdown.renderer.rules.code_block = boxed(code_block);
  markdown.renderer.rules.fence = (tokens, i, ...rest) => {
    const { info, content, meta } = tokens[i];
    if (info === "math") return math(tokens, i, ...rest);
    if (info !== "console") return boxed(fence)(tokens, i, ...rest);
    const predict = meta ? ` data-predict="${meta.predict}"` : "";
    return `${consoleBlock(content, predict).join("\n")}\n`;
  };
  if (book === "epub") {
    markdown.renderer.rules.math_inline = (tokens, i) => `\\(${escape(tokens[i].content)}\\)`;
  }
  markdown.renderer.rules.table_open = () => `<div class="table"><table>\n`;
  markdown.renderer.rules.table_close = () => `</table></div>\n`;
  return markdown;
}

// Renders the text of a page. env: book ("epub", whose mathematics pandoc makes, or "pdf"),
// prefix (of its anchors), follow(href) gives the file that a link means, link(href, isShown) the link
// to write; isShown for pictures in the text.
// Returns { html, headings: [{ level, id, title, text }] }: text is what stands below the heading.
export function render(text, env) {
  const slugger = new GithubSlugger();
  const headings = [];
  const markdown = make(env.book).use(anchor, {
    tabIndex: false,
    slugify: (title) => (env.prefix ?? "") + slugger.slug(title),
    permalink: env.book ? undefined : anchor.permalink.headerLink({ safariReaderFix: true }),
    callback: (token, { slug, title }) =>
      headings.push({ level: Number(token.tag[1]), id: slug, title, line: token.map[0] }),
  });
  const html = markdown.render(text, env);
  const lines = text.split("\n");
  for (const [i, heading] of headings.entries()) {
    heading.text = plain(lines.slice(heading.line + 1, headings[i + 1]?.line).join("\n"));
  }
  return { html, headings };
}

// Text for the search: without marks.
const plain = (markdown) =>
  markdown
    .replace(/^```.*$/gm, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*|#]+|-{3,}/g, " ")
    .replace(/\s+/g, " ")
    .trim();
