// The page "Exercises": the list, and each exercise at #function.
import "./exercise.css";
import { fromFiles, pointsOf, readAnswer, sourceOf, statusOf, toZip, writeAnswer } from "./answers.js";
import { Checker } from "./checker.js";
import { diff } from "./diff.js";
import { Editor } from "./editor.js";
import { element, size } from "./show.js";

const $ = (id) => document.getElementById(id);
const root = new URL(document.body.dataset.root, location.href).href;
const base = `${root}kit/`;

async function readCourse() {
  const response = await fetch(`${base}exercises.json`).catch(() => null);
  if (!response?.ok) throw new Error("The exercises could not be loaded: is the network there? A page opened as a file needs make serve.");
  return response.json();
}

// ---- the list ----

const NOT_KEPT = "This browser's storage is full or off: your text lasts as long as this page. exercises.zip, below the list of exercises, keeps it.";
const marks = { done: "✓", "to do": "–", changed: "…" };

function statusElement(exercise) {
  const status = statusOf(exercise);
  const { passed, of } = readAnswer(exercise.name);
  const isPart = of > 0 && !["done", "to do", "changed"].includes(status);
  const text = isPart ? `${status}, ${passed} of ${of}` : status;
  const mark = element("span", { ariaHidden: "true", textContent: marks[status] ?? "✗" });
  return element("span", { className: `state ${status.replaceAll(" ", "-")}` }, mark, ` ${text}`);
}

function chapterElement(chapter) {
  const lesson = element("a", { href: `${root}chapters/${chapter.name}/index.html`, textContent: chapter.title });
  const rows = chapter.exercises.map((exercise) => {
    const name = element("span", { className: "function", textContent: exercise.name });
    const title = element("span", { className: "about", textContent: exercise.title });
    const link = element("a", { href: `#${exercise.name}` }, name, title, statusElement(exercise));
    return element("li", {}, link);
  });
  const heading = element("h2", { id: chapter.name }, lesson);
  return element("section", { className: "chapter" }, heading, element("ul", {}, ...rows));
}

function showOverview({ chapters, exercises }) {
  $("chapters").replaceChildren(...chapters.map(chapterElement));
  const done = exercises.filter((exercise) => statusOf(exercise) === "done").length;
  const sum = (of) => exercises.reduce((points, exercise) => points + of(exercise), 0);
  const points = sum(pointsOf);
  const all = sum((exercise) => exercise.points);
  $("standing").textContent = `${done} of ${exercises.length} done, ${points} of ${all} points`;
  $("standing-bar").value = points / all;
}

function setUpFiles({ exercises }, refresh) {
  const say = (text) => ($("files-said").textContent = text);
  $("save").addEventListener("click", () => {
    const link = element("a", { href: URL.createObjectURL(toZip(exercises)), download: "exercises.zip" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say("Saved: exercises.zip");
  });
  const open = async ({ target }) => {
    try {
      const found = await fromFiles(target.files, exercises);
      const names = ([{ name }]) => name;
      const isOther = ([exercise, source]) => sourceOf(exercise) !== source;
      const lost = [...found].filter(isOther).filter(([exercise]) => sourceOf(exercise) !== exercise.stub);
      const question = `These differ from your answers here, which they would replace: ${lost.map(names).join(", ")}.`;
      if (!found.size) say("There is no exercise among these files: they are named as the functions are, NAME.c.");
      else if (!lost.length || confirm(question)) {
        for (const [{ name }, source] of found) writeAnswer(name, { source });
        const written = [...found].filter(([{ stub }, source]) => source !== stub).length;
        say(`Opened: ${found.size} files, ${written} of them no longer stubs.`);
        refresh();
      }
    } catch (error) {
      say(`${target.files[0].name} could not be read: ${error.message}.`);
    }
    target.value = "";
  };
  $("open-zip").addEventListener("change", open);
  $("open-folder").addEventListener("change", open);
  for (const id of ["save", "open-zip", "open-folder"]) $(id).disabled = false;
}

// ---- one exercise ----

class Exercise {
  constructor(course) {
    this.course = course;
    this.checker = new Checker({ base, ...course, onLoad: (part) => this.showLoading(part) });
    this.editor = new Editor($("editor"), { onCheck: () => this.check(), onChange: () => this.changed() });
    $("check").addEventListener("click", () => this.check());
    $("hint").addEventListener("click", () => this.nextHint());
    $("reset").addEventListener("click", () => this.reset());
    $("solution").addEventListener("click", () => this.toggleSolution());
    addEventListener("pagehide", () => this.save());
  }

  say(text) {
    $("said").textContent = text;
    $("said").className = "said";
  }

  open(exercise) {
    this.save();
    this.exercise = exercise;
    const { exercises } = this.course;
    const { chapter } = exercise;
    $("name").textContent = exercise.name;
    $("title").textContent = `${exercise.title[0].toUpperCase()}${exercise.title.slice(1)}`;
    $("lesson").textContent = chapter.title;
    $("lesson").href = `${root}chapters/${chapter.name}/index.html#${chapter.hash}`;
    const at = exercises.indexOf(exercise);
    this.link($("before"), "Previous", exercises[at - 1]);
    this.link($("after"), "Next", exercises[at + 1]);
    this.editor.open(exercise.name, sourceOf(exercise));
    this.seen = this.editor.text;
    $("results").replaceChildren();
    this.showHints();
    this.hideSolution();
    this.sayCompiler();
  }

  link(anchor, label, exercise) {
    anchor.hidden = !exercise;
    if (!exercise) return;
    anchor.href = `#${exercise.name}`;
    anchor.replaceChildren(element("small", { textContent: label }), exercise.name);
  }

  async sayCompiler() {
    this.say("");
    if (this.checker.isLoaded || this.isChecking) return;
    const kept = await this.checker.isKept();
    if (this.checker.isLoaded || this.isChecking || $("said").textContent) return;
    this.say(kept ? "The compiler is in this browser already." : `The first Check loads the compiler, ${size(this.checker.bytes)}, once.`);
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 300);
  }

  // Only what was edited here: a file that was opened meanwhile, or another tab, has newer text.
  save() {
    clearTimeout(this.timer);
    const source = this.editor.text;
    if (!this.exercise || source === this.seen) return;
    this.seen = source;
    if (!writeAnswer(this.exercise.name, { source })) this.say(NOT_KEPT);
  }

  showLoading(part) {
    $("loading").hidden = part >= 1;
    $("loading").value = part;
    if (part < 1) this.say(`Loading the compiler: ${Math.round(100 * part)} % of ${size(this.checker.bytes)}`);
    else this.say("Starting the compiler …");
  }

  async check() {
    if (this.isChecking) return;
    this.isChecking = true;
    this.save();
    const { exercise } = this;
    const source = this.editor.text;
    $("check").setAttribute("aria-disabled", "true");
    if (this.checker.isLoaded) this.say("Checking …");
    try {
      const verdict = await this.checker.check({ ...exercise, chapter: exercise.chapter.name }, source);
      const { status, passed, tests } = verdict;
      writeAnswer(exercise.name, { checked: source, status, passed, of: tests.length });
      if (this.exercise === exercise) this.showVerdict(verdict);
    } catch (error) {
      this.say(error.message);
    }
    $("loading").hidden = true;
    this.isChecking = false;
    $("check").removeAttribute("aria-disabled");
    if (this.exercise !== exercise) this.sayCompiler();
  }

  showVerdict(verdict) {
    const { status, passed, tests } = verdict;
    const counted = tests.length ? `, ${passed} of ${tests.length} tests` : "";
    const last = this.course.exercises.at(-1) === this.exercise;
    const next = status === "done" && !last ? " On to the next." : "";
    this.say(`${status[0].toUpperCase()}${status.slice(1)}${counted}.${next}`);
    $("said").className = `said ${status === "done" ? "good" : "bad"}`;
    $("results").replaceChildren(...verdictElements(verdict, (line) => this.editor.goTo(line)));
    this.editor.mark(marksOf(verdict));
  }

  // ---- hints, solution, stub ----

  showHints() {
    const { name, hints } = this.exercise;
    const given = readAnswer(name).hints ?? 0;
    $("hints").replaceChildren(...hints.slice(0, given).map((text) => element("li", { textContent: flowing(text) })));
    $("hint").textContent = given < hints.length ? `Hint ${given + 1} of ${hints.length}` : "No more hints";
    $("hint").toggleAttribute("disabled", given >= hints.length);
  }

  nextHint() {
    const { name } = this.exercise;
    writeAnswer(name, { hints: (readAnswer(name).hints ?? 0) + 1 });
    this.showHints();
    const last = $("hints").lastElementChild;
    last.tabIndex = -1;
    last.focus();
  }

  reset() {
    this.editor.replace(this.exercise.stub);
    this.say("This is the stub again. Undo (Ctrl-Z in the editor) brings your text back.");
    $("results").replaceChildren();
    this.editor.view.focus();
  }

  hideSolution() {
    $("beside").hidden = true;
    $("solution").ariaExpanded = "false";
  }

  toggleSolution() {
    if (!$("beside").hidden) return this.hideSolution();
    const show = () => $("beside").replaceChildren(...solutionElements(this.editor.text, this.exercise.solution));
    if (statusOf(this.exercise) === "done") show();
    else {
      const button = element("button", { type: "button", textContent: "Show it all the same" });
      button.addEventListener("click", show);
      const text = "You have not passed yet. The hints say less, and leave you more.";
      $("beside").replaceChildren(element("h2", { textContent: "Solution" }), element("p", { textContent: text }), button);
    }
    $("beside").hidden = false;
    $("solution").ariaExpanded = "true";
    $("beside").scrollIntoView({ block: "nearest" });
  }
}

// Lines of code begin with a space and stay lines; the others flow.
const flowing = (text) => text.replace(/^(?! ).*(?:\n(?![ \n]).+)+/gm, (lines) => lines.replaceAll("\n", " "));

function solutionElements(mine, solution) {
  const lines = diff(mine, solution).map(({ mark, line }) =>
    element("span", { className: { " ": "same", "-": "mine", "+": "theirs" }[mark], textContent: `${mark} ${line}\n` }),
  );
  const heading = element("h2", { textContent: "Your file (−) and the solution (+)" });
  return [heading, element("pre", { className: "diff", tabIndex: 0, ariaLabel: "Your file and the solution", role: "region" }, ...lines)];
}

const block = (label, text) =>
  element("div", { className: "block" }, element("p", { textContent: label }), element("pre", { textContent: text, tabIndex: 0 }));

function placeElement(place, goTo) {
  const button = element("button", { type: "button", className: "place", textContent: `at ${place}` });
  button.addEventListener("click", () => goTo(Number(place.split(":").at(-1))));
  return button;
}

function testElement(test, goTo) {
  const isPassed = test.status === "passed";
  const mark = element("span", { className: "mark", ariaHidden: "true", textContent: isPassed ? "✓" : "✗" });
  const status = element("span", { className: "end", textContent: isPassed ? "passed" : test.status });
  const title = element("span", {}, test.title, " ", element("code", { textContent: test.name }));
  const head = element("div", { className: "test" }, mark, title, status);
  const item = element("li", { className: isPassed ? "good" : "bad" }, head);
  if (isPassed) return item;
  item.append(element("p", { className: "message", textContent: test.message }));
  if (test.place) item.append(placeElement(test.place, goTo));
  if (test.printed) item.append(block("it printed:", test.printed));
  return item;
}

// What make check-NN prints of one function.
function verdictElements(verdict, goTo) {
  const { status, message, warnings, diagnosis, tests } = verdict;
  const parts = [];
  if (status === "to do") {
    const text = "This is still the stub: write your code where it says CODE HERE.";
    return [element("p", { textContent: text })];
  }
  if (diagnosis) {
    const label = element("strong", { textContent: "This looks like: " });
    parts.push(element("p", { className: "diagnosis" }, label, diagnosis));
  }
  if (!tests.length) parts.push(block(status === "does not compile" ? "It does not compile:" : status, message));
  else {
    parts.push(element("ol", { className: "tests" }, ...tests.map((test) => testElement(test, goTo))));
    if (warnings) parts.push(block("The compiler warns:", warnings));
  }
  return parts;
}

// The lines that the compiler and the tests name.
function marksOf({ message, warnings, tests }) {
  const marks = [];
  for (const [, line, column, kind, text] of `${warnings}\n${message}`.matchAll(/\.c:(\d+):(\d+): (?:fatal )?(error|warning): (.*)/g))
    marks.push({ line: Number(line), column: Number(column), severity: kind, message: text });
  for (const test of tests)
    if (test.place) marks.push({ line: Number(test.place.split(":").at(-1)), column: 0, severity: "error", message: test.message });
  return marks.filter((mark, at) => marks.findIndex((other) => other.line === mark.line && other.message === mark.message) === at);
}

// ---- which of both ----

async function begin() {
  const course = await readCourse();
  course.exercises = course.chapters.flatMap((chapter) => chapter.exercises.map((exercise) => Object.assign(exercise, { chapter })));
  const named = course.exercises.map((exercise) => ({ ...exercise, chapter: exercise.chapter.name }));
  const page = new Exercise(course);
  const title = document.title;

  function show(isFirst) {
    const hash = decodeURIComponent(location.hash.slice(1));
    const exercise = course.exercises.find(({ name }) => name === hash);
    $("overview").hidden = Boolean(exercise);
    $("exercise").hidden = !exercise;
    document.title = exercise ? `${exercise.name} – ${title}` : title;
    if (exercise) {
      page.open(exercise);
      if (!isFirst) $("name").focus();
      scrollTo({ top: 0, behavior: "instant" });
      return;
    }
    page.save();
    showOverview({ ...course, exercises: named });
    const chapter = hash && $(hash);
    if (chapter) chapter.scrollIntoView();
    else if (!isFirst) scrollTo({ top: 0, behavior: "instant" });
  }
  setUpFiles({ exercises: named }, () => show(true));
  addEventListener("hashchange", () => show(false));
  show(true);
}

begin().catch((error) => {
  $("chapters").replaceChildren(element("p", { className: "notice", role: "alert", textContent: error.message }));
});
