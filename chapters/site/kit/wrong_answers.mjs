// Grades the wrong answers to an exercise as the page would: node wrong_answers.mjs BUILD FUNCTION. Leaves
// BUILD/kit/wrong/FUNCTION/: for each its diagnosis, its verdict and its records.
import fs from "node:fs";
import path from "node:path";
import { exercises, grader } from "./native.mjs";

const [build, name] = process.argv.slice(2);
const grade = grader(`${build}/kit`);
const exercise = exercises.find((one) => one.name === name);
const from = `${build}/mistakes/${name}`;
const to = `${build}/kit/wrong/${name}`;

fs.rmSync(to, { recursive: true, force: true });
const write = (file, bytes) => {
  fs.mkdirSync(path.dirname(`${to}${file}`), { recursive: true });
  fs.writeFileSync(`${to}${file}`, bytes);
};

for (const file of fs.readdirSync(from).filter((one) => one.endsWith(".c")).sort()) {
  const mistake = path.basename(file, ".c");
  const source = fs.readFileSync(`${from}/${file}`, "utf8");
  const place = `build/mistakes/${name}/${file}`;
  const { verdict, files } = await grade({ ...exercise, mistake, path: place, source });
  if (!verdict.tests.length) throw new Error(`${place}: ${verdict.status}: ${verdict.message}`);
  write(`/${place}`, source.slice(0, source.indexOf("\n") + 1)); // the diagnosis alone
  for (const [one, bytes] of files)
    if (one.startsWith(`/build/grade/wrong/${name}/${mistake}/`) && /verdict\.json|\.records$/.test(one)) write(one, bytes);
}
