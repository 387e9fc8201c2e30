// All that the exercises' page says, from where it stands: node exercises.mjs BUILD writes it as JSON.
import { createHash } from "node:crypto";
import fs from "node:fs";
import GithubSlugger from "github-slugger";
import { exercises, read } from "./native.mjs";

const [build] = process.argv.slice(2);
const site = `${build}/kit/site`;

// The heading below which the lesson first names its exercises.
const lessonOf = (chapter) => {
  const slugger = new GithubSlugger();
  const lesson = { title: "", hash: "" };
  for (const line of read(`chapters/${chapter}/README.md`).split("\n")) {
    const heading = /^#+ (.*)/.exec(line)?.[1].replaceAll("`", "");
    if (heading && !lesson.title) lesson.title = heading;
    if (heading) lesson.hash = slugger.slug(heading);
    if (line.includes(`exercises/${chapter}`)) break;
  }
  return lesson;
};

// "Exercise 01_padding, part 1: zeros around an array." without its beginning and its full stop.
const titleOf = (stub) => /^\/\* Exercise [^:]*: (.*?)\.?\n/.exec(stub)[1];

const chapters = [...new Set(exercises.map(({ chapter }) => chapter))].map((name) => ({
  name,
  ...lessonOf(name),
  exercises: exercises
    .filter(({ chapter }) => chapter === name)
    .map(({ name: exercise, points }) => {
      const stub = fs.readFileSync(`${build}/stubs/${name}/${exercise}.c`, "utf8");
      return {
        name: exercise,
        title: titleOf(stub),
        points,
        stub,
        hints: read(`tests/exercises/hints/${exercise}.txt`).trimEnd().split("\n---\n"),
        solution: read(`solutions/${name}/${exercise}.c`).replace(/^ *\/\* stub:.*\*\/\n/m, ""),
      };
    }),
}));

// What the compiler is loaded from, with sizes for its bar, and a name for the browser's cache.
const loaded = ["clang/llvm.core.wasm.gz", "clang/llvm.core2.wasm"];
loaded.push("clang/llvm.core3.wasm", "clang/llvm.core4.wasm", "kit.tar.gz");
const hash = createHash("sha256");
const files = {};
for (const name of loaded) {
  const bytes = fs.readFileSync(`${site}/${name}`);
  hash.update(bytes);
  files[name] = bytes.length;
}
console.log(JSON.stringify({ chapters, version: hash.digest("hex").slice(0, 12), files }));
