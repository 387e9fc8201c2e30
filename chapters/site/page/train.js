// The page "Train here": chapter 8's training, step by step, with what can be seen of it.
import "./live.css";
import "./train.css";
import { curve } from "./curves.js";
import { PART_IMAGES, files, load, part, paths } from "./data.js";
import { $, call, drawStrip, element, modelFile, percent, readModel, renamed, takeDrops } from "./live.js";

const RECIPE_RATE = -1; // what train_one_step() takes for the schedule's
const SPEED_STEPS = 12;
const PAUSED = "Paused.";

// The training that is seen, or undefined before the first. What comes from an older one is dropped.
let session;
let running = false;
const points = { steps: [], loss: [], accuracy: [], testLoss: [], testAccuracy: [] };

// ---- saying ----

function say(text, isProblem = false) {
  $("#status").textContent = text;
  $("#status").classList.toggle("problem", isProblem);
}

const count = (number) => number.toLocaleString("en");
const duration = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const rateText = (rate) => (rate < 0.00005 ? "0" : String(Number(rate.toPrecision(2))));

function showState() {
  const { ready, finished } = session ?? {};
  $("#go").textContent = finished ? "Finished" : running ? "Pause" : ready ? "Continue" : "Start";
  $("#go").ariaDisabled = String(Boolean((session && !ready) || finished)); // not disabled: it keeps the focus
  $("#over").disabled = !session;
  $("#save").disabled = !ready;
  $("#settings fieldset").disabled = Boolean(session);
}

function showPlace() {
  const { info, step, times } = session;
  const total = info.epochs * info.steps;
  $("#epoch").textContent = `${Math.min(info.epochs, Math.floor(step / info.steps) + 1)} of ${info.epochs}`;
  $("#step").textContent = `${count(step)} of ${count(total)}`;
  const seconds = times.reduce((sum, time) => sum + time, 0) / times.length / 1000;
  if (!times.length) return;
  $("#speed").textContent = count(Math.round(info.batch / seconds));
  $("#left").textContent = duration((total - step) * seconds);
}

// ---- curves ----

const drawLoss = curve(
  $("#loss-chart"),
  { range: () => [0, 1.25 * points.loss.reduce((most, loss) => Math.max(most, loss), 1)], format: String },
  () => [points.steps, points.loss, points.testLoss],
);
const drawAccuracy = curve(
  $("#accuracy-chart"),
  { range: [0, 1], format: (value) => `${Math.round(100 * value)} %` },
  () => [points.steps, points.accuracy, points.testAccuracy],
);

function addPoint(step, values) {
  if (points.steps.at(-1) !== step) {
    points.steps.push(step);
    for (const name of ["loss", "accuracy", "testLoss", "testAccuracy"]) points[name].push(null);
  }
  for (const [name, value] of Object.entries(values)) points[name][points.steps.length - 1] = value;
  drawLoss();
  drawAccuracy();
}

function clearPoints() {
  for (const list of Object.values(points)) list.length = 0;
  drawLoss();
  drawAccuracy();
}

// ---- data ----

const chosen = (id) => Number($(`#${id}`).value);
const limits = () => $("#data").value.split(" ").map(Number);
const neededFiles = () => [limits()[0] <= PART_IMAGES ? part : files[0], ...files.slice(1)];

// The files, under the paths where the library looks for them.
async function loadData(own) {
  const kept = [];
  for (const [i, name] of neededFiles().entries()) {
    const progress = (loaded, total) => {
      if (session !== own) return;
      const share = total ? `, ${percent(loaded / total, 0)}` : "";
      say(`Loading the images: file ${i + 1} of ${files.length}${share}`);
    };
    kept.push([paths[i], await load(name, () => {}, progress)]);
  }
  return kept;
}

// ---- a training ----

function settings() {
  if (!$("#settings").reportValidity()) throw new Error("Epochs and seed must be whole numbers in their ranges.");
  return [chosen("batch"), chosen("epochs"), chosen("seed"), ...limits()];
}

// A new one, or one that goes on from a model's file. Nothing if another has begun meanwhile.
async function begin(model) {
  running = false;
  const args = settings();
  const own = (session = { step: 0, times: [], testFrom: model ? 0 : undefined });
  showState();
  clearPoints();
  clearLooks();
  try {
    const kept = await loadData(own);
    if (session !== own) return undefined;
    say("Setting up …");
    const { answer } = model
      ? await call("train_open", args, { kept, fresh: true, put: { [modelFile]: model.bytes } })
      : await call("train_start", [chosen("layers"), ...args], { kept, fresh: true });
    if (session !== own) return undefined;
    Object.assign(own, { info: answer, ready: true });
    const before = answer.trained ? `, trained for ${answer.trained} epoch${answer.trained > 1 ? "s" : ""} before` : "";
    say(`${answer.model}, ${count(answer.parameters)} parameters${before}.`);
    showPlace();
    await showFilters();
    return own;
  } catch (error) {
    if (session !== own) return undefined;
    session = undefined;
    throw model ? new Error(renamed(error, model)) : error;
  } finally {
    showState();
  }
}

async function trainOneStep(own) {
  const rate = $("#follow").checked ? RECIPE_RATE : 10 ** chosen("rate");
  const started = performance.now();
  const { answer } = await call("train_one_step", [rate]);
  if (session !== own) return;
  own.times.push(performance.now() - started);
  if (own.times.length > SPEED_STEPS) own.times.shift();
  own.step = answer.step;
  if (answer.step % own.info.steps === 0) own.testFrom = 0;
  addPoint(answer.step, { loss: answer.loss, accuracy: answer.accuracy });
  $("#loss").textContent = answer.loss.toFixed(3);
  $("#loss-chart").ariaLabel = `Loss after ${answer.step} steps: ${answer.loss.toFixed(3)} on the last batch`;
  if ($("#follow").checked) showRate(answer.rate);
  showPlace();
  await showFilters();
}

// A batch of the test images, so that a pause is never far.
async function testOneBatch(own) {
  const { answer } = await call("train_test", [own.testFrom]);
  if (session !== own) return;
  own.testFrom = answer.done ? undefined : answer.count;
  if (running) say(`Testing: ${count(answer.count)} of ${count(own.info.test)} images`);
  if (!answer.done) return;
  addPoint(own.step, { testLoss: answer.loss, testAccuracy: answer.accuracy });
  $("#accuracy").textContent = percent(answer.accuracy, 2);
  $("#accuracy-chart").ariaLabel = `Test accuracy after ${own.step} steps: ${percent(answer.accuracy, 2)}`;
  say(`After ${count(own.step)} steps, the network names ${percent(answer.accuracy, 2)} of the test images rightly.`);
  await showWrong(own);
}

// Until it is paused; an opened network is tested at once, and then waits.
async function run(isOnlyTest) {
  const own = session ?? (await begin());
  if (!own?.ready || session !== own) return;
  running = true;
  if ($("#status").textContent === PAUSED) say("");
  showState();
  try {
    while (running && session === own) {
      const done = own.step >= own.info.epochs * own.info.steps;
      if (own.testFrom !== undefined) await testOneBatch(own);
      else if (isOnlyTest) break;
      else if (!done) await trainOneStep(own);
      else {
        own.finished = true;
        break;
      }
    }
  } catch (error) {
    if (session !== own) return;
    own.finished = true; // the error has ended the program
    own.ready = false;
    throw error;
  } finally {
    if (session === own) {
      running = false;
      showState();
    }
  }
}

function startOver() {
  running = false;
  session = undefined;
  clearPoints();
  clearLooks();
  say("");
  showState();
  $("#go").focus();
}

// ---- what can be seen of the network ----

const labels = new Map(["#loss-chart", "#accuracy-chart", "#filters"].map((chart) => [chart, $(chart).ariaLabel]));
const noneWrong = $("#wrong-text").textContent;

function clearLooks() {
  for (const [chart, label] of labels) $(chart).ariaLabel = label;
  $("#wrong-text").textContent = noneWrong;
  for (const id of ["epoch", "step", "speed", "left", "loss", "accuracy"]) $(`#${id}`).textContent = "–";
  $("#filters").replaceChildren();
  $("#wrong").replaceChildren();
}

async function showFilters() {
  const own = session;
  const { answer, files: [png] } = await call("train_filters", [], { take: ["filters.png"] });
  if (session !== own) return;
  const box = $("#filters");
  while (box.childElementCount < answer.filters) box.append(element("canvas", { className: "pixels" }));
  box.ariaLabel = `The ${answer.filters} filters of the first convolution after ${own.step} steps`;
  await drawStrip([...box.children], png);
}

function wrongImage({ label, guess, probability, number }, names) {
  const canvas = element("canvas", { className: "pixels", role: "img", ariaLabel: `Test image ${number}` });
  const said = element("strong", { textContent: names[guess] });
  const truth = element("span", { textContent: `${percent(probability, 0)} sure, but it is: ${names[label]}` });
  return element("div", { role: "listitem" }, canvas, said, truth);
}

async function showWrong(own) {
  const { answer, files: [png] } = await call("train_wrong", [], { take: ["wrong.png"] });
  if (session !== own) return;
  const shown = answer.images.map((image) => wrongImage(image, own.info.names));
  $("#wrong-text").textContent =
    `After ${count(own.step)} steps, ${count(answer.wrong)} of ${count(own.info.test)} test images are named wrongly. ` +
    (shown.length < answer.wrong ? `The ${shown.length} surest mistakes:` : "The surest mistakes first:");
  $("#wrong").replaceChildren(...shown);
  await drawStrip(shown.map((figure) => figure.firstChild), png);
}

// ---- learning rate ----

function showRate(rate) {
  $("#rate").value = Math.log10(Math.max(rate, 1e-4));
  $("#rate-value").textContent = rateText(rate);
  $("#rate").ariaValueText = rateText(rate);
}

$("#rate").disabled = false;
$("#rate").addEventListener("input", () => {
  $("#follow").checked = false;
  showRate(10 ** chosen("rate"));
});
showRate(0.2);

// ---- files ----

async function save() {
  const { files: [bytes] } = await call("train_save", [], { take: [modelFile] });
  const link = element("a", { href: URL.createObjectURL(new Blob([bytes])), download: modelFile });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function openFile(file) {
  if (session?.step && !confirm("This ends the training that is here.")) return;
  const model = { name: file.name, bytes: await readModel(file) };
  if (await begin(model)) await run(true);
}

// ---- the page ----

const guarded = (task) => async (event) => {
  try {
    await task(event);
  } catch (error) {
    say(error.message, true);
  }
};

function showCommand() {
  const [limit, limitTest] = limits();
  const given = [
    $("#layers").selectedIndex === 0 ? "" : ` --model ${$("#layers").selectedOptions[0].text}`,
    ` --epochs ${chosen("epochs")} --batch ${chosen("batch")} --seed ${chosen("seed")}`,
    limit < 60000 ? ` --limit ${limit} --limit-test ${limitTest}` : "",
  ].join("");
  $("#command").textContent =
    `make SIMD=sse build/sse/chapters/08_training\n` +
    `build/sse/chapters/08_training${given} --out build/here\n` +
    `sha256sum build/here/model.safetensors model.safetensors`;
}

$("#go").addEventListener("click", guarded(() => {
  if ($("#go").ariaDisabled === "true") return;
  if (!running) return run();
  running = false;
  $("#go").ariaDisabled = "true"; // until the step that runs has ended
  say(PAUSED);
}));
$("#over").addEventListener("click", startOver);
$("#save").addEventListener("click", guarded(save));
$("#settings").addEventListener("input", showCommand);
$("#settings").addEventListener("submit", (event) => event.preventDefault());
$("#choose-model").addEventListener("change", guarded(async ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (file) await openFile(file);
}));
takeDrops(document.documentElement, (file) => guarded(() => openFile(file))());
showCommand();
showState();
