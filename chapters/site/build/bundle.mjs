// The scripts and style sheets of the pages, by esbuild, into build/site/assets.
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root, site } from "./repository.mjs";

const page = path.join(root, "chapters/site/page");
const assets = path.join(site, "assets");

const options = {
  bundle: true,
  minify: true,
  target: "es2022",
  outdir: assets,
  legalComments: "none",
  logLevel: "warning",
  external: ["module"], // what gnuplot-wasm takes from node, where that runs it
  loader: { ".wasm": "file", ".woff2": "file", ".woff": "empty", ".ttf": "empty" },
  assetNames: "[name]",
};

export async function bundle() {
  // Classic, so that it also runs in a page that was opened as a file.
  await build({ ...options, entryPoints: [`${page}/page.js`], format: "iife" });
  await build({ ...options, entryPoints: [`${page}/site.css`, `${page}/katex.css`] });
  const entries = fs
    .readdirSync(page)
    .filter((name) => /^(run|tags|train|exercise|\w+_worker)\.js$/.test(name));
  await build({
    ...options,
    entryPoints: entries.map((name) => path.join(page, name)),
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
  });
}
