// The page "Tags": pictures of several kinds get their tags, wrong files a message, and nothing is sent.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { assert, axe, close, finish, folder, open, root, shot, test } from "./lib.mjs";

const TROUSER = 2; // the test image's number
const PIXELS = 28 * 28;
const images = gunzipSync(fs.readFileSync(path.join(folder, "data/t10k-images-idx3-ubyte.gz")));
const trouser = [...images.subarray(16 + TROUSER * PIXELS, 16 + (TROUSER + 1) * PIXELS)];

// The garment as a photo: enlarged, dark on a tinted light ground, off the middle; its file's bytes.
async function photo(page, type) {
  const url = await page.evaluate(
    ([pixels, mime]) => {
      const small = new OffscreenCanvas(28, 28);
      const data = new ImageData(28, 28);
      pixels.forEach((value, i) => data.data.set([40, 50, 90, value], 4 * i));
      small.getContext("2d").putImageData(data, 0, 0);
      const canvas = document.createElement("canvas");
      canvas.width = 500;
      canvas.height = 640;
      const context = canvas.getContext("2d");
      context.fillStyle = "#f2e6d0";
      context.fillRect(0, 0, 500, 640);
      context.drawImage(small, 60, 170, 330, 330);
      return canvas.toDataURL(mime, 0.85);
    },
    [trouser, type],
  );
  assert(url.startsWith(`data:${type}`), `the browser writes no ${type}`);
  return Buffer.from(url.split(",")[1], "base64");
}

const give = (page, name, buffer, input = "#choose") =>
  page.locator(input).setInputFiles({ name, mimeType: "application/octet-stream", buffer });

const settled = (page) =>
  page.waitForFunction(() => !["", "Looking …"].includes(document.querySelector("#status").textContent));
const status = (page) => page.locator("#status").textContent();
const tags = (page) =>
  page.locator("#tags button").evaluateAll((buttons) => buttons.map(({ children }) => [...children].map((c) => c.textContent)));

// Waits for a message of this kind.
async function problem(page, pattern) {
  const isSo = (source) => new RegExp(source, "is").test(document.querySelector("#status.problem")?.textContent);
  await page.waitForFunction(isSo, pattern.source).catch(async () => assert(false, `the message is: ${await status(page)}`));
}

await test("a tinted JPEG of a test image gets its tag, with the probabilities of the native program", async () => {
  const page = await open("tags/index.html");
  const posts = [];
  page.on("request", (request) => request.method() !== "GET" && posts.push(request.url()));
  const jpeg = await photo(page, "image/jpeg");
  await give(page, "trousers.jpg", jpeg);
  await page.waitForSelector("#tags button[aria-pressed=true]");
  const shown = await tags(page);
  assert(shown[0][0] === "Trouser" && shown.length === 10, `the tags are ${shown}`);
  const [photoCaption, seenCaption] = await page.locator("figcaption").allTextContents();
  assert(photoCaption === "the picture, 640 × 500", photoCaption);
  assert(/28 × 28, light and dark exchanged/.test(seenCaption), seenCaption);

  const own = fs.mkdtempSync(path.join(os.tmpdir(), "tags-"));
  fs.writeFileSync(path.join(own, "trousers.jpg"), jpeg);
  const program = path.join(root, "build/chapters/11_classify");
  const args = ["--model", path.join(folder, "tags/model.safetensors"), "--out", own, path.join(own, "trousers.jpg")];
  const native = spawnSync(program, args, { encoding: "utf8" });
  fs.rmSync(own, { recursive: true });
  assert(native.status === 0, `${program}: ${native.stderr ?? native.error}`);
  for (const [, probability, name] of native.stdout.matchAll(/^ +([\d.]+) % +(\S.*)$/gm)) {
    const here = Number(shown.find(([tag]) => tag === name)[2].replace("%", ""));
    assert(Math.abs(here - Number(probability)) < 0.02, `${name}: ${here} % here, ${probability} % natively`);
  }
  assert(!posts.length && !page.complaints.length, [...posts, ...page.complaints].join("\n"));
  await shot(page, "tags-photo", { fullPage: true });
  await close(page);
});

await test("PNG, WebP, and a photo from the camera get the tag, too", async () => {
  const page = await open("tags/index.html");
  for (const type of ["image/png", "image/webp"]) {
    await give(page, type.replace("image/", "photo."), await photo(page, type));
    await page.waitForFunction(() => document.querySelector("#status").textContent.startsWith("Trouser"));
    await page.evaluate(() => (document.querySelector("#status").textContent = ""));
  }
  const still = `data:image/png;base64,${(await photo(page, "image/png")).toString("base64")}`;
  await page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    const draw = () => context.drawImage(image, 0, 0);
    navigator.mediaDevices.getUserMedia = async () => {
      const stream = canvas.captureStream(30);
      setInterval(draw, 30);
      draw();
      return stream;
    };
  }, still);
  await page.click("#camera");
  await page.waitForFunction(() => document.querySelector("#video").readyState >= 2);
  await page.click("#shoot");
  await page.waitForFunction(() => document.querySelector("#status").textContent.startsWith("Trouser"));
  assert(await page.locator("#viewfinder").isHidden(), "the camera is still open");
  await close(page);
});

// The JPEG with a note that it must be turned by 90 degrees to be seen upright (Exif's orientation 6).
function turned(jpeg) {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2, ...exif]), jpeg.subarray(2)]);
}

await test("a photo that a camera held sideways is turned", async () => {
  const page = await open("tags/index.html");
  await give(page, "sideways.jpg", turned(await photo(page, "image/jpeg")));
  await page.waitForSelector("#tags button[aria-pressed=true]");
  const caption = await page.locator("#photo-caption").textContent();
  assert(caption === "the picture, 500 × 640", caption);
  await close(page);
});

await test("without a camera, the page says so", async () => {
  const page = await open("tags/index.html");
  await page.click("#camera");
  await problem(page, /camera.*choose a picture/is);
  await close(page);
});

await test("the sample garments get tags; another tag's reasons are shown by the keyboard", async () => {
  const page = await open("tags/index.html");
  const names = ["Ankle boot", "Pullover", "Trouser", "Shirt", "Coat", "Sandal", "Sneaker", "Dress", "Bag", "T-shirt/top"];
  let right = 0;
  for (const [i, name] of names.entries()) {
    await page.evaluate(() => (document.querySelector("#status").textContent = ""));
    await page.locator("#samples button").nth(i).click();
    await settled(page);
    right += (await status(page)).startsWith(name);
  }
  assert(right >= 7, `only ${right} of 10 are named rightly`);
  const before = await page.locator("#map").evaluate((canvas) => canvas.toDataURL());
  await page.locator("#tags button").nth(1).focus();
  await page.keyboard.press("Enter");
  const second = (await tags(page))[1][0];
  await page.waitForFunction((name) => document.querySelector("#map-caption").textContent.endsWith(name), second);
  assert(before !== (await page.locator("#map").evaluate((canvas) => canvas.toDataURL())), "the map is the same");
  await close(page);
});

await test("broken pictures and wrong files: a clear message, and the page goes on", async () => {
  const page = await open("tags/index.html");
  const png = await photo(page, "image/png");
  await give(page, "broken.png", png.subarray(0, 700));
  await problem(page, /^broken\.png/);
  await give(page, "notes.txt", Buffer.from("no picture"));
  await problem(page, /notes\.txt is no picture/);
  await give(page, "notes.txt", Buffer.from("no network at all"), "#choose-model");
  await problem(page, /notes\.txt is no safetensors file/);
  const model = fs.readFileSync(path.join(folder, "tags/model.safetensors"));
  model[model.length - 5] ^= 1;
  await give(page, "flipped.safetensors", model, "#choose-model");
  await problem(page, /^flipped\.safetensors.*damaged/);
  await give(page, "short.safetensors", model.subarray(0, 5000), "#choose-model");
  await problem(page, /^short\.safetensors/);
  await give(page, "photo.png", png);
  await page.waitForFunction(() => document.querySelector("#status").textContent.startsWith("Trouser"));
  assert(!page.complaints.length, page.complaints.join("\n"));
  await close(page);
});

await test("the reader's own network is used, and the offered one again", async () => {
  const page = await open("tags/index.html");
  await give(page, "mine.safetensors", fs.readFileSync(path.join(folder, "tags/model.safetensors")), "#choose-model");
  await page.waitForFunction(() => /your file mine.safetensors/.test(document.querySelector("#network").textContent));
  await page.click("#offered");
  await page.waitForFunction(() => /of the test images/.test(document.querySelector("#network").textContent));
  await close(page);
});

await test("without the program, a clear message", async () => {
  const page = await open("index.html");
  await page.route("**/live.wasm", (route) => route.abort());
  await page.goto(page.url().replace("index.html", "tags/index.html"));
  await problem(page, /program could not be loaded.*no network/);
  await close(page);
});

await test("narrow and dark, wide and light: all fits, axe-core finds nothing serious", async () => {
  for (const [width, colorScheme] of [[360, "dark"], [1280, "light"]]) {
    const page = await open("tags/index.html", { colorScheme, viewport: { width, height: 760 } });
    await page.locator("#samples button").nth(4).click();
    await page.waitForSelector("#tags button[aria-pressed=true]");
    const found = await axe(page);
    const most = await page.evaluate(() => document.documentElement.scrollWidth);
    await shot(page, `tags-${width}-${colorScheme}`, { fullPage: true });
    await close(page);
    assert(!found.length && most <= width, `${width}: ${most} pixels wide; ${found.join("\n")}`);
  }
});

await finish();
