// The Run buttons: each command of a lesson runs where it is read.
import "./predict.js";
import "./run.css";
import { fileFor, load, paths } from "./data.js";
import { draw, isPicture } from "./pictures.js";
import { NO_SIMD, giveBack, hasSimd, programOf, takeWorker } from "./programs.js";
import { Screen, element, seconds, size } from "./show.js";

const ASK_FROM = 10e6; // bytes; less is loaded unasked
const FOLLOW_AFTER = 5000; // ms; what ends before shows its beginning

// ---- what the blocks of a page share ----

const images = new Map(); // name in build/site/data: bytes
const disk = new Map(); // absolute path: bytes

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
    const prompt = element("span", {}, box.querySelector(".prompt"), `${this.start} ARGS=`);
    const line = element("label", {}, prompt, this.args);
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
      else if (this.running) this.running.then(() => this.run()); // its pictures are being drawn
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

  // Runs the command, unless it runs already; resolves to true if it ends well.
  run() {
    this.running ??= this.runAnew().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  async runAnew() {
    this.clear();
    if (!hasSimd()) {
      this.say(NO_SIMD, "bad");
      return false;
    }
    const controller = new AbortController();
    this.stop = () => controller.abort();
    this.showState(true);
    const end = await this.endOf(controller.signal);
    this.stop = undefined;
    if (end.stopped || end.failure) this.worker?.terminate();
    else giveBack(this.worker);
    this.worker = undefined;
    clearInterval(this.clock);
    this.screen?.show();
    this.showState(false);
    await this.finish(end);
    return end.status === 0;
  }

  // How the run ends: a worker's last answer, { failure } or { stopped }.
  endOf(signal) {
    const stopped = new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve({ stopped: true }));
    });
    const ended = this.attempt(signal).catch((error) => ({ failure: error.message }));
    return Promise.race([stopped, ended]);
  }

  async attempt(signal) {
    const words = wordsOf(this.args.value);
    await this.runEarlier(words);
    signal.throwIfAborted();
    this.say("Loading the program …");
    const module = await programOf(this.program);
    for (;;) {
      signal.throwIfAborted();
      const end = await this.runOnce(module, words);
      if (!end.wanted) return end;
      await this.loadImages(fileFor(end.wanted, this.program, words), signal);
    }
  }

  // An earlier command of the page that writes what this one reads is run first.
  async runEarlier(words) {
    const reads = words.filter(
      (word, i) => /^--(from|model|resume)$/.test(words[i - 1]) && !disk.has(`/${word}`),
    );
    const earlier = blocks.slice(0, blocks.indexOf(this)).find((block) => {
      const folder = /--out[ =](\S+)/.exec(block.args.value)?.[1];
      return folder && reads.some((path) => path.startsWith(`${folder}/`));
    });
    if (!earlier) return;
    this.say("First the command above, whose files this one reads …");
    if (!(await earlier.run())) throw new Error("The command above, whose files this one reads, did not end well.");
  }

  runOnce(module, words) {
    const given = new Map(disk);
    this.given = [...disk.keys()];
    for (const path of paths) given.set(path, images.get(fileFor(path, this.program, words)) ?? null);
    this.screen?.show(); // its timer would draw into what is gone
    this.output.replaceChildren();
    this.screen = new Screen(this.output);
    this.worker ??= takeWorker();
    this.began = performance.now();
    this.showClock();
    return new Promise((resolve) => {
      this.worker.onerror = () => resolve({ failure: "What runs programs could not be loaded: there is no network. Try again with one." });
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

  async loadImages(name, signal) {
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
    images.set(name, await load(name, begin, progress, signal));
  }

  ask(bytes) {
    this.say(`This run reads all 60,000 training images: ${size(bytes)} to load, which the browser keeps. `);
    const yes = element("button", { type: "button", textContent: "Load and run" });
    this.status.append(yes);
    yes.focus({ preventScroll: true });
    return new Promise((resolve) => {
      yes.addEventListener("click", () => {
        this.button.focus({ preventScroll: true });
        resolve();
      });
    });
  }

  async finish({ stopped, failure, status, files, written }) {
    const time = seconds(performance.now() - this.began);
    if (stopped) this.say("Stopped.");
    else if (failure) this.say(failure, "bad");
    else if (status) this.say(`Exit status ${status}, after ${time}`, "bad");
    else this.say(`Done in ${time}`, "good");
    if (!files) return;
    // What this run removed or wrote; another may have written meanwhile.
    for (const path of this.given) if (!files.has(path)) disk.delete(path);
    for (const path of written) disk.set(path, files.get(path));
    await this.showFiles(written);
  }

  async showFiles(written) {
    const pictures = written.filter((path) => isPicture(disk.get(path)));
    const others = written.filter((path) => !pictures.includes(path));
    for (const path of pictures) {
      const figure = await figureOf(path.slice(1), disk.get(path)).catch(({ message }) => {
        const text = `${path.slice(1)} could not be drawn: ${message.trim().split("\n")[0]}`;
        return element("p", { className: "status bad" }, text);
      });
      this.result.append(figure);
    }
    if (others.length) this.result.append(listOf(others));
  }
}

const blocks = [...document.querySelectorAll(".run")].map((box) => new Block(box));
