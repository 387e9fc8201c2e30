// The Run buttons: each command of the lessons, as the page runs it, gives the lines that the lesson
// shows (compare_lesson.awk, as natively) and its pictures; Stop, errors, no SIMD, no network; the
// predictions.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { assert, axe, close, finish, folder, newPage, open, root, shot, test, url } from "./lib.mjs";

const lesson = (chapter) => `chapters/${chapter}/index.html`;
const chapters = fs.readdirSync(path.join(folder, "programs")).map((name) => path.basename(name, ".wasm"));
const own = fs.mkdtempSync(path.join(os.tmpdir(), "run-"));

// Opens a lesson whose outcomes are all shown.
async function openShown(chapter, options) {
  const page = await newPage(options);
  await page.addInitScript(() => localStorage.setItem("predict: never ask", "yes"));
  await page.goto(url + lesson(chapter), { waitUntil: "load" });
  return page;
}

const ends = /^(Done in|Exit status|Stopped|The |This browser)/;

// Runs a page's block with these arguments, or its own; resolves to its status line and its output.
async function runBlock(block, args) {
  if (args !== undefined) await block.locator(".bar textarea").fill(args);
  await block.locator(".bar .go").click();
  const status = block.locator(".status").first();
  for (;;) {
    const text = await status.innerText();
    if (ends.test(text)) return { status: text, output: await block.locator(".live").textContent() };
    const ask = status.locator("button");
    if (await ask.isVisible()) await ask.click();
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

// ---- every block of every lesson ----

for (const chapter of chapters) {
  const page = await openShown(chapter);
  const blocks = await page.locator(".run").all();
  for (const [i, block] of blocks.entries()) {
    const command = await block.getAttribute("data-command");
    await test(`${chapter}, ${i + 1}: ${command}`, async () => {
      const shown = await block.locator(".output").textContent();
      const { status, output } = await runBlock(block);
      console.log(`# ${status.trim()}`);
      assert(status.startsWith("Done"), `${status}\n${output.slice(-500)}`);
      assert(output.length > 20, "it printed next to nothing");
      compare(output, shown);
      await checkPictures(block, output);
      await block.scrollIntoViewIfNeeded();
      if (process.env.SHOTS) await block.screenshot({ path: path.join(process.env.SHOTS, `run-${chapter}-${i}.png`) });
      assert(!page.complaints.length, page.complaints.join("\n"));
    });
  }
  await close(page);
}

fs.rmSync(own, { recursive: true });
await finish();
