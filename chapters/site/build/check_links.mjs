// Checks all pages of a site: every link that is not to another host leads to a file, and to an anchor
// in it. node check_links.mjs FOLDER; exit status 1 with the links that lead nowhere.
import fs from "node:fs";
import path from "node:path";

// Returns the complaints.
export function checkLinks(folder) {
  const pages = new Map();
  const files = new Set();
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    files.add(file);
    if (file.endsWith(".html")) pages.set(file, fs.readFileSync(file, "utf8"));
  }
  const ids = new Map();
  for (const [file, html] of pages) {
    ids.set(file, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
  }
  const complaints = [];
  for (const [file, html] of pages) {
    for (const [, href] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(https?:|data:|mailto:)/.test(href)) continue;
      const [name, hash] = href.split("#").map(decodeURIComponent);
      const target = name ? path.join(path.dirname(file), name) : file;
      const where = `${path.relative(folder, file)}: ${href}`;
      if (!files.has(target)) complaints.push(`${where} leads nowhere`);
      else if (hash && ids.has(target) && !ids.get(target).has(hash)) {
        if (!isScripted(pages.get(target))) complaints.push(`${where}: no such anchor`);
      }
    }
  }
  return complaints;
}

// The anchors of a page that a script fills come from that script.
const isScripted = (html) => /<body class="own"/.test(html);
