// The compiler in the page: clang and its linker as WebAssembly (@yowasp/clang), and the grader.
import { untar } from "./archive.js";
import { answerCalls } from "./calls.js";
import { compileArguments, linkArguments, symbolArguments } from "./grading.js";
import { run } from "./host.js";

let clang;
let tree; // the kit as folders, for the compiler
let kit; // the kit as a Map of path -> bytes
let judgeModule;

const gunzip = (response) => response.body.pipeThrough(new DecompressionStream("gzip"));
const bytesOf = async (body) => new Uint8Array(await new Response(body).arrayBuffer());

// The browser's cache under this version's name; null where there is none (some private windows).
const openCache = async (version) => {
  try {
    const mine = `compiler-${version}`;
    for (const name of await caches.keys())
      if (name.startsWith("compiler-") && name !== mine) await caches.delete(name);
    return await caches.open(mine);
  } catch {
    return null;
  }
};

const fetchCounted = async (url, count) => {
  const response = await fetch(url, { cache: "no-cache" }); // an older version's has the same address
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const counted = new TransformStream({
    transform(chunk, controller) {
      count(chunk.length);
      controller.enqueue(chunk);
    },
  });
  return new Response(await new Response(response.body.pipeThrough(counted)).blob());
};

const toTree = (files) => {
  const root = {};
  for (const [path, bytes] of files) {
    const names = path.split("/");
    const last = names.pop();
    let folder = root;
    for (const name of names) folder = folder[name] ??= {};
    folder[last] = bytes;
  }
  return root;
};

// base: the URL of the kit. files: their sizes. Says how far it is by { loaded } in bytes.
async function load({ base, version, files }) {
  const cache = await openCache(version);
  const responses = new Map();
  let loaded = 0;
  const count = (bytes) => postMessage({ loaded: (loaded += bytes) });
  for (const [name, size] of Object.entries(files)) {
    const url = base + name;
    let response = await cache?.match(url);
    if (response) count(size);
    else {
      response = await fetchCounted(url, count);
      await cache?.put(url, response.clone()).catch(() => {}); // a full disk: loaded again next time
    }
    responses.set(name, response);
  }
  kit = untar(await bytesOf(gunzip(responses.get("kit.tar.gz"))));
  const below = (folder) => [...kit].filter(([path]) => path.startsWith(folder));
  const cut = (length) => ([path, bytes]) => [path.slice(length), bytes];
  tree = toTree(below("root/").map(cut("root/".length)));
  judgeModule = await WebAssembly.compile(kit.get("judge"));

  const plainFetch = globalThis.fetch;
  const type = { "Content-Type": "application/wasm" };
  globalThis.fetch = async (url) => {
    const name = `clang/${new URL(url).pathname.split("/").pop()}`;
    if (name === "clang/llvm-resources.tar") return new Response(new Uint8Array(1024)); // an empty one
    if (responses.has(`${name}.gz`)) return new Response(gunzip(responses.get(`${name}.gz`)), { headers: type });
    return new Response(responses.get(name).body, { headers: type });
  };
  try {
    clang = await import(`${base}clang/bundle.js`);
    await clang.runClang(null);
  } finally {
    globalThis.fetch = plainFetch;
  }
}

// Runs one of the compiler's programs on the kit and these files.
async function command(name, args, files) {
  const decoder = new TextDecoder();
  let log = "";
  const say = (bytes) => (log += bytes ? decoder.decode(bytes, { stream: true }) : "");
  try {
    const made = await clang.commands[name](args, { ...tree, ...files }, { stdout: say, stderr: say });
    return { status: 0, log, made };
  } catch (error) {
    if (!(error instanceof clang.Exit)) throw error;
    return { status: error.code || 1, log };
  }
}

async function compile(path, source) {
  const { status, log, made } = await command("clang", compileArguments(path), toTree([[path, source]]));
  return { status, log, object: made?.["answer.o"] };
}

async function symbols(object) {
  return (await command("nm", symbolArguments, { "answer.o": object })).log;
}

async function link(name, object) {
  const { status, log, made } = await command("wasm-ld", linkArguments(name), { "answer.o": object });
  return { status, log, program: made?.["tests.wasm"] };
}

// Where the program's code begins: addresses of lines are counted from there.
const codeStart = (program) => {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = program[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  for (;;) {
    const id = program[at++];
    const size = number();
    if (id === 10) return at;
    at += size;
  }
};

// The innermost frame's "path:line" in the file, or "".
async function place(program, frames, path) {
  const start = codeStart(program);
  const addresses = frames.map((at) => `0x${(at - start).toString(16)}`);
  const { log } = await command("addr2line", ["-e", "tests.wasm", ...addresses], { "tests.wasm": program });
  const line = new RegExp(`${path}:([1-9]\\d*)`).exec(log)?.[1];
  return line ? `${path}:${line}` : "";
}

// The grader's verdict: chapters/site/kit/judge.c.
function judge(args, own) {
  const wrong = `wrong/${args[0]}/`;
  const files = new Map();
  for (const [path, bytes] of kit) {
    if (/^root\/(common|build|tests\/exercises)\//.test(path)) files.set(path.slice(4), bytes);
    else if (path.startsWith(wrong)) files.set(path.slice(wrong.length - 1), bytes);
  }
  let text = "";
  const { status } = run(judgeModule, ["judge", ...args], new Map([...files, ...own]), (piece) => (text += piece));
  if (status !== 0) throw new Error(`The grader stopped: ${text}`);
  return JSON.parse(text);
}

answerCalls({ load, compile, symbols, link, place, judge });
