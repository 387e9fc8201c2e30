// The reader's answers in the browser's storage, and as files.
import { unzip, zip } from "./archive.js";

const key = (name) => `exercise: ${name}`;
const unsaved = new Map(); // where the browser keeps nothing, they last as long as the page

// { source, checked, status, passed, of, hints }: checked is the source that the status is of.
export const readAnswer = (name) => {
  try {
    return JSON.parse(localStorage.getItem(key(name))) ?? unsaved.get(name) ?? {};
  } catch {
    return unsaved.get(name) ?? {};
  }
};

export const writeAnswer = (name, changes) => {
  const answer = { ...readAnswer(name), ...changes };
  try {
    localStorage.setItem(key(name), JSON.stringify(answer));
  } catch {
    unsaved.set(name, answer);
  }
};

export const sourceOf = ({ name, stub }) => readAnswer(name).source ?? stub;

// "done", "wrong", ... as the last check said; "to do" for a stub, "changed" if it was edited since.
export const statusOf = (exercise) => {
  const { source = exercise.stub, checked, status } = readAnswer(exercise.name);
  if (source === exercise.stub) return "to do";
  return status && checked === source ? status : "changed";
};

export const pointsOf = (exercise) => {
  const { passed = 0, of = 0 } = readAnswer(exercise.name);
  const status = statusOf(exercise);
  if (status === "to do" || status === "changed" || !of) return 0;
  return Math.floor((exercise.points * passed) / of);
};

export const toZip = (exercises) => {
  const encoder = new TextEncoder();
  return zip(
    exercises.map((exercise) => [
      `exercises/${exercise.chapter}/${exercise.name}.c`,
      encoder.encode(sourceOf(exercise)),
    ]),
  );
};

// The answers in files that were chosen: zips, folders or single files. Map of exercise -> source.
export const fromFiles = async (files, exercises) => {
  const found = new Map();
  const add = (path, bytes) => {
    const name = /(?:^|\/)(\w+)\.c$/.exec(path)?.[1];
    const exercise = exercises.find((one) => one.name === name);
    if (exercise && !/(^|\/)(solutions|tests|build|common)\//.test(path))
      found.set(exercise, new TextDecoder().decode(bytes));
  };
  for (const file of files) {
    const path = file.webkitRelativePath || file.name;
    if (!/\.(c|zip)$/.test(path)) continue;
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (path.endsWith(".zip")) for (const [name, content] of await unzip(bytes)) add(name, content);
    else add(path, bytes);
  }
  return found;
};
