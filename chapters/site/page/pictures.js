// Pictures that programs leave: PNG as it is; scripts for gnuplot and dot, which a page does not have,
// are drawn by their WebAssembly builds, loaded when the first is needed.
import gnuplotUrl from "gnuplot-wasm/src/gnuplot.wasm";

const PNG = [0x89, 0x50, 0x4e, 0x47];

const startsWith = (bytes, start) => start.every((byte, i) => bytes[i] === byte);
const scriptStart = (name) => [...new TextEncoder().encode(`#!${name}\n`)];

// What could not be loaded is tried anew the next time.
const once = (make) => {
  let made;
  return () =>
    (made ??= make().catch((error) => {
      made = undefined;
      throw error;
    }));
};

const gnuplot = once(async () => {
  const { default: start } = await import("gnuplot-wasm");
  return start({ locateFile: () => new URL(gnuplotUrl, import.meta.url).href });
});

const graphviz = once(async () => (await import("@viz-js/viz")).instance());

// A script of ours begins with: set terminal pngcairo size 900,560 font 'Sans,11' noenhanced
// It may name files that the program left.
async function drawGnuplot(script, disk) {
  const { render, _gnuplot } = await gnuplot();
  const data = {};
  for (const [, name] of script.matchAll(/'([^'\n]+)'/g)) {
    const bytes = disk.get(`/${name}`);
    if (!bytes) continue;
    _gnuplot.FS.mkdirTree(name.replace(/[^/]*$/, "."));
    data[name] = bytes;
  }
  const forSvg = script.replace(
    /^set terminal pngcairo (.*)'sans,(.*)$/im,
    "set terminal svg $1'sans-serif,$2 background rgb 'white'",
  );
  return render(forSvg, { data }).svg;
}

const drawDot = async (script) => (await graphviz()).renderString(script, { format: "svg" });

const drawers = [
  ["gnuplot", drawGnuplot],
  ["dot", drawDot],
];

const drawerOf = (bytes) => drawers.find(([name]) => startsWith(bytes, scriptStart(name)))?.[1];

export const isPicture = (bytes) => startsWith(bytes, PNG) || drawerOf(bytes) !== undefined;

// A picture's blob, PNG or SVG. disk: Map of absolute path to bytes, where a script finds its data.
export async function draw(bytes, disk) {
  const drawer = drawerOf(bytes);
  if (!drawer) return new Blob([bytes], { type: "image/png" });
  const script = new TextDecoder().decode(bytes).replace(/^#!.*\n/, "");
  return new Blob([await drawer(script, disk)], { type: "image/svg+xml" });
}
