// The page "Tags": a picture in, ranked tags out, with what the network saw and where its reasons lie.
import "./live.css";
import "./tags.css";
import { $, call, drawPng, element, modelFile, percent, readModel, renamed, takeDrops } from "./live.js";

const folder = new URL("../tags/", import.meta.url);
const garments = [0, 1, 2, 4, 6, 8, 9, 13, 18, 19]; // as chapters/site/live/model.mk has them
const MOST_SIDE = 2048; // of what the browser itself decodes

const state = { model: undefined, picture: undefined };

function say(text, isProblem = false) {
  $("#status").textContent = text;
  $("#status").classList.toggle("problem", isProblem);
}

// ---- the network ----

async function fetched(name) {
  const response = await fetch(new URL(name, folder)).catch(() => {});
  if (!response?.ok) throw new Error(`${name} could not be loaded; is the network there?`);
  return response;
}

// The test accuracy in the last row of a training's log.csv.
function lastAccuracy(log) {
  const [head, ...rows] = log.trim().split("\n").map((line) => line.split(","));
  return Number(rows.at(-1)[head.indexOf("test_accuracy")]);
}

// The network that the site offers, fetched once.
let offered;
function offeredModel() {
  offered ??= (async () => {
    const [model, log] = await Promise.all([fetched(modelFile), fetched("log.csv")]);
    return { name: modelFile, bytes: new Uint8Array(await model.arrayBuffer()), accuracy: lastAccuracy(await log.text()) };
  })();
  offered.catch(() => (offered = undefined));
  return offered;
}

async function openModel(model) {
  let answer;
  try {
    ({ answer } = await call("tags_open", [], { kept: [], fresh: true, put: { [modelFile]: model.bytes } }));
  } catch (error) {
    throw new Error(renamed(error, model));
  }
  const { description, height, width, channels, classes } = answer;
  const origin = model.accuracy
    ? ` It names ${percent(model.accuracy)} of the test images of Fashion-MNIST rightly.`
    : ` It comes from your file ${model.name}.`;
  $("#network").textContent =
    `${description}: ${classes} tags, pictures of ${height} × ${width} ${channels === 1 ? "grey" : "coloured"} pixels.${origin}`;
  $("#offered").hidden = Boolean(model.accuracy);
  state.model = model;
}

// ---- pictures ----

// Whether a JPEG says that it must be turned: the course's reader, as most small ones, does not look.
function isTurned(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + view.getUint16(at + 2)) {
    if (bytes[at + 1] !== 0xe1 || view.getUint32(at + 4) !== 0x45786966) continue;
    const tiff = at + 10;
    if (tiff + 8 > bytes.length) return false;
    const little = view.getUint16(tiff) === 0x4949;
    const first = tiff + view.getUint32(tiff + 4, little);
    if (first + 2 > bytes.length) return false;
    const count = view.getUint16(first, little);
    for (let entry = first + 2, i = 0; i < count && entry + 12 <= bytes.length; i++, entry += 12)
      if (view.getUint16(entry, little) === 0x0112) return view.getUint16(entry + 8, little) > 1;
  }
  return false;
}

const isPng = (bytes) => bytes[0] === 0x89 && bytes[1] === 0x50;
const isJpeg = (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8;

async function toPng(source, width, height) {
  const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
  const canvas = element("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return new Uint8Array(await blob.arrayBuffer());
}

// A PNG or JPEG as it is, for the course's own reader; other formats, and photos that must be turned,
// by way of the browser.
async function readPicture(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isPng(bytes) || (isJpeg(bytes) && !isTurned(bytes))) return { name: file.name, bytes };
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} is no picture that this browser knows, or it is damaged. Choose a PNG or JPEG.`);
  });
  const png = await toPng(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return { name: file.name, bytes: png };
}

// ---- classifying ----

async function drawPhoto({ name, bytes }) {
  const canvas = $("#photo");
  const bitmap = await createImageBitmap(new Blob([bytes]), { imageOrientation: "none" }).catch(() => {});
  if (!bitmap) return;
  const scale = Math.min(1, 720 / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.classList.toggle("pixels", bitmap.width < 100);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  canvas.ariaLabel = `Your picture: ${name}`;
}

async function showReasons(tag) {
  const { answer, files } = await call("tags_map", [tag.class], { take: ["map.png"] });
  $("#reasons").hidden = !answer.drawn;
  if (answer.drawn) await drawPng($("#map"), files[0]);
  $("#map").ariaLabel = `Reasons for ${tag.name}: red over the places that speak for it, blue over those against it`;
  $("#map-caption").textContent = `reasons for ${tag.name}`;
  for (const button of $("#tags").querySelectorAll("button"))
    button.ariaPressed = String(button.value === String(tag.class));
}

function tagRow(tag) {
  const bar = element("span", { className: "bar", ariaHidden: "true" }, element("span"));
  bar.firstChild.style.width = `${100 * tag.probability}%`;
  const value = element("span", { className: "value", textContent: percent(tag.probability, 2) });
  const button = element("button", { type: "button", value: tag.class }, element("span", { textContent: tag.name }), bar, value);
  button.addEventListener("click", () => guarded(() => showReasons(tag)));
  return element("li", {}, button);
}

async function classify(picture) {
  say("Looking …");
  if (!state.model) await openModel(await offeredModel());
  let result;
  try {
    const options = { put: { photo: picture.bytes }, take: ["seen.png"] };
    result = await call("tags_run", [Number($("#invert").value)], options);
  } catch (error) {
    const { model } = state;
    $("#result").hidden = true;
    state.model = undefined; // the error has ended the program
    await openModel(model);
    throw new Error(renamed(error, picture));
  }
  const { answer, files } = result;
  state.picture = picture;
  await drawPhoto(picture);
  await drawPng($("#seen"), files[0]);
  $("#photo-caption").textContent = `the picture, ${answer.height} × ${answer.width}`;
  const { width, height } = $("#seen");
  $("#seen-caption").textContent = `what the network saw, ${height} × ${width}${answer.inverted ? ", light and dark exchanged" : ""}`;
  $("#seen").ariaLabel = $("#seen-caption").textContent;
  $("#tags").replaceChildren(...answer.tags.map(tagRow));
  $("#result").hidden = false;
  const [best] = answer.tags;
  await showReasons(best);
  say(`${best.name}, ${percent(best.probability)}.`);
}

// One thing after the other; what fails is said.
let queue = Promise.resolve();
function guarded(task) {
  const run = async () => {
    try {
      await task();
    } catch (error) {
      say(error.message, true);
    }
  };
  queue = queue.then(run);
  return queue;
}

function takeFile(file) {
  if (file.name.endsWith(".safetensors")) return takeModel(file);
  for (const sample of $("#samples").children) sample.ariaPressed = "false";
  return guarded(async () => classify(await readPicture(file)));
}

// ---- camera ----

let stream;

function closeCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  $("#viewfinder").hidden = true;
}

const refusals = {
  NotAllowedError: "The camera was not allowed. Allow it in the browser's settings for this page, or choose a picture.",
  NotFoundError: "There is no camera here. Choose a picture instead.",
  NotReadableError: "The camera is in use by another program. Close that, or choose a picture.",
};

async function openCamera() {
  closeCamera();
  if (!navigator.mediaDevices?.getUserMedia)
    throw new Error("Browsers give the camera only to pages from https or from this machine. Choose a picture instead.");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    throw new Error(refusals[error.name] ?? `The camera does not open (${error.message}). Choose a picture instead.`, { cause: error });
  }
  $("#video").srcObject = stream;
  $("#viewfinder").hidden = false;
  await $("#video").play();
  $("#shoot").focus();
}

async function shoot() {
  const video = $("#video");
  const bytes = await toPng(video, video.videoWidth, video.videoHeight);
  closeCamera();
  await classify({ name: "the photo", bytes });
}

// ---- the page ----

function sample(number) {
  const url = new URL(`imitation-${number}.png`, folder).href;
  const image = element("img", { src: url, alt: `Test image ${number}`, width: 60, height: 70, loading: "lazy" });
  const button = element("button", { type: "button", ariaPressed: "false" }, image);
  button.addEventListener("click", async () => {
    await guarded(async () => {
      const response = await fetched(`imitation-${number}.png`);
      await classify({ name: `test image ${number}`, bytes: new Uint8Array(await response.arrayBuffer()) });
    });
    for (const other of $("#samples").children) other.ariaPressed = String(other === button);
  });
  return button;
}

$("#samples").append(...garments.map(sample));
takeDrops(document.documentElement, takeFile);
addEventListener("paste", ({ clipboardData }) => {
  const [file] = clipboardData?.files ?? [];
  if (file) takeFile(file);
});
$("#choose").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = ""; // so that the same file can be chosen again
  if (file) takeFile(file);
});
$("#camera").addEventListener("click", () => guarded(openCamera));
$("#leave").addEventListener("click", closeCamera);
$("#shoot").addEventListener("click", () => guarded(shoot));
addEventListener("pagehide", closeCamera);
$("#invert").addEventListener("change", () => guarded(() => classify(state.picture)));

async function changeModel(find) {
  const before = state.model;
  try {
    await openModel(await find());
  } catch (error) {
    state.model = undefined;
    if (before) await openModel(before);
    throw error;
  }
  if (state.picture) await classify(state.picture);
  else say("The network is open. Give it a picture.");
}

const takeModel = (file) =>
  guarded(() => changeModel(async () => ({ name: file.name, bytes: await readModel(file) })));

$("#choose-model").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (file) takeModel(file);
});
$("#offered").addEventListener("click", () => guarded(() => changeModel(offeredModel)));

guarded(async () => openModel(await offeredModel()));
