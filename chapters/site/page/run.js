// The Run buttons: each command of a lesson runs where it is read.
import "./predict.js";
import "./run.css";
import { fileFor, load, paths } from "./data.js";
import { draw, isPicture } from "./pictures.js";
import { Screen, element, seconds, size } from "./show.js";

const assets = import.meta.url;

// A module that splats an i8x16.
const simd = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
const hasSimd = () => typeof WebAssembly === "object" && WebAssembly.validate(simd);
const NO_SIMD =
  "This browser has no WebAssembly SIMD, which the programs need. Chrome and Edge from 91 on, Firefox " +
  "from 89 and Safari from 16.4 have it.";

const ASK_FROM = 10e6; // bytes; less is loaded unasked
const FOLLOW_AFTER = 5000; // ms; what ends before shows its beginning

// ---- what the blocks of a page share ----

const programs = new Map(); // name: a promise of the module
const images = new Map(); // name in build/site/data: bytes
const disk = new Map(); // absolute path: bytes

async function compile(name) {
  const response = await fetch(new URL(`../programs/${name}.wasm`, assets)).catch(() => undefined);
  if (!response) throw new Error("The program could not be loaded: there is no network. Try again with one.");
  if (!response.ok) throw new Error(`The program could not be loaded: the server said ${response.status}.`);
  // Not every server knows the type that streaming wants.
  return WebAssembly.compileStreaming(response.clone()).catch(async () =>
    WebAssembly.compile(await response.arrayBuffer()),
  );
}

function programOf(name) {
  if (!programs.has(name)) {
    const module = compile(name);
    module.catch(() => programs.delete(name));
    programs.set(name, module);
  }
  return programs.get(name);
}

// The words of a command line: 'a b' and "a b" are one.
const wordsOf = (text) =>
  [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']+)+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );

const svg = (path) => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
const RUN = `${svg("M4 2.5v11l9.5-5.5z")}Run`;
const STOP = `${svg("M3.5 3.5h9v9h-9z")}Stop`;

// ---- what a run leaves ----

const save = (name, blob) =>
  element("a", { href: URL.createObjectURL(blob), download: name.split("/").at(-1), textContent: name });

async function figureOf(path, bytes) {
  const blob = await draw(bytes, disk);
  const name = blob.type === "image/svg+xml" ? path.replace(/\.png$/, ".svg") : path;
  const link = save(name, blob);
  const image = element("img", { src: link.href, alt: `${path}, in its full size` });
  await image.decode();
  const full = element("a", { href: link.href, target: "_blank" }, image);
  const frame = element("div", { className: "picture" }, full);
  return element("figure", {}, frame, element("figcaption", {}, link));
}

const listOf = (paths) =>
  element(
    "p",
    { className: "written" },
    "Files: ",
    ...paths.map((path) => {
      const bytes = disk.get(path);
      return element("span", {}, save(path.slice(1), new Blob([bytes])), ` ${size(bytes.length)}`);
    }),
  );

// ---- a block ----

class Block {
  constructor(box) {
    this.program = box.dataset.program;
    this.command = box.querySelector(".command");
    this.start = this.command.textContent.match(/^make \S+/)[0];
    box.querySelector(".code").prepend(this.makeBar(box));
    const output = box.querySelector(".output");
    if (output.textContent) output.parentNode.replaceChildren(output);
    else box.querySelector("pre").hidden = true;
    this.result = element("div", { className: "result", hidden: true });
    box.querySelector(".code").append(this.result);
    this.showState(false);
  }

  // The command's line, whose arguments can be edited.
  makeBar(box) {
    this.args = element("textarea", {
      value: box.dataset.args,
      placeholder: "--help",
      rows: 1,
      spellcheck: false,
      autocapitalize: "off",
      autocomplete: "off",
      ariaLabel: `Arguments of ${this.start}`,
    });
    const line = element("label", {}, box.querySelector(".prompt"), `${this.start} ARGS=`, this.args);
    this.args.addEventListener("input", () => {
      this.command.textContent = this.args.value.trim() ? `${this.start} ARGS="${this.args.value}"` : this.start;
    });
    this.command.hidden = true; // the copy button reads it
    this.button = element("button", { className: "go" });
    const bar = element("form", { className: "bar" }, line, this.command, this.button);
    const copy = box.querySelector(".copy");
    if (copy) this.button.before(copy);
    this.args.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      bar.requestSubmit();
    });
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.stop) this.stop();
      else this.run();
    });
    return bar;
  }

  showState(runs) {
    this.button.innerHTML = runs ? STOP : RUN;
    this.button.classList.toggle("stops", runs);
    this.button.ariaLabel = `${runs ? "Stop" : "Run"} ${this.command.textContent}`;
  }

  clear() {
    for (const { href } of this.result.querySelectorAll("a[download]")) URL.revokeObjectURL(href);
    this.output = element("pre", { className: "live", tabIndex: 0, role: "log", ariaLabel: `Output of ${this.start}` });
    this.status = element("p", { className: "status", role: "status" });
    this.result.replaceChildren(this.output, this.status);
    this.result.hidden = false;
  }

  say(text, kind = "") {
    this.status.replaceChildren(text);
    this.status.className = `status ${kind}`;
  }

  // Runs the command; true if it ended well.
  async run() {
    this.clear();
    if (!hasSimd()) return this.say(NO_SIMD, "bad");
    const stopped = new Promise((resolve) => {
      this.stop = () => resolve({ stopped: true });
    });
    this.showState(true);
    let end;
    try {
      end = await Promise.race([stopped, this.attempt()]);
    } catch (error) {
      end = { failure: error.message };
    }
    this.worker?.terminate();
    clearInterval(this.clock);
    this.stop = this.worker = undefined;
    this.screen?.show();
    this.showState(false);
    await this.finish(end);
    return end.status === 0;
  }

  async attempt() {
    const words = wordsOf(this.args.value);
    const missing = await this.runEarlier(words);
    if (missing) return { failure: missing };
    this.say("Loading the program …");
    const module = await programOf(this.program);
    for (;;) {
      const end = await this.runOnce(module, words);
      if (!end.wanted) return end;
      await this.loadImages(fileFor(end.wanted, this.program, words));
    }
  }

  // What an earlier command of the page writes and this one reads is made first.
  async runEarlier(words) {
    const earlier = blocks.slice(0, blocks.indexOf(this)).find((block) => {
      const out = /--out[ =](\S+)/.exec(block.args.value)?.[1];
      return out && words.some((word) => word.startsWith(`${out}/`) && !disk.has(`/${word}`) && /--(from|model|resume)/.test(words));
    });
    if (!earlier) return undefined;
    this.say("First the command above, whose files this one reads …");
    return (await earlier.run()) ? undefined : "The command above, whose files this one reads, did not end well.";
  }

  runOnce(module, words) {
    const given = new Map(disk);
    for (const path of paths) given.set(path, images.get(fileFor(path, this.program, words)) ?? null);
    this.output.replaceChildren();
    this.screen = new Screen(this.output);
    this.worker?.terminate();
    this.worker = new Worker(new URL("run_worker.js", assets), { type: "module" });
    this.began = performance.now();
    this.showClock();
    return new Promise((resolve) => {
      this.worker.onerror = () => resolve({ failure: "The worker that runs programs could not be loaded; is there a network?" });
      this.worker.onmessage = ({ data }) => {
        if (data.text === undefined) return resolve(data);
        this.screen.follows = performance.now() - this.began > FOLLOW_AFTER;
        this.screen.write(data.text);
      };
      this.worker.postMessage({ module, args: [this.program, ...words], files: given });
    });
  }

  showClock() {
    this.say("Running …");
    const time = element("span", { ariaHidden: "true" });
    this.status.append(time);
    clearInterval(this.clock);
    this.clock = setInterval(() => {
      time.textContent = ` ${Math.round((performance.now() - this.began) / 1000)} s`;
    }, 1000);
  }

  async loadImages(name) {
    clearInterval(this.clock);
    const bar = element("progress", { ariaLabel: "Loading images" });
    const begin = async (total) => {
      if (total >= ASK_FROM) await this.ask(total);
      this.say("Loading images …");
      this.status.append(bar);
    };
    const progress = (loaded, total) => {
      if (total) bar.value = loaded / total;
    };
    images.set(name, await load(name, begin, progress));
  }

  ask(bytes) {
    this.say(`This run reads all 60,000 training images: ${size(bytes)} to load, which the browser keeps. `);
    const yes = element("button", { type: "button", textContent: "Load and run" });
    this.status.append(yes);
    yes.focus({ preventScroll: true });
    return new Promise((resolve) => yes.addEventListener("click", resolve));
  }

  async finish({ stopped, failure, status, files, written }) {
    const time = seconds(performance.now() - this.began);
    if (stopped) this.say("Stopped.");
    else if (failure) this.say(failure, "bad");
    else if (status) this.say(`Exit status ${status}, after ${time}`, "bad");
    else this.say(`Done in ${time}`, "good");
    if (!files) return;
    disk.clear();
    for (const [path, bytes] of files) disk.set(path, bytes);
    await this.showFiles(written);
  }

  async showFiles(written) {
    const pictures = written.filter((path) => isPicture(disk.get(path)));
    const others = written.filter((path) => !pictures.includes(path));
    for (const path of pictures) {
      const figure = await figureOf(path.slice(1), disk.get(path)).catch(({ message }) => {
        const text = `${path.slice(1)} could not be drawn: ${message.split("\n")[0]}`;
        return element("p", { className: "status bad" }, text);
      });
      this.result.append(figure);
    }
    if (others.length) this.result.append(listOf(others));
  }
}

const blocks = [...document.querySelectorAll(".run")].map((box) => new Block(box));
