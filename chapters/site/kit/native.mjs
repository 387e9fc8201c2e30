// The page's grading with Debian's compiler under node: what makes and tests the kit.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../page/host.js";
import { compileArguments, grade, linkArguments, symbolArguments } from "../page/grading.js";
import { listTests, runTest } from "../page/test_runner.js";

const top = fileURLToPath(new URL("../../..", import.meta.url));
export const read = (file) => fs.readFileSync(path.join(top, file), "utf8");

// The exercises, as tests/exercises/exercises.txt has them.
export const exercises = read("tests/exercises/exercises.txt")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split(/\s+/))
  .map(([chapter, name, points]) => ({ chapter, name, points: Number(points) }));

// All files below a folder: Map of "/path" -> bytes.
export const filesOf = (folder, pattern = /./) => {
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => pattern.test(name));
  const plain = names.filter((name) => fs.statSync(path.join(folder, name)).isFile());
  return new Map(plain.map((name) => [`/${name}`, new Uint8Array(fs.readFileSync(path.join(folder, name)))]));
};

const command = (folder, name, args) => {
  const { status, stdout, stderr, error } = spawnSync(name, args, { cwd: folder, encoding: "utf8" });
  if (error) throw error;
  return { status, log: stdout + stderr };
};

// Grades with the kit in the folder `kit`; files of the judge's beside the kit's: `more`. Returns
// { verdict, files }, files as the judge left them.
export function grader(kit, more = new Map()) {
  const judge = new WebAssembly.Module(fs.readFileSync(`${kit}/judge`));
  const rules = filesOf(`${kit}/root`, /^(common|tests\/.*txt|build)/);
  return async ({ chapter, name, mistake, path: file, source }) => {
    const folder = fs.mkdtempSync(path.join(kit, "answer-"));
    for (const entry of fs.readdirSync(`${kit}/root`).filter((one) => one !== "build"))
      fs.symlinkSync(path.resolve(kit, "root", entry), path.join(folder, entry));
    let files;
    const tools = {
      compile(at, text) {
        fs.mkdirSync(path.join(folder, path.dirname(at)), { recursive: true });
        fs.writeFileSync(path.join(folder, at), text);
        return command(folder, "clang-19", compileArguments(at));
      },
      symbols: () => command(folder, "llvm-nm-19", symbolArguments).log,
      link(at) {
        const { status, log } = command(folder, "wasm-ld-19", linkArguments(at));
        return { status, log, program: status === 0 && fs.readFileSync(path.join(folder, "tests.wasm")) };
      },
      run(program) {
        const module = new WebAssembly.Module(program);
        return listTests(module).map((test, index) => ({ ...test, ...runTest(module, index) }));
      },
      judge(args, own) {
        let text = "";
        const all = new Map([...rules, ...more, ...own]);
        const end = run(judge, ["judge", ...args], all, (piece) => (text += piece));
        if (end.status !== 0) throw new Error(`the judge ends with ${end.status}: ${text}`);
        files = end.files;
        return JSON.parse(text);
      },
    };
    const verdict = await grade({ name, path: file ?? `exercises/${chapter}/${name}.c`, source, mistake }, tools);
    fs.rmSync(folder, { recursive: true });
    return { verdict, files };
  };
}
