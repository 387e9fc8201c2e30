// The repository as the site sees it: which files are lessons, where each file's page lies, what is where.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
export const site = path.join(root, "build/site");

export const read = (file) => fs.readFileSync(path.join(root, file), "utf8");
export const exists = (file) => fs.existsSync(path.join(root, file));
export const isFolder = (file) => exists(file) && fs.statSync(path.join(root, file)).isDirectory();
export const isPicture = (file) => /\.(png|svg|jpe?g)$/.test(file);

// The names in a folder, folders with a slash; what is hidden or installed is left out.
export function list(folder) {
  return fs
    .readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

export const chapters = list("chapters")
  .filter((name) => /^\d\d_/.test(name))
  .map((name) => name.slice(0, -1));

// All that is read as a page of text, in the order of "next".
const present = (files) => files.filter(exists);
export const course = present(["README.md", ...chapters.map((name) => `chapters/${name}/README.md`)]);
export const behind = present([
  "chapters/00_first_steps/glossary.md",
  "chapters/00_first_steps/debugging.md",
  "common/README.md",
  "common/kernels/conv2d/README.md",
  "datasets/README.md",
  "tests/README.md",
  ".github/CONTRIBUTING.md",
]);
export const texts = [...course, ...behind];

// Where a file's page lies in the site. Pictures stay what they are; folders whose names begin with a
// dot lose it, since some servers hide them.
export function pageOf(file) {
  const visible = file.replace(/^\./, "").replace(/\/\./g, "/");
  if (isFolder(file)) return path.posix.join(visible, "index.html");
  if (isPicture(file)) return visible;
  if (path.posix.basename(file) === "README.md") return visible.replace(/README\.md$/, "index.html");
  return file.endsWith(".md") ? visible.replace(/md$/, "html") : `${visible}.html`;
}

// A link of one file to another: { file, hash }, the file as a path from the root; or null for a link
// that leads out of the repository.
export function follow(from, href) {
  if (/^[a-z]+:/i.test(href)) return null;
  const [name, hash = ""] = href.split("#");
  const file = name ? path.posix.join(path.posix.dirname(from), decodeURI(name)) : from;
  return { file: file.replace(/\/$/, ""), hash: hash && `#${hash}` };
}

export function relative(fromPage, toPage) {
  return path.posix.relative(path.posix.dirname(fromPage), toPage) || path.posix.basename(toPage);
}

export function write(name, content) {
  const file = path.join(site, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

export function copy(from, name) {
  const file = path.join(site, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.cpSync(path.join(root, from), file, { recursive: true });
}

export const escape = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
