// From a source file to a verdict, step by step as tests/grader/grade.c goes; what compiles, links, runs
// and judges is handed in, so that the page and the kit's makers (clang in the page, clang-19) share it.

// As tests/grader/grade.mk's STUDENT_FLAGS, without what WebAssembly has not.
export const compileArguments = (path) => [
  ..."--target=wasm32-wasi -std=gnu17 -O1 -g -Wall -Werror=implicit-function-declaration".split(" "),
  ..."-Werror=incompatible-pointer-types -Werror=int-conversion -ftrivial-auto-var-init=pattern -Wno-unknown-pragmas".split(" "),
  ..."-fno-delete-null-pointer-checks -msimd128 -nostdinc -isystem clang -isystem include -Icommon".split(" "),
  ...["-fno-color-diagnostics", "-c", path, "-o", "answer.o"],
];

// Without stack-first, a stack that runs over would change data.
export const linkArguments = (name) => [
  ..."-z stack-size=8388608 --stack-first --max-memory=2147483648 --export=__stack_pointer".split(" "),
  ...["lib/crt1-command.o", `tests/test_${name}.o`, "answer.o"],
  ..."libharness.a libsolutions.a libcommon.a".split(" "),
  ..."-Llib -lwasi-emulated-getpid -lwasi-emulated-process-clocks -lwasi-emulated-signal -lm -lc".split(" "),
  ..."-lc-printscan-long-double lib/libclang_rt.builtins-wasm32.a -o tests.wasm".split(" "),
];

export const symbolArguments = ["-P", "answer.o"];

// The linker in the page says otherwise what GNU's says in words that the grader knows.
const linkLog = (log) => {
  const missing = /undefined symbol: (\S+)/.exec(log);
  return missing ? `undefined reference to \`${missing[1]}'` : log;
};

// The linker's own names are no functions that the answer calls.
const symbolLog = (log) => log.replace(/^__(stack_pointer|indirect_function_table|memory_base) .*\n/gm, "");

const encoder = new TextEncoder();

// tools: compile(path, source) -> { status, log, object }, symbols(object) -> text,
// link(name, object) -> { status, log, program }, run(program) -> [test], judge(args, files) -> verdict.
export async function grade({ name, path, source, mistake }, tools) {
  const files = new Map([[`/${path}`, encoder.encode(source)]]);
  const leave = (log, file, content) => {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    files.set(`/done/${log}/${file}`, bytes);
  };
  const steps = async () => {
    const compiled = await tools.compile(path, source);
    leave("compile.log", "compile.log", compiled.log);
    leave("compile.log", "status", String(compiled.status));
    if (compiled.status !== 0) return;
    leave("symbols.log", "symbols.log", symbolLog(await tools.symbols(compiled.object)));
    const linked = await tools.link(name, compiled.object);
    leave("link.log", "link.log", linkLog(linked.log));
    leave("link.log", "status", String(linked.status));
    if (linked.status !== 0) return;
    const tests = await tools.run(linked.program);
    for (const { name: test, records } of tests) leave("run.log", `${test}.records`, records);
    leave("run.log", "tests.json", JSON.stringify(tests.map(({ records, ...test }) => test)));
  };
  await steps();
  return tools.judge(mistake ? [name, mistake] : [name], files);
}
