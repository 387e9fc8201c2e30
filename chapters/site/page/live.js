// What the pages "Tags" and "Train here" share: calls into live.wasm, pictures out of it, messages.
import { Caller } from "./calls.js";
export { element } from "./show.js";

export const $ = (selector) => document.querySelector(selector);

let worker;

// Calls a function of live.wasm; options: see live_worker.js. Resolves to { answer, files }.
export function call(name, args = [], options = {}) {
  if (!worker || worker.hasEnded)
    worker = new Caller(new Worker(new URL("live_worker.js", import.meta.url), { type: "module" }));
  return worker.call("call", { name, args, ...options });
}

export const modelFile = "model.safetensors";

// The bytes of a file that should be a checkpoint; says what else it is.
export async function readModel(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const head = new TextDecoder("latin1").decode(bytes.subarray(8, 10));
  if (!head.startsWith("{"))
    throw new Error(`${file.name} is no safetensors file. Choose the model.safetensors that a training has left.`);
  return bytes;
}

// The program's words, with the reader's own name for a file.
export const renamed = (error, file) => error.message.replaceAll(`/${modelFile}`, file.name).replaceAll("/photo", file.name);

// Draws a PNG on a canvas; drawStrip() the pictures that stand in it one below the other, each on its own.
export const drawPng = (canvas, bytes) => drawStrip([canvas], bytes);

export async function drawStrip(canvases, bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const height = bitmap.height / canvases.length;
  for (const [i, canvas] of canvases.entries()) {
    canvas.width = bitmap.width;
    canvas.height = height;
    canvas.getContext("2d").drawImage(bitmap, 0, -i * height);
  }
  bitmap.close();
}

// Lets files be dropped on an element.
export function takeDrops(target, take) {
  for (const type of ["dragenter", "dragover"])
    target.addEventListener(type, (event) => {
      event.preventDefault();
      target.classList.add("over");
    });
  target.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!target.contains(relatedTarget)) target.classList.remove("over");
  });
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
}

export const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)}\u00a0%`;
