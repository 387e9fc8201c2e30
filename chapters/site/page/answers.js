// The reader's answers in the browser's storage, and as files.
import { unzip, zip } from "./archive.js";

const key = (name) => `exercise: ${name}`;
const unsaved = new Map(); // what the browser did not keep; it lasts as long as the page

// { source, checked, status, passed, of, hints }: checked is the source that the status is of.
export const readAnswer = (name) => {
  if (unsaved.has(name)) return unsaved.get(name);
  try {
    return JSON.parse(localStorage.getItem(key(name))) ?? {};
  } catch {
    return {};
  }
};

// Whether the browser keeps it.
export const writeAnswer = (name, changes) => {
  const answer = { ...readAnswer(name), ...changes };
  try {
    localStorage.setItem(key(name), JSON.stringify(answer));
    unsaved.delete(name);
    return true;
  } catch {
    unsaved.set(name, answer);
    return false;
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

// Stubs are left out: unpacked over the course's folder, they would replace answers written there.
export const toZip = (exercises) => {
  const encoder = new TextEncoder();
  const answered = exercises.filter((exercise) => sourceOf(exercise) !== exercise.stub);
  return zip(
    answered.map((exercise) => [
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
