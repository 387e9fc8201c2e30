// The exercises in the page: in each chapter a stub, a wrong answer with its diagnosis, and the solution;
// faults; progress, files, the keyboard alone, and no network.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { assert, axe, close, finish, folder, open, root, shot, test, url } from "./lib.mjs";

const read = (file) => fs.readFileSync(path.join(root, file), "utf8");
const { chapters } = JSON.parse(fs.readFileSync(path.join(folder, "kit/exercises.json"), "utf8"));
const exercise = (name) => chapters.flatMap(({ exercises }) => exercises).find((one) => one.name === name);
const fault = (name) => read(`tests/exercises/faults/${name}.c`);

// The first of the exercise's wrong answers, whole, and its diagnosis.
const mistakeOf = (name) => {
  const made = path.join(root, "build/wasm/mistakes", name);
  const first = fs.readdirSync(made).find((file) => file.endsWith(".c"));
  const source = fs.readFileSync(path.join(made, first), "utf8");
  return { source, diagnosis: /Diagnosis: (.*) \*\//.exec(source)[1] };
};

const openExercise = async (page, name) => {
  await page.goto(`${url}exercises/index.html#${name}`);
  await page.waitForFunction((wanted) => document.getElementById("name").textContent === wanted, name);
};

// Replaces the editor's text, as a reader does who pastes.
const write = async (page, text) => {
  await page.focus(".cm-content");
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector(".cm-content").dispatchEvent(event);
  }, text);
};

const settled = async (page) => {
  await page.waitForFunction(() => !document.getElementById("check").hasAttribute("aria-disabled"), null, { timeout: 90_000 });
  return { said: await page.textContent("#said"), results: await page.innerText("#results") };
};

const check = async (page, text) => {
  if (text !== undefined) await write(page, text);
  await page.click("#check");
  return settled(page);
};

const has = (text, part) => assert(text.includes(part), `no "${part}" in: ${text}`);

const page = await open("exercises/index.html");

await test("the list has all exercises; axe-core finds nothing serious", async () => {
  await page.waitForSelector(".chapter li");
  const links = await page.$$(".chapter li a");
  const all = chapters.reduce((sum, { exercises }) => sum + exercises.length, 0);
  assert(links.length === all, `${links.length} of ${all}`);
  has(await page.textContent("#standing"), `0 of ${all} done`);
  const complaints = await axe(page);
  assert(!complaints.length, complaints.join("\n"));
  await shot(page, "exercises-list");
});

await test("the first check says what it loads, loads the compiler, and the solution passes", async () => {
  await openExercise(page, "pad_forward_loops");
  await page.waitForFunction(() => /loads the compiler, \d+\.\d MB, once/.test(document.getElementById("said").textContent));
  await shot(page, "exercises-stub");
  const { said, results } = await check(page, exercise("pad_forward_loops").solution);
  has(said, "Done, 6 of 6 tests");
  has(results, "a 2 x 2 image with one zero all around, by hand");
  await shot(page, "exercises-done", { fullPage: true });
});

for (const { name: chapter, exercises } of chapters) {
  const { name, stub, solution } = exercises.at(-1);
  await test(`${chapter}: ${name}: stub, wrong answer, solution`, async () => {
    await openExercise(page, name);
    const begun = await check(page, stub);
    has(begun.said, "To do");
    has(begun.results, "CODE HERE");
    const unwritten = await check(page, `${stub}\n/* begun */\n`);
    assert(/^(Wrong|Crashed), \d+ of \d+ tests/.test(unwritten.said), unwritten.said);
    const mistake = mistakeOf(name);
    const wrong = await check(page, mistake.source);
    has(wrong.results, `This looks like: ${mistake.diagnosis}`);
    const { said } = await check(page, solution);
    assert(/^Done, (\d+) of \1 tests/.test(said), said);
  });
}

await test("a syntax error shows the compiler's message with its line, and marks it", async () => {
  await openExercise(page, "pad_forward_loops");
  const { said, results } = await check(page, fault("pad_forward_loops/syntax"));
  has(said, "Does not compile");
  assert(/pad_forward_loops\.c:\d+:\d+: error: expected/.test(results), results);
  await page.waitForSelector(".cm-lint-marker-error");
  await shot(page, "exercises-syntax", { fullPage: true });
});

const faults = [
  ["writes_behind", "It wrote outputs[16], outside the array, which has 16 values."],
  ["reads_behind", "It read inputs[4], outside the array, which has 4 values."],
  ["helper_not_static", "Write `static` before it"],
  ["undefined_reference", "It compiles, but uses what does not exist: undefined reference to"],
  ["division_by_zero", "at exercises/01_padding/pad_forward_loops.c:"],
  ["recursion", "It ran out of stack"],
  ["keeps_a_static", "Right at first, but not when called again"],
];
for (const [name, message] of faults) {
  await test(`${name}: ${message}`, async () => has((await check(page, fault(`pad_forward_loops/${name}`))).results, message));
}

await test("an endless loop ends with a message, and the next check works", async () => {
  const { said, results } = await check(page, fault("pad_forward_loops/endless_loop"));
  has(said, "Timed out");
  has(results, "is there a loop that never ends?");
  has((await check(page, exercise("pad_forward_loops").solution)).said, "Done");
});

await test("hints come one by one; the solution asks first, then stands beside the answer", async () => {
  await openExercise(page, "conv2d_output_size");
  await page.click("#hint");
  has(await page.innerText("#hints"), exercise("conv2d_output_size").hints[0].slice(0, 40));
  assert((await page.textContent("#hint")) === "Hint 2 of 3", "the next hint is not the second");
  await page.click("#solution");
  await page.click("text=Show it all the same");
  has(await page.textContent(".diff"), "return room / strides + 1");
  const complaints = await axe(page);
  assert(!complaints.length, complaints.join("\n"));
  await shot(page, "exercises-solution", { fullPage: true });
});

await test("Reset brings the stub back, and Undo the text", async () => {
  await openExercise(page, "conv2d_output_size");
  await write(page, "/* mine */\n");
  await page.click("#reset");
  has(await page.innerText(".cm-content"), "CODE HERE");
  await page.keyboard.press("ControlOrMeta+z");
  has(await page.innerText(".cm-content"), "mine");
  await write(page, exercise("conv2d_output_size").stub);
});

await test("without a network, once the compiler is loaded, another exercise is checked", async () => {
  await page.context().setOffline(true);
  const { name, solution } = exercise("softmax_cross_entropy_forward_loops");
  try {
    await openExercise(page, name);
    has((await check(page, solution)).said, "Done");
  } finally {
    await page.context().setOffline(false);
  }
});

await test("answers and progress survive a reload, and the compiler comes from the cache", async () => {
  const standing = async () => {
    await page.waitForSelector(".chapter li");
    return page.textContent("#standing");
  };
  await page.goto(`${url}exercises/index.html`);
  const before = await standing();
  await page.reload();
  assert(!before.startsWith("0 of") && (await standing()) === before, before);
  await shot(page, "exercises-progress");
  await openExercise(page, "pad_forward_loops");
  has(await page.innerText(".cm-content"), "int size[4]; ");
  await page.waitForFunction(() => document.getElementById("said").textContent.includes("already"));
  let bytes = 0;
  page.on("response", (response) => (bytes += Number(response.headers()["content-length"] ?? 0)));
  has((await check(page)).said, "Done");
  assert(bytes < 1e6, `${bytes} bytes were loaded again`);
});

await test("the saved zip, unpacked, passes make check-01; and it can be opened again", async () => {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "exercises-"));
  await page.goto(`${url}exercises/index.html`);
  await page.waitForSelector(".chapter li");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  const file = path.join(temporary, "exercises.zip");
  await download.saveAs(file);
  const unpacked = spawnSync("python3", ["-m", "zipfile", "-e", file, temporary], { encoding: "utf8" });
  assert(unpacked.status === 0, unpacked.stderr);
  const options = `GRADE_OPTIONS=--exercises ${temporary}/exercises --out ${temporary}/grade`;
  const { status, stdout, stderr } = spawnSync("make", ["-s", "check-01", options], { cwd: root, encoding: "utf8" });
  assert(status === 0 && /pad_forward_loops +done/.test(stdout) && /custom_padding +done/.test(stdout), stdout + stderr);

  const other = await open("exercises/index.html");
  await openExercise(other, "pad_forward_loops"); // its stub must not come back
  await other.evaluate(() => (location.hash = ""));
  await other.setInputFiles("#open-zip", file);
  await other.waitForFunction(() => document.getElementById("files-said").textContent.startsWith("Opened: "));
  const names = spawnSync("python3", ["-m", "zipfile", "-l", file], { encoding: "utf8" }).stdout;
  const all = chapters.flatMap(({ exercises }) => exercises).length;
  assert(names.split("\n").length < all && !/backward_walk/.test(names), `stubs are in the zip: ${names}`);
  await openExercise(other, "pad_forward_loops");
  has(await other.innerText(".cm-content"), "int size[4]; ");
  await other.goto(`${url}exercises/index.html`);
  await other.waitForSelector(".chapter li");
  fs.writeFileSync(file, "no zip");
  await other.setInputFiles("#open-zip", file);
  await other.waitForFunction(() => document.getElementById("files-said").textContent.includes("it is no zip file"));
  await close(other);
  fs.rmSync(temporary, { recursive: true });
});

await test("by keyboard alone: from the list into the editor, check, and out again", async () => {
  await page.goto(`${url}exercises/index.html`);
  await page.waitForSelector(".chapter li");
  await page.focus(`.chapter li a[href="#pad_forward_loops"]`);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#exercise:not([hidden])");
  const inEditor = () => page.evaluate(() => Boolean(document.activeElement.closest(".cm-editor")));
  for (let i = 0; i < 12 && !(await inEditor()); i++) await page.keyboard.press("Tab");
  assert(await inEditor(), "Tab does not reach the editor");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("x");
  await page.keyboard.press("Control+Enter");
  has((await settled(page)).said, "Does not compile");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+Enter");
  has((await settled(page)).said, "Done");
  await page.keyboard.press("Tab");
  assert(await inEditor(), "Tab leaves the editor");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert(!(await inEditor()), "Escape and Tab do not leave the editor");
});

for (const view of [{ colorScheme: "dark", viewport: { width: 360, height: 740 } }, { colorScheme: "dark", viewport: { width: 1700, height: 950 } }]) {
  const { width } = view.viewport;
  await test(`${width} pixels, dark: fits, axe-core finds nothing serious`, async () => {
    const own = await open("exercises/index.html", view);
    await own.waitForSelector(".chapter li");
    await shot(own, `exercises-list-${width}`);
    await openExercise(own, "conv2d_forward_loops");
    await own.click("#hint");
    await check(own, mistakeOf("conv2d_forward_loops").source);
    await shot(own, `exercises-wrong-${width}`, { fullPage: width < 500 });
    const overflow = await own.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    const complaints = [...own.complaints, ...(await axe(own))];
    await close(own);
    assert(overflow <= 0, `${overflow} pixels too wide`);
    assert(!complaints.length, complaints.join("\n"));
  });
}

await test("no error, no failed request, no other host", () => {
  assert(!page.complaints.length, page.complaints.join("\n"));
});

await close(page);
await finish();
