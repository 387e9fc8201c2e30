// What the tests of the pages share: the site on a server of its own, below a prefix as GitHub Pages has
// it, Debian's Chromium, and results as "ok - name" and "not ok - name".
//
// CHROMIUM  the browser (chromium)    SHOTS  a folder for screenshots (none are taken without)
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { serve } from "../../chapters/site/build/serve.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const folder = path.join(root, "build/site");
export const require = createRequire(path.join(root, "chapters/site/package.json"));
const { chromium } = require("playwright-core");

const executablePath =
  process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(fs.existsSync);

const { server, url } = await serve(folder, { prefix: "/course/" });
export const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 120_000 });
export { url };

let failed = 0;

// Runs a test; it fails by throwing.
export async function test(name, body) {
  try {
    await body();
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok - ${name}\n${String(error.message).replace(/^/gm, "#   ")}`);
  }
}

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}

// Must stand at a test file's end.
export async function finish() {
  await browser.close();
  server.close();
  process.exit(failed ? 1 : 0);
}

// A fresh page with storage of its own. page.complaints gathers errors of the console, requests that
// failed, and requests to any other host. options are playwright's: viewport, colorScheme, ...
export async function newPage(options = {}) {
  // A click misses a button that scrolls smoothly away below it.
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(90_000); // a busy machine compiles slowly
  const page = await context.newPage();
  page.complaints = [];
  const complain = (text) => page.complaints.push(text);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complain(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complain(`error: ${error.message}`));
  page.on("requestfailed", (request) => complain(`failed: ${request.url()} ${request.failure().errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) complain(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) complain(`elsewhere: ${request.url()}`);
  });
  return page;
}

// Opens a page by its name in the site: "chapters/01_padding/index.html".
export async function open(name, options) {
  const page = await newPage(options);
  await page.goto(url + name, { waitUntil: "load" });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

export const close = (page) => page.context().close();

// Takes a screenshot into SHOTS, where that is set.
export async function shot(page, name, options = {}) {
  if (!process.env.SHOTS) return;
  await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), ...options });
}

// What axe-core finds serious or critical in a page, as lines.
export async function axe(page) {
  const source = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3).join(" | ")}`);
}
