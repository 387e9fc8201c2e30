// make site: the repository's texts, sources and programs as static pages in build/site.
import fs from "node:fs";
import path from "node:path";
import { bundle } from "./bundle.mjs";
import { checkLinks } from "./check_links.mjs";
import { frame, ownPages, titleOf } from "./frame.mjs";
import { render } from "./markdown.mjs";
import * as repository from "./repository.mjs";
import { writeSearchIndex } from "./search_index.mjs";
import { folderPage, isText, sourcePage } from "./sources.mjs";

const { pageOf, relative, write } = repository;
const exercises = ownPages.some(({ name }) => name === "exercises");

// Files whose pages are wanted, in the order in which they were first linked to.
const wanted = new Set(repository.texts);

// The link from a page to a file's page, which is then made, too.
function linkTo(page, file, hash = "") {
  const exercise = /^exercises\/(\d\d_\w+)(?:\/(\w+)\.c)?$/.exec(file);
  if (exercise && exercises) {
    return `${relative(page, "exercises/index.html")}#${exercise[2] ?? exercise[1]}`;
  }
  if (!repository.exists(file)) throw new Error(`${page}: there is no ${file}`);
  const readme = path.posix.join(file, "README.md");
  const target = repository.isFolder(file) && repository.exists(readme) ? readme : file;
  wanted.add(target);
  return relative(page, pageOf(target)) + hash;
}

const sections = [];

function textPage(file) {
  const page = pageOf(file);
  const follow = (href) => repository.follow(file, href);
  const link = (href) => {
    const target = follow(href);
    return target ? linkTo(page, target.file, target.hash) : href;
  };
  const { html, headings } = render(repository.read(file), { follow, link });
  const title = titleOf(file);
  for (const heading of headings) {
    const hash = heading.level === 1 ? "" : `#${heading.id}`;
    sections.push({ id: page + hash, page: title, title: heading.title, text: heading.text });
  }
  const scripts = /class="run"|data-predict/.test(html) && runs ? ["run.js"] : [];
  return frame({ title, page, body: html, headings, scripts });
}

function otherPage(file) {
  const page = pageOf(file);
  const link = (target) => linkTo(page, target);
  const make = repository.isFolder(file) ? folderPage : sourcePage;
  return frame({ title: path.basename(file), page, body: make(file, link), kind: "source" });
}

function ownPage({ name, script }) {
  const body = repository.read(`chapters/site/page/${name}.html`);
  const title = /<h1[^>]*>(.*?)<\/h1>/s.exec(body)[1];
  const page = `${name}/index.html`;
  sections.push({ id: page, page: title, title, text: body.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ") });
  write(page, frame({ title, page, body, scripts: [script], kind: "own" }));
}

const runs = repository.exists("chapters/site/page/run.js");

// What an earlier build has left goes, but for what other rules of make put here.
fs.mkdirSync(repository.site, { recursive: true });
for (const name of fs.readdirSync(repository.site)) {
  if (!["programs", "data", "kit"].includes(name)) fs.rmSync(path.join(repository.site, name), { recursive: true });
}
await bundle();
ownPages.forEach(ownPage);
for (const file of wanted) {
  if (repository.isPicture(file)) repository.copy(file, pageOf(file));
  else if (file.endsWith(".md")) write(pageOf(file), textPage(file));
  else if (isText(file)) write(pageOf(file), otherPage(file));
}
writeSearchIndex(sections);
write(".nojekyll", "");

const complaints = checkLinks(repository.site);
for (const complaint of complaints) console.error(complaint);
const pages = [...wanted].filter((file) => !repository.isPicture(file)).length + ownPages.length;
console.log(`build/site: ${pages} pages, ${complaints.length} links lead nowhere`);
process.exitCode = complaints.length ? 1 : 0;
