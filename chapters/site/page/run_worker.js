// Runs a program beside the page: answers { module, args, files } with { text, isError } as it prints,
// and at last { wanted } (the path of a file to give and begin again with), { failure } or
// { status, files, written } (all files but the data, and the paths of those that the program wrote).
import { Wanted, run } from "./host.js";

const reasons = [
  [/memory access out of bounds|Out of memory|grow|allocation/i, "It wanted more memory than a page has. Give it fewer images (--limit) or a smaller batch (--batch), or run it on your machine."],
  [/call stack/i, "A function called itself too often; does it end?"],
];

function reasonOf(error) {
  const [, reason] = reasons.find(([pattern]) => pattern.test(error.message)) ?? [];
  return reason ?? error.message;
}

onmessage = ({ data: { module, args, files } }) => {
  const print = (text, isError) => postMessage({ text, isError });
  try {
    const result = run(module, args, files, print);
    const left = [...result.files].filter(([path]) => !path.startsWith("/datasets/"));
    const written = left.filter(([path, bytes]) => bytes !== files.get(path)).map(([path]) => path);
    postMessage({ status: result.status, files: new Map(left), written });
  } catch (error) {
    postMessage(error instanceof Wanted ? { wanted: error.path } : { failure: reasonOf(error) });
  }
};
