// Fashion-MNIST for the pages, in build/site/data: the four files as they are published, and a part of
// the training images (page/data.js): node data.mjs [FOLDER].
import fs from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { PART_IMAGES, files, part } from "../page/data.js";
import { root, site } from "./repository.mjs";

const places = [
  process.argv[2],
  process.env.FASHION_MNIST,
  path.join(root, "datasets/fashion-mnist"),
  "/usr/share/datasets/fashion-mnist",
].filter(Boolean);

// The file as published, or unpacked.
const fileOf = (place, name) =>
  [name, name.replace(/\.gz$/, "")].map((one) => path.join(place, one)).find((one) => fs.existsSync(one));

const folder = places.find((place) => files.every((name) => fileOf(place, name)));
if (!folder) {
  console.error(`Fashion-MNIST: ${files.join(", ")} are in none of ${places.join(", ")}; type make setup`);
  process.exit(1);
}

function firstImages(gzipped) {
  const HEADER = 16;
  const idx = gunzipSync(gzipped);
  const size = idx.readUInt32BE(8) * idx.readUInt32BE(12);
  return gzipSync(idx.fill(0, HEADER + PART_IMAGES * size), { level: 9 });
}

const data = path.join(site, "data");
fs.mkdirSync(data, { recursive: true });
for (const name of files) {
  const file = fileOf(folder, name);
  const raw = fs.readFileSync(file);
  const content = file.endsWith(".gz") ? raw : gzipSync(raw);
  fs.writeFileSync(path.join(data, name), content);
  if (name.startsWith("train-images")) fs.writeFileSync(path.join(data, part), firstImages(content));
}
