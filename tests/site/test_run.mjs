// The Run buttons: each command of the lessons, as the page runs it, gives the lines that the lesson
// shows (compare_lesson.awk, as natively) and its pictures; Stop, errors, no SIMD, no network; the
// predictions.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { assert, axe, close, finish, folder, newPage, open, root, shot, test, url } from "./lib.mjs";

const lesson = (chapter) => `chapters/${chapter}/index.html`;
const chapters = fs.readdirSync(path.join(root, "chapters")).filter((name) => /^\d\d_/.test(name));
const own = fs.mkdtempSync(path.join(os.tmpdir(), "run-"));

// Opens a lesson whose outcomes are all shown.
async function openShown(chapter, options) {
  const page = await newPage(options);
  await page.addInitScript(() => localStorage.setItem("predict: never ask", "yes"));
  await page.goto(url + lesson(chapter), { waitUntil: "load" });
  return page;
}

// Runs a page's block with these arguments, or its own; resolves to its status line and its output.
async function runBlock(block, args) {
  await block.locator(".status").evaluateAll((all) => all.forEach((status) => status.remove())); // an earlier run's
  if (args !== undefined) await block.locator(".bar textarea").fill(args);
  await block.locator(".bar .go").click();
  const status = block.locator(".status").first();
  for (const latest = Date.now() + 600_000; ; ) {
    const ended = await status.evaluate((line) => line.matches(".good, .bad")); // before its text is read
    const text = await status.innerText();
    if (ended || text === "Stopped.") return { status: text, output: await block.locator(".live").textContent() };
    const ask = status.locator("button");
    if (await ask.isVisible()) await ask.click();
    assert(Date.now() < latest, `it has run for ten minutes: ${text}`);
    await block.page().waitForTimeout(50);
  }
}

function compare(output, shown) {
  fs.writeFileSync(path.join(own, "output"), output);
  fs.writeFileSync(path.join(own, "shown"), shown);
  const awk = ["-f", "tests/commands/compare_lesson.awk", path.join(own, "output"), path.join(own, "shown")];
  try {
    execFileSync("awk", awk, { cwd: root, encoding: "utf8" });
  } catch (error) {
    throw new Error(error.stdout + output.slice(-500));
  }
}

async function checkPictures(block, output) {
  const announced = [...output.matchAll(/^picture: (.*)\.png$/gm)].map(([, name]) => name);
  for (const name of announced) await block.locator(`figcaption :text("${name}.")`).waitFor();
  const sizes = await block.locator(".picture img").evaluateAll((all) => all.map((image) => image.naturalWidth));
  assert(sizes.length >= announced.length && sizes.every((width) => width > 20), `pictures' widths: ${sizes}`);
}

// ---- every block of every lesson; a command that stands in several is run once ----

for (const chapter of chapters) {
  const outputs = new Map();
  const page = await openShown(chapter);
  const blocks = await page.locator(".run").all();
  for (const [i, block] of blocks.entries()) {
    const command = await block.getAttribute("data-command");
    await test(`${chapter}, ${i + 1}: ${command}`, async () => {
      const shown = await block.locator(".output").textContent();
      if (outputs.has(command)) return compare(outputs.get(command), shown);
      const { status, output } = await runBlock(block);
      console.log(`# ${status.trim()}`);
      assert(status.startsWith("Done"), `${status}\n${output.slice(-500)}`);
      assert(output.length > 20, "it printed next to nothing");
      compare(output, shown);
      outputs.set(command, output);
      await checkPictures(block, output);
      await block.scrollIntoViewIfNeeded();
      if (process.env.SHOTS) await block.screenshot({ path: path.join(process.env.SHOTS, `run-${chapter}-${i}.png`) });
      assert(!page.complaints.length, page.complaints.join("\n"));
    });
  }
  await close(page);
}

// ---- what a reader does ----

const first = async (chapter, options) => {
  const page = await openShown(chapter, options);
  return { page, block: page.locator(".run").first() };
};

await test("a wrong argument gives the program's own message, and its exit status is shown", async () => {
  const { page, block } = await first("07_full_model");
  const { status, output } = await runBlock(block, "--layers 19");
  assert(status.startsWith("Exit status 1"), status);
  assert(/--layers: .*19/.test(output), output);
  await shot(page, "run-wrong");
  const help = await runBlock(block, "--help");
  assert(help.status.startsWith("Done") && help.output.includes("--layers"), help.output);
  const quoted = await runBlock(block, `--layers "19 'a' b"`);
  assert(quoted.output.includes("19 'a' b"), quoted.output);
  assert(!page.complaints.length, page.complaints.join("\n"));
  await close(page);
});

await test("Stop ends a training; the next run begins anew; nothing shares memory", async () => {
  const { page, block } = await first("08_training");
  await block.locator(".bar textarea").fill("--limit 512 --limit-test 64 --epochs 50");
  await block.locator(".go").click();
  await block.locator(".live", { hasText: "epoch 1/50" }).waitFor();
  assert((await block.locator(".go").innerText()) === "Stop", "the button is not Stop");
  await shot(page, "run-progress");
  await block.locator(".go").click();
  assert((await block.locator(".status").innerText()) === "Stopped.", "it did not stop");
  for (let i = 0; page.workers().length > 1; i++) {
    assert(i < 300, "its worker is still there");
    await page.waitForTimeout(100);
  }
  const { status } = await runBlock(block, "--limit 64 --limit-test 64 --batch 32 --epochs 1 --out build/a");
  assert(status.startsWith("Done"), status);
  await block.locator(".written a", { hasText: "build/a/model.safetensors" }).waitFor();
  assert(await page.evaluate(() => typeof SharedArrayBuffer === "undefined"), "memory could be shared");
  await close(page);
});

await test("a command that reads what an earlier one writes runs that first", async () => {
  const page = await openShown("11_classify");
  const blocks = page.locator(".run");
  await blocks.first().locator(".bar textarea").fill("--limit 64 --limit-test 64 --batch 32 --epochs 1 --out build/small");
  const { status } = await runBlock(blocks.nth(1));
  assert(status.startsWith("Done"), status);
  assert((await blocks.first().locator(".status").innerText()).startsWith("Done"), "the first did not run");
  await close(page);
});

await test("a checkpoint that was downloaded has the format's header", async () => {
  const { page, block } = await first("08_training");
  await runBlock(block, "--limit 64 --limit-test 64 --batch 32 --epochs 1 --out build/a");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    block.locator(".written a", { hasText: "build/a/model.safetensors" }).click(),
  ]);
  assert(download.suggestedFilename() === "model.safetensors", download.suggestedFilename());
  const bytes = fs.readFileSync(await download.path());
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())));
  assert(header.__metadata__.class_names.includes("Ankle boot"), JSON.stringify(header.__metadata__));
  await close(page);
});

await test("the whole training set is asked for, with its size; from 10,000 images down the part is read", async () => {
  const { page, block } = await first("08_training");
  const loaded = [];
  page.on("request", (request) => loaded.push(path.basename(request.url())));
  await block.locator(".bar textarea").fill("--limit 10001 --epochs 1");
  await block.locator(".go").click();
  await block.locator(".status button").waitFor();
  assert(/60,000.*26\.4 MB/.test(await block.locator(".status").innerText()), "its size is not said");
  await shot(page, "run-asks");
  await block.locator(".go").click();
  await runBlock(block, "--limit 10000 --limit-test 64 --batch 32 --plot");
  assert(!loaded.includes("train-images-first-10000.gz"), "--plot needs no images");
  await runBlock(block, "--limit 64 --limit-test 64 --batch 32 --epochs 1");
  assert(loaded.includes("train-images-first-10000.gz"), loaded.join(" "));
  await close(page);
});

await test("without a network: it says so; after the first load it needs none", async () => {
  const { page, block } = await first("08_training");
  await page.context().setOffline(true);
  const cut = await runBlock(block);
  assert(/no network/.test(cut.status), cut.status);
  await page.context().setOffline(false);
  const command = "--limit 64 --limit-test 64 --batch 32 --epochs 1";
  assert((await runBlock(block, command)).status.startsWith("Done"), "it did not run");
  await block.locator(".written").waitFor(); // and gnuplot is loaded
  await page.context().setOffline(true);
  assert((await runBlock(block, command)).status.startsWith("Done"), "it did not run without a network");
  await page.context().setOffline(false);
  await page.reload({ waitUntil: "load" });
  let fetched = 0;
  page.on("request", (request) => (fetched += request.url().includes("/data/")));
  assert((await runBlock(page.locator(".run").first(), command)).status.startsWith("Done"), "it did not run again");
  assert(!fetched, "the images were loaded a second time");
  await close(page);
});

await test("a browser without WebAssembly SIMD is told which have it", async () => {
  const page = await newPage();
  await page.addInitScript(() => {
    localStorage.setItem("predict: never ask", "yes");
    WebAssembly.validate = () => false;
  });
  await page.goto(url + lesson("01_padding"));
  const { status } = await runBlock(page.locator(".run").first());
  assert(status.includes("Firefox"), status);
  await close(page);
});

await test("a guess opens the outcome by keyboard, stands beside it and is kept", async () => {
  const page = await open(lesson("01_padding"));
  assert(!(await page.locator(".outcome .go").first().isVisible()), "the outcome is open");
  await shot(page, "predict");
  await page.locator(".guess input").focus();
  await page.keyboard.type("yes, and no");
  await page.keyboard.press("Enter");
  assert(await page.locator(".outcome .go").first().isVisible(), "the outcome did not open");
  assert((await page.locator(".guessed").innerText()).includes("yes, and no"), "the guess is not beside it");
  const complaints = await axe(page);
  assert(!complaints.length, complaints.join("\n"));
  await page.reload({ waitUntil: "load" });
  assert((await page.locator(".guessed").innerText()).includes("yes, and no"), "the guess was forgotten");
  await page.locator(".guessed button").click();
  assert(!(await page.locator(".outcome .go").first().isVisible()), "the outcome did not close again");
  await close(page);
});

await test("whoever wants no questions gets all outcomes, on all pages", async () => {
  const page = await open(lesson("07_full_model"));
  await page.locator(".guess").first().getByText("Always show").click();
  assert((await page.locator('.outcome[hidden="until-found"]').count()) === 0, "some are hidden");
  await page.goto(url + lesson("04_shortcut"), { waitUntil: "load" });
  assert((await page.locator('.outcome[hidden="until-found"]').count()) === 0, "some are hidden on another page");
  await close(page);
});

for (const view of [
  { colorScheme: "dark", viewport: { width: 360, height: 740 } },
  { colorScheme: "light", viewport: { width: 1280, height: 800 } },
]) {
  await test(`after a run axe-core finds nothing serious, nor is it too wide: ${view.viewport.width} pixels`, async () => {
    const { page, block } = await first("03_pre_activation", view);
    await block.locator(".bar textarea").focus();
    await page.keyboard.press("Enter");
    await block.locator(".picture img").waitFor();
    const complaints = [...(await axe(page)), ...page.complaints];
    assert(!complaints.length, complaints.join("\n"));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert(!wide, "the page scrolls sideways");
    await block.scrollIntoViewIfNeeded();
    await shot(page, `run-${view.viewport.width}`);
    await close(page);
  });
}

fs.rmSync(own, { recursive: true });
await finish();
