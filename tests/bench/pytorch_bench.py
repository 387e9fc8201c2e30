#!/usr/bin/python3
"""PyTorch's side of the benchmark: the models of this course, as PyTorch would have them written.

    pytorch_bench.py LAYERS SIZE CHANNELS CLASSES BATCH THREADS contiguous|channels_last train|infer

Answers the questions of tests/bench/step.h on standard output, one line each:
    run N    the mean seconds of N steps
    memory   the bytes at the peak over what the process held before the model was built
"""

import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as error:
    print(f"PyTorch is missing ({error}); Debian's package is python3-torch")
    sys.exit(0)

FORMS = {18: ("regular", [2, 2, 2, 2]), 34: ("regular", [3, 4, 6, 3]),
         50: ("bottleneck", [3, 4, 6, 3]), 101: ("bottleneck", [3, 4, 23, 3]),
         8: ("wide", [1, 1, 1]), 20: ("small", [3, 3, 3]), 56: ("small", [9, 9, 9])}


def conv(channels, filters, size, strides=1):
    return nn.Conv2d(channels, filters, size, strides, padding=(size - 1) // 2)


class PreActivation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)

    def forward(self, x):
        return F.relu(self.norm(x), inplace=True)


class Block(nn.Module):
    def __init__(self, channels, filters, strides, bottleneck, projected):
        super().__init__()
        outputs = 4 * filters if bottleneck else filters
        self.activation = PreActivation(channels)
        self.projection = conv(channels, outputs, 1, strides) if projected else None
        sizes = [(filters, 3, strides), (filters, 3, 1)]
        if bottleneck:
            sizes = [(filters, 1, 1), (filters, 3, strides), (outputs, 1, 1)]
        layers = [conv(channels, *sizes[0])]
        for before, size in zip(sizes, sizes[1:]):
            layers += [PreActivation(before[0]), conv(before[0], *size)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        activated = self.activation(x)
        shortcut = self.projection(activated) if self.projection else x
        return self.layers(activated).add_(shortcut)


class ResNet(nn.Module):
    def __init__(self, layers, channels, classes):
        super().__init__()
        kind, sizes = FORMS[layers]
        filters = 16 if kind == "small" else 64
        self.pooled = kind != "small"
        self.stem = conv(channels, filters, *((3, 1) if kind in ("small", "wide") else (7, 2)))
        channels, blocks = filters, []
        for i, count in enumerate(sizes):
            for j in range(count):
                strides = 2 if i > 0 and j == 0 else 1
                blocks.append(Block(channels, filters << i, strides, kind == "bottleneck", j == 0))
                channels = (filters << i) * (4 if kind == "bottleneck" else 1)
        self.blocks = nn.Sequential(*blocks)
        self.activation = PreActivation(channels)
        self.logits = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.stem(x)
        if self.pooled:  # TensorFlow's SAME: the odd row of padding comes after
            x = F.max_pool2d(x, 3, 2, padding=x.shape[-1] % 2, ceil_mode=True)
        x = self.activation(self.blocks(x))
        return self.logits(x.mean((2, 3)))


def process_bytes(what):
    with open("/proc/self/status", encoding="ascii") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith(what))


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass


def step_function(model, images, labels, is_training):
    if not is_training:
        model.eval()

        def infer():
            with torch.no_grad():
                model(images)
        return infer

    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

    def train():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return train


def main():
    layers, size, channels, classes, batch, threads = map(int, sys.argv[1:7])
    layout, mode = sys.argv[7:9]
    memory_format = getattr(torch, f"{layout}_format" if layout == "contiguous" else layout)
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    images = torch.randn(batch, channels, size, size).to(memory_format=memory_format)
    labels = torch.arange(batch) % classes
    reset_peak()
    before = process_bytes("VmRSS")
    model = ResNet(layers, channels, classes).to(memory_format=memory_format)
    step = step_function(model, images, labels, mode == "train")
    parameters = sum(p.numel() for p in model.parameters())
    print("ready", parameters, torch.__version__, flush=True)
    for line in sys.stdin:
        question = line.split()
        if question[0] == "run":
            start = time.perf_counter()
            for _ in range(int(question[1])):
                step()
            print((time.perf_counter() - start) / int(question[1]), flush=True)
        elif question[0] == "memory":
            print(process_bytes("VmHWM") - before, 0, flush=True)


if __name__ == "__main__":
    main()
