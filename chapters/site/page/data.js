// Fashion-MNIST for what runs in the page: a file is fetched when a program first opens it and kept by
// the browser. Of the training images there is a part, which loads in seconds, beside the whole.

const FOLDER = "/datasets/fashion-mnist/"; // where programs look
const TRAINING_IMAGES = "train-images-idx3-ubyte.gz";

export const files = [
  TRAINING_IMAGES,
  "train-labels-idx1-ubyte.gz",
  "t10k-images-idx3-ubyte.gz",
  "t10k-labels-idx1-ubyte.gz",
];

// The training images, of which those after the first PART_IMAGES are blank: the file says 60,000, as
// the labels do, and whoever reads no more than the part gets what the whole would give.
export const PART_IMAGES = 10000;
export const part = `train-images-first-${PART_IMAGES}.gz`;

export const paths = files.map((name) => FOLDER + name);

// How many training images each of these programs reads without --limit.
const usual = { "00_first_steps": 10000, "12_regularization": 2000, "13_regression": 3000 };

// How many of the training images a program reads with these arguments, or Infinity if that is not
// plain to see.
export function trainingImages(program, args) {
  const unclear = args.some((word) => /^--?l/.test(word) && !/^--(layers|l[ie]\w+-\w+|limit)\b/.test(word));
  if (unclear) return Infinity;
  const given = [...args.join(" ").matchAll(/--limit[ =](\d+)/g)].at(-1);
  const short = program === "09_degradation" && args.includes("--short");
  const count = given ? Number(given[1]) : short ? 6400 : (usual[program] ?? Infinity);
  return program === "13_regression" ? 2 * count : count; // it leaves trousers out
}

// What to load for the path that a program opened.
export function fileFor(path, program, args) {
  const name = path.slice(FOLDER.length);
  return name === TRAINING_IMAGES && trainingImages(program, args) <= PART_IMAGES ? part : name;
}

const urlOf = (name) => new URL(`../data/${name}`, import.meta.url).href;
const openCache = async () => globalThis.caches?.open("fashion-mnist").catch(() => undefined);

async function download(name, begin, progress, signal) {
  const response = await fetch(urlOf(name), { signal }).catch(() => undefined);
  if (!response) throw new Error("The images could not be loaded: there is no network. Try again with one.");
  if (!response.ok) throw new Error(`The images could not be loaded: the server said ${response.status} to data/${name}.`);
  const total = Number(response.headers.get("Content-Length") ?? 0);
  const chunks = [];
  let loaded = 0;
  await begin(total);
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read().catch((error) => {
      throw signal?.aborted ? error : new Error("The images could not be loaded: the network broke off. Try again.");
    });
    if (done) break;
    chunks.push(value);
    progress((loaded += value.length), total);
  }
  return new Blob(chunks);
}

// The bytes of one of the files. If it comes over the network, what begin(total) returns is waited for
// first, and progress(loaded, total) is called on the way; the signal ends it.
export async function load(name, begin, progress, signal) {
  const cache = await openCache();
  const kept = await cache?.match(urlOf(name));
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const blob = await download(name, begin, progress, signal);
  await cache?.put(urlOf(name), new Response(blob)).catch(() => {});
  return new Uint8Array(await blob.arrayBuffer());
}
