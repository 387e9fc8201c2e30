// The curves of "Train here": the batches' values as a thin line, the tests as points.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const HEIGHT = 240;
const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

// A custom property's light-dark() is worked out where it is a colour.
function resolved(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color || colour(name);
}

function options(width, { range, format }) {
  const [ink, line, accent, test] = ["--soft", "--line", "--accent", "--number"].map(resolved);
  const font = `12px ${colour("--sans")}`;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width,
    height: HEIGHT,
    cursor: { show: false },
    legend: { live: false },
    scales: { x: { time: false }, y: { range } },
    axes: [
      { ...axis, size: 32, label: "steps", labelFont: font, labelSize: 20, labelGap: 0, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
      { ...axis, size: 56, values: (_, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      { label: "training, each batch", stroke: accent, width: 1.25, points: { show: false } },
      { label: "test", stroke: test, width: 2.5, spanGaps: true, points: { show: true, size: 8, fill: test } },
    ],
  };
}

// A curve in an element. data(): [steps, training, test], gaps are null.
export function curve(target, how, data) {
  let plot;
  const make = () => {
    plot?.destroy();
    plot = new uPlot(options(target.clientWidth, how), data(), target);
  };
  new ResizeObserver(() => plot.setSize({ width: target.clientWidth, height: HEIGHT })).observe(target);
  new MutationObserver(make).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  make();
  return () => plot.setData(data());
}
