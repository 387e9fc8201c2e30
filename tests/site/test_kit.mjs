// The exercises' kit under node, with Debian's compiler: solutions pass, wrong answers are recognised, and
// faults are told as make check tells them, but for what a page cannot know.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { exercises, filesOf, grader, read } from "../../chapters/site/kit/native.mjs";
import { grade } from "../../chapters/site/page/grading.js";
import { run } from "../../chapters/site/page/host.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const kit = path.join(root, "build/wasm/kit");
let failed = 0;
const claim = (holds, name, why) => {
  if (!holds) failed++;
  console.log(holds ? `ok - ${name}` : `not ok - ${name}: ${why}`);
};

const wrongAnswers = (name) => filesOf(`${kit}/wrong/${name}`);

for (const { chapter, name } of exercises) {
  const source = read(`solutions/${chapter}/${name}.c`);
  const { verdict } = await grader(kit)({ chapter, name, source });
  const passed = verdict.status === "done" && verdict.tests.length > 0;
  claim(passed, `${name}: the solution passes`, `${verdict.status}: ${verdict.message}`);
}

// What was left of each wrong answer when the kit was made is judged as a reader's answer.
const judge = new WebAssembly.Module(fs.readFileSync(`${kit}/judge`));
const rules = filesOf(`${kit}/root`, /^(common|tests\/.*txt|build)/);
for (const { chapter, name } of exercises) {
  const wrong = wrongAnswers(name);
  const mistakes = [...wrong.keys()].filter((file) => file.endsWith(".c"));
  const taken = [];
  for (const file of mistakes) {
    const folder = `/build/grade/wrong/${name}/${path.basename(file, ".c")}`;
    const verdict = JSON.parse(new TextDecoder().decode(wrong.get(`${folder}/verdict.json`)));
    const records = (test) => wrong.get(`${folder}/${test}.records`) ?? new Uint8Array();
    const tools = {
      compile: () => ({ status: 0, log: "" }),
      symbols: () => `${name} T 0 0\n`,
      link: () => ({ status: 0, log: "" }),
      run: () => verdict.tests.map((test) => ({ ...test, records: records(test.name) })),
      judge: (args, own) => {
        let text = "";
        run(judge, ["judge", ...args], new Map([...rules, ...wrong, ...own]), (piece) => (text += piece));
        return JSON.parse(text);
      },
    };
    const found = await grade({ name, path: `exercises/${chapter}/${name}.c`, source: "" }, tools);
    const diagnosis = /Diagnosis: (.*) \*\//.exec(new TextDecoder().decode(wrong.get(file)))[1];
    if (found.diagnosis !== diagnosis) taken.push(`${path.basename(file)}: ${found.diagnosis}`);
  }
  claim(!taken.length && mistakes.length >= 5, `${name}: ${mistakes.length} mistakes are recognised`, taken.join("; "));
}

// The C library and the stack's guards tell these natively; or another compiler words them otherwise. The
// page's own tests have endless loops and places.
const beyond = /all_of_memory|double_free|smashed|unset_pointer|endless_loop|place_of_crash|no_such_function/;
for (const [file, bytes] of filesOf(path.join(root, "tests/exercises/faults"))) {
  const name = file.split("/")[1];
  const { chapter } = exercises.find((one) => one.name === name);
  if (beyond.test(file)) continue;
  const source = new TextDecoder().decode(bytes);
  const [, status, message] = /^\/\* Expect: (.*?): (.*) \*\//.exec(source);
  const { verdict } = await grader(kit, wrongAnswers(name))({ chapter, name, source });
  const as = verdict.status === status && verdict.message.includes(message);
  claim(as, `fault ${file}: ${status}: ${message}`, `${verdict.status}: ${verdict.message}`);
}

console.log(`# ${failed} failed`);
process.exitCode = failed ? 1 : 0;
