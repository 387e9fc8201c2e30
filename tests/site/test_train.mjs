// The page "Train here": it learns, pauses, and its files and the native programs' are the same.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { assert, axe, close, finish, folder, open, root, shot, test } from "./lib.mjs";

const LIMIT = 512;
const LIMIT_TEST = 200;
const STEPS = LIMIT / 2 / 32; // an epoch has half of the images

const own = fs.mkdtempSync(path.join(os.tmpdir(), "train-"));
const saved = path.join(own, "saved.safetensors");

// The page with a small training chosen.
async function openSmall(options) {
  const page = await open("train/index.html", options);
  await page.locator("#data option").first().evaluate((option, value) => (option.value = value), `${LIMIT} ${LIMIT_TEST}`);
  await page.selectOption("#batch", "32");
  await page.fill("#epochs", "1");
  return page;
}

const text = (page, id) => page.locator(`#${id}`).textContent();
const step = async (page) => Number((await text(page, "step")).split(" ")[0]);
const hash = (file) => createHash("sha256").update(fs.readFileSync(file)).digest("hex");
const waitForSteps = (page, count) =>
  page.waitForFunction((least) => Number(document.querySelector("#step").textContent.split(" ")[0]) >= least, count, { timeout: 120000 });
// Until the last test of a training, or of an opened network, and all that it shows.
const waitForTest = (page) =>
  page.waitForFunction(() => {
    const [said, button] = ["#status", "#go"].map((id) => document.querySelector(id).textContent);
    return /names [\d.]+\s% of the test images/.test(said) && /^(Finished|Continue)$/.test(button);
  }, null, { timeout: 120000 });
const give = (page, name, buffer) =>
  page.locator("#choose-model").setInputFiles({ name, mimeType: "application/octet-stream", buffer });

// How many pixels of a chart are drawn on.
const drawn = (page, id) =>
  page.locator(`#${id} canvas`).evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
    return count;
  });

function run(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(path.join(root, program), args, { encoding: "utf8" });
  assert(status === 0, `${program}: ${error ?? stderr}`);
  return stdout;
}

const native = (out, ...args) => {
  run("build/sse/chapters/08_training", "--data", path.join(folder, "data"), "--limit", LIMIT, "--limit-test", LIMIT_TEST, "--eval-flip=no", "--out", out, ...args);
  return path.join(out, "model.safetensors");
};

await test("a training lowers the loss, and its curves grow; a pause holds", async () => {
  const page = await openSmall();
  await page.fill("#epochs", "4");
  const empty = await drawn(page, "loss-chart");
  await page.click("#go");
  const seen = await page.waitForFunction(() => Number(document.querySelector("#loss").textContent)); // "–" before
  const first = await seen.jsonValue();
  await waitForSteps(page, 6);
  await page.click("#go");
  await page.waitForFunction(() => document.querySelector("#go").textContent === "Continue");
  const [paused, few] = [await step(page), await drawn(page, "loss-chart")];
  assert(few > empty, "the curve of the loss is empty");
  await page.waitForTimeout(500);
  assert((await step(page)) === paused, `it stood at step ${paused}, and is at ${await step(page)}`);
  await page.click("#go");
  await waitForSteps(page, 4 * STEPS);
  await waitForTest(page);
  const last = Number(await text(page, "loss"));
  assert(last < 0.8 * first, `the loss was ${first} and is ${last}`);
  const label = await page.locator("#loss-chart").getAttribute("aria-label");
  assert(label.includes(`${4 * STEPS} steps`), label);
  assert((await drawn(page, "accuracy-chart")) > 0, "the curve of the accuracy is empty");
  assert((await page.locator("#filters canvas").count()) === 16, "there are not 16 filters");
  assert((await page.locator("#wrong canvas").count()) === 24, "there are not 24 wrong images");
  assert(Number(await text(page, "speed")) > 0, "no speed is shown");
  await shot(page, "train-done", { fullPage: true });
  await page.click("#over");
  assert((await text(page, "go")) === "Start" && (await text(page, "step")) === "–", "it did not start over");
  await close(page);
});

await test("the same seed gives the same bits as the native program of SIMD=sse", async () => {
  const page = await openSmall();
  await page.fill("#seed", "7");
  await page.click("#go");
  await waitForTest(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
  assert(download.suggestedFilename() === "model.safetensors", download.suggestedFilename());
  await download.saveAs(saved);
  fs.writeFileSync(`${saved}.accuracy`, await text(page, "accuracy"));
  const other = native(path.join(own, "seed7"), "--epochs", "1", "--batch", "32", "--seed", "7");
  assert(hash(saved) === hash(other), "the two files differ");
  assert(hash(saved) !== hash(native(path.join(own, "seed8"), "--epochs", "1", "--batch", "32", "--seed", "8")), "any seed gives the same");
  await close(page);
});

await test("a saved network gives the same test accuracy when opened again, and trains on", async () => {
  const page = await openSmall();
  await give(page, "saved.safetensors", fs.readFileSync(saved));
  await waitForTest(page);
  const accuracy = await text(page, "accuracy");
  assert(accuracy === fs.readFileSync(`${saved}.accuracy`, "utf8"), `opened, it has ${accuracy}`);
  await page.waitForFunction(() => document.querySelector("#go").textContent === "Continue");
  await page.click("#go");
  await waitForSteps(page, 2);
  await close(page);
});

await test("the native programs take a saved network", () => {
  const tags = run("build/chapters/11_classify", "--model", saved, "--data", path.join(folder, "data"), "--out", own);
  assert(/resnet20 after 1 epoch: 10 classes/.test(tags), tags);
  const onnx = path.join(own, "net.onnx");
  run("build/sse/chapters/08_training", "--from", saved, "--save-onnx", onnx);
  assert(fs.statSync(onnx).size > 1e6, "the ONNX file is small");
});

await test("the page takes a network of the native program", async () => {
  const out = path.join(own, "native");
  const file = native(out, "--epochs", "1", "--batch", "64", "--model", "resnet32");
  const page = await openSmall();
  await give(page, "model.safetensors", fs.readFileSync(file));
  await waitForTest(page);
  const [head, row] = fs.readFileSync(path.join(out, "log.csv"), "utf8").trim().split("\n").map((line) => line.split(","));
  const expected = (100 * Number(row[head.indexOf("test_accuracy")])).toFixed(2);
  assert((await text(page, "accuracy")).startsWith(expected), `${await text(page, "accuracy")} instead of ${expected} %`);
  await close(page);
});

await test("the reader's learning rate counts; the schedule's comes back", async () => {
  const page = await openSmall();
  await page.fill("#epochs", "4");
  await page.locator("#rate").fill("-2");
  assert(!(await page.isChecked("#follow")) && (await text(page, "rate-value")) === "0.01", "the slider was not taken");
  await page.click("#go");
  await waitForSteps(page, 3);
  assert((await text(page, "rate-value")) === "0.01", `the rate is ${await text(page, "rate-value")}`);
  await page.check("#follow");
  await waitForSteps(page, (await step(page)) + 2);
  assert((await text(page, "rate-value")) !== "0.01", "the schedule's rate is not shown");
  await close(page);
});

await test("a wrong file and missing images: a clear message, and the page goes on", async () => {
  const page = await openSmall();
  const problem = async (pattern) => {
    const isSo = (source) => new RegExp(source, "is").test(document.querySelector("#status.problem")?.textContent);
    await page.waitForFunction(isSo, pattern.source).catch(async () => assert(false, `the message is: ${await text(page, "status")}`));
  };
  await give(page, "notes.txt", Buffer.from("some text, no network"));
  await problem(/notes\.txt is no safetensors file/);
  await give(page, "cut.safetensors", fs.readFileSync(saved).subarray(0, 9000));
  await problem(/^cut\.safetensors/);
  await page.route("**/data/*", (route) => route.abort());
  await page.evaluate(() => caches.delete("fashion-mnist"));
  await page.click("#go");
  await problem(/could not be loaded.*network/);
  await page.unroute("**/data/*");
  await page.click("#go");
  await waitForSteps(page, 1);
  await close(page);
});

await test("narrow and dark, wide and light: all fits, axe-core finds nothing serious", async () => {
  for (const [width, colorScheme] of [[360, "dark"], [1280, "light"]]) {
    const page = await openSmall({ colorScheme, viewport: { width, height: 760 } });
    await shot(page, `train-new-${width}-${colorScheme}`, { fullPage: true });
    await page.click("#go");
    await waitForTest(page);
    const found = await axe(page);
    const most = await page.evaluate(() => document.documentElement.scrollWidth);
    await shot(page, `train-${width}-${colorScheme}`, { fullPage: true });
    await close(page);
    assert(!found.length && most <= width, `${width}: ${most} pixels wide; ${found.join("\n")}`);
  }
});

fs.rmSync(own, { recursive: true });
await finish();
