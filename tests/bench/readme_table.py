#!/usr/bin/python3
"""Turns the benchmark's table into the README's, in Markdown.

    readme_table.py [build/bench.csv]
"""

import csv
import sys


class Results:
    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))
        for row in self.rows:
            for column in "value", "ratio", "target":
                row[column] = float(row[column] or 0)

    def all(self, **wanted):
        return [row for row in self.rows if all(row[key] == value for key, value in wanted.items())]

    def first(self, **wanted):
        return next(iter(self.all(**wanted)), None)


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(headings, rows):
    if not rows:
        return
    print()
    for cells in [headings, ["---"] * len(headings)] + rows:
        print("| " + " | ".join(cells) + " |")


def print_machine(results):
    processor = results.first(group="machine", name="processor")
    vector = results.first(group="machine", name="vector")
    peak = results.first(group="machine", name="multiply-adds", shape="all threads")
    memory = results.first(group="machine", name="copy", shape="memory")
    others = [results.first(group="machine", name=name) for name in ("PyTorch", "ONNX Runtime")]
    print(f"{processor['shape']}, {processor['value']:.0f} threads, vectors of "
          f"{vector['value']:.0f} floats; measured peak {number(peak['value'])} GFLOP/s, memory "
          f"{number(memory['value'])} GB/s; "
          + (" and ".join(f"{row['name']} {row['shape']}" for row in others if row)
             or "no others to race with") + ".")


def races(results):
    """Our row on all threads and PyTorch's best (None without it), in the report's order."""
    for ours in results.all(unit="img/s"):
        if not ours["pass"].startswith("channels_last"):
            continue
        key = {key: ours[key] for key in ("group", "name", "shape")}
        if results.first(**key, unit="img/s") is not ours:
            continue  # on one thread
        theirs = [row for row in results.all(**key) if row["pass"].startswith("PyTorch")]
        yield ours, max(theirs, key=lambda row: row["value"], default=None)


def comparison(theirs, ratio):
    """Another's speed, how many times as fast ours is, and how many times it is to be."""
    if not theirs:
        return ["", "", ""]
    return [number(theirs["value"]), f"{ratio['ratio']:.2f}",
            f"{ratio['target']:g}" if ratio["target"] else ""]


def print_speed(results):
    rows = []
    for ours, pytorch in races(results):
        key = {key: ours[key] for key in ("group", "name", "shape")}
        onnx = next((row for row in results.all(**key) if row["pass"].startswith("ONNX Runtime")),
                    None)
        rows.append([f"{ours['group']} {ours['name']}", ours["shape"], number(ours["value"])]
                    + comparison(pytorch, ours)
                    + comparison(onnx, results.first(**key, ratio_to="ONNX Runtime")))
    table(["step", "images", "ours, img/s", "PyTorch, img/s", "ratio", "target",
           "ONNX Runtime, img/s", "ratio", "target"], rows)


def print_scaling(results):
    rows = []
    for ours, _ in races(results):
        key = {key: ours[key] for key in ("group", "name", "shape")}
        threads = results.first(**key, ratio_to="one thread")
        formats = results.first(**key, ratio_to="channels_last")
        memory = results.first(group="memory", name=ours["name"], shape=ours["shape"],
                               **{"pass": f"{ours['group']} {ours['pass']}"})
        rows.append([f"{ours['group']} {ours['name']}", ours["shape"], f"{threads['ratio']:.2f}",
                     f"{formats['ratio']:.2f}",
                     f"{memory['value']:.0f}",
                     f"{memory['ratio']:.2f}" if memory["ratio"] else ""])
    table(["step", "images", "speed, all threads to one", "time, channels_first to last",
           "peak memory, MB", "beyond parameters, to PyTorch's"], rows)


def print_kernels(results):
    rows = []
    for name in dict.fromkeys(row["name"] for row in results.all(group="kernel")):
        cells = [name]
        for direction in "forward", "backward-inputs", "backward-kernel":
            kernels = results.all(group="kernel", name=name, **{"pass": direction})
            reached = sum(row["ratio"] >= row["target"] for row in kernels)
            cells.append(f"{reached} of {len(kernels)}")
        rows.append(cells)
    targets = {row["target"] for row in results.all(group="kernel")}
    if targets != {0.0} and targets:
        table([f"convolutions at {100 * max(targets):.0f} % of the peak", "forward",
               "backward, inputs", "backward, kernel"], rows)


def print_ladder(results):
    rows, before = [], None
    for rung in results.all(group="ladder"):
        rows.append([rung["name"], rung["pass"], number(rung["value"]),
                     f"{100 * rung['ratio']:.3g}", f"{rung['value'] / before:.3g}" if before else ""])
        before = rung["value"]
    table(["rung", "threads", "GFLOP/s", "% of the peak", "times the rung before"], rows)


def print_growth(results):
    """A row an axis; the picture has the points."""
    axes, rows = {}, []
    for row in results.all(group="growth"):
        axis, _, value = row["name"].rpartition(" ")
        axes.setdefault((axis, row["shape"]), {}).setdefault(value, {})[row["pass"]] = row
    for (axis, base), points in axes.items():
        first, last = list(points)[0], list(points)[-1]
        worst = max(points, key=lambda value: points[value]["step"]["ratio"])
        rows.append([axis, base, f"{first} to {last}",
                     *(number(points[last][key]["value"] / points[first][key]["value"])
                       for key in ("multiply-adds", "step", "peak memory")),
                     f"{points[worst]['step']['ratio']:.2f} (to {worst})"])
    table(["growth with", "of", "from, to", "multiply-adds, times", "time, times",
           "peak memory, times", "time by work from point to point, at most"], rows)
    if rows:
        print("\n![A training step's time and memory by its work](tests/bench/growth.png)")


def print_accuracy(results):
    rows = []
    for ours in results.all(group="accuracy", **{"pass": "ours"}):
        theirs = results.first(group="accuracy", name=ours["name"], **{"pass": "PyTorch"})
        rows.append([ours["shape"], ours["name"], number(ours["value"]),
                     number(theirs["value"]) if theirs else "",
                     f"{ours['ratio']:.2f}" if theirs else ""])
    table(["test accuracy", "recipe", "ours, s", "at PyTorch's speed, s", "ratio"], rows)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "build/bench.csv"
    try:
        results = Results(path)
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}; run make bench first")
    print_machine(results)
    print_speed(results)
    print_scaling(results)
    print_kernels(results)
    print_ladder(results)
    print_growth(results)
    print_accuracy(results)


if __name__ == "__main__":
    main()
