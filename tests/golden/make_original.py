#!/usr/bin/python3
"""The original ResNets by PyTorch, in the three styles: writes original.safetensors.

Lines of the metadata's `cases`:
  "<case> count key=value ..."   how many numbers a full-sized model learns, and its moving averages
  "<case> model key=value ..."   a narrow model, of which the file has
    <case>/inference, <case>/training    the logits
    <case>/d_<parameter>                 in training, of sum(logits * upstream); SAMPLES of them
    <case>/after_<moving average>        after one step of training

Images, parameters and the upstream gradient are not in the file: they come from a formula, mix(),
which the C code has too. A ReLU's gradient jumps at 0, a max pool's where two inputs are equal, so
each model's seed is one whose values stay clear of every such kink.
"""

import pathlib

import numpy
import torch
from torch import nn

from golden import Golden, images_first, moving

CLEAR = 2e-5  # how far from every kink the values must stay
SAMPLES = 12  # of a parameter's gradient, evenly from the first to the last
FORMS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3),
         152: (3, 8, 36, 3), 20: (3, 3, 3), 32: (5, 5, 5), 44: (7, 7, 7), 56: (9, 9, 9),
         110: (18, 18, 18)}
STYLES = ("d2l", "keras", "pytorch")
golden = Golden(seed=0)
nearest = torch.inf  # how near to a kink a value came


def mix(text, count):
    """Numbers from -1 to below 1, the same for the same text: FNV-1a, then MurmurHash3's mixer."""
    seed = 2166136261
    for byte in text.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    z = (seed + numpy.arange(count, dtype=numpy.uint64) * 0x9E3779B9) % 2**32
    z = (z ^ z >> 16) * 0x85EBCA6B % 2**32
    z = (z ^ z >> 13) * 0xC2B2AE35 % 2**32
    return torch.tensor((z ^ z >> 16).astype(numpy.float64) // 256 / 2**23 - 1)


class BatchNorm(nn.BatchNorm2d):
    """The running averages as in TensorFlow's batch norm: with the biased variance."""

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                self.after = [moving(old, new, 1 - self.momentum) for old, new in
                              ((self.running_mean, x.mean((0, 2, 3))),
                               (self.running_var, x.var((0, 2, 3), unbiased=False)))]
        return super().forward(x)


class Relu(nn.Module):
    def forward(self, x):
        global nearest
        if self.training:
            nearest = min(nearest, x.detach().abs().min().item())
        return x.clamp(min=0)


class MaxPool(nn.MaxPool2d):
    def forward(self, x):
        global nearest
        if self.training:
            two = nn.functional.unfold(x.detach().flatten(0, 1)[:, None], 3, stride=2, padding=1)
            two = two.view(-1, 9, two.shape[2]).topk(2, dim=1).values
            gap = two[:, 0] - two[:, 1]
            nearest = min(nearest, gap[two[:, 0] > 0].min().item())  # equal zeros pass nothing on
        return super().forward(x)


class Style:
    """The convolutions and batch norms as each of the three has them."""

    def __init__(self, name):
        self.name = name
        self.bias = name != "pytorch"

    def conv(self, inputs, filters, size, strides):
        if self.name == "keras" and size > 1:  # padding is a layer of its own there
            return nn.Sequential(nn.ZeroPad2d(size // 2),
                                 nn.Conv2d(inputs, filters, size, strides, bias=True))
        return nn.Conv2d(inputs, filters, size, strides, padding=size // 2, bias=self.bias)

    def batch_norm(self, channels):
        if self.name == "keras":
            return BatchNorm(channels, eps=1.001e-5, momentum=0.01)
        return BatchNorm(channels, eps=1e-5, momentum=0.1)

    def pool(self):
        return MaxPool(3, 2, padding=1)


class Block(nn.Module):
    """Layers are (filters, size, strides); the shortcut is projected where the shape changes."""

    def __init__(self, style, inputs, layers, strides, plain):
        super().__init__()
        self.plain, self.relu, channels = plain, Relu(), inputs
        for i, (filters, size, layer_strides) in enumerate(layers, 1):
            setattr(self, f"conv{i}", style.conv(channels, filters, size, layer_strides))
            setattr(self, f"bn{i}", style.batch_norm(filters))
            channels = filters
        self.depth, self.projection = len(layers), None
        if not plain and (strides != 1 or channels != inputs):
            self.projection = style.conv(inputs, channels, 1, strides)
            if style.name != "d2l":
                self.projection_bn = style.batch_norm(channels)

    def forward(self, x):
        y = x
        for i in range(1, self.depth + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.depth:
                y = self.relu(y)
        if not self.plain:
            shortcut = x
            if self.projection:
                shortcut = self.projection(x)
                if hasattr(self, "projection_bn"):
                    shortcut = self.projection_bn(shortcut)
            y = y + shortcut
        return self.relu(y)


def block_layers(style, layers, filters, strides):
    if layers in (50, 101, 152):
        first = 1 if style == "pytorch" else strides
        return [(filters, 1, first), (filters, 3, strides // first), (4 * filters, 1, 1)]
    return [(filters, 3, strides), (filters, 3, 1)]


class ResNet(nn.Sequential):
    """A module's name is the C code's, with dots for slashes."""

    def __init__(self, layers, style_name, channels, classes, filters=None, blocks=None,
                 plain=False):
        super().__init__()
        style, cifar = Style(style_name), layers not in (18, 34, 50, 101, 152)
        filters = filters or (16 if cifar else 64)
        self.add_module("conv_initial",
                        style.conv(channels, filters, *((3, 1) if cifar else (7, 2))))
        self.add_module("bn_initial", style.batch_norm(filters))
        self.add_module("relu", Relu())
        if not cifar:
            self.add_module("pool_initial", style.pool())
        kind = "residual_bottleneck" if layers in (50, 101, 152) else "residual_block"
        reached = filters
        for i, count_of_blocks in enumerate(blocks or FORMS[layers]):
            layer = nn.Sequential()
            for j in range(count_of_blocks):
                strides = 2 if i > 0 and j == 0 else 1
                shape = block_layers(style_name, layers, filters << i, strides)
                layer.add_module(f"{kind}{j}", Block(style, reached, shape, strides, plain))
                reached = shape[-1][0]
            self.add_module(f"block_layer{i}", layer)
        self.add_module("mean", nn.AdaptiveAvgPool2d(1))
        self.add_module("flatten", nn.Flatten())
        self.add_module("logits", nn.Linear(reached, classes))


KINDS = {"running_mean": "moving_mean", "running_var": "moving_variance", "bias": "bias"}


def named_arrays(model):
    """(the C code's name, the tensor) of every parameter and moving average."""
    for name, values in [*model.named_parameters(), *model.named_buffers()]:
        *path, kind = name.split(".")
        if kind == "num_batches_tracked":
            continue
        path = [part for part in path if part != "1"]  # beside Keras' padding
        is_batch_norm = "bn" in path[-1]
        kind = KINDS.get(kind, "gamma" if is_batch_norm else "kernel")
        yield "/".join([*path, "beta" if is_batch_norm and kind == "bias" else kind]), values


def c_layout(values):
    """Kernels (K, C, R, S) to (R, S, C, K), (K, C) to (C, K); others as they are."""
    return values.permute(2, 3, 1, 0) if values.dim() == 4 else values.t()


def set_formula_values(model, seed):
    for name, values in named_arrays(model):
        numbers = mix(f"{seed}/{name}", values.numel())
        kind = name.rsplit("/", 1)[1]
        if kind == "kernel":
            shape = c_layout(values).shape
            scale = numpy.float32((6 / (values.numel() // values.shape[0])) ** 0.5)
            numbers = (numbers * float(scale)).view(shape)
            numbers = numbers.permute(3, 2, 0, 1) if values.dim() == 4 else numbers.t()
        elif kind in ("gamma", "moving_variance"):
            numbers = 1 + numbers / 4
        else:
            numbers = numbers / 8
        with torch.no_grad():
            values.copy_(numbers.float().double())


def sampled(values):
    values = values.flatten()
    count = min(SAMPLES, len(values))
    return values[[i * (len(values) - 1) // max(1, count - 1) for i in range(count)]]


def run(seed, layers, style, batch, height, width, channels, classes, filters, blocks, plain):
    global nearest
    nearest = torch.inf
    model = ResNet(layers, style, channels, classes, filters, blocks, plain)
    set_formula_values(model, seed)
    images = mix(f"{seed}/images", batch * height * width * channels)
    images = images_first(images.view(batch, height, width, channels)) * 2
    upstream = mix(f"{seed}/upstream", batch * classes).view(batch, classes)
    arrays = {"inference": model.eval()(images)}
    model.train()
    arrays["training"] = model(images)
    (arrays["training"] * upstream).sum().backward()
    for parameter, values in named_arrays(model):
        if values.grad is not None:
            arrays[f"d_{parameter}"] = sampled(c_layout(values.grad))
    for path, module in model.named_modules():
        if isinstance(module, BatchNorm):
            for kind, values in zip(("moving_mean", "moving_variance"), module.after):
                arrays[f"after_{path.replace('.', '/')}/{kind}"] = sampled(values)
    return arrays, nearest


def record(name, layers, style, blocks, plain=False, **options):
    seed, clear = 0, 0
    while clear < CLEAR:
        seed += 1
        arrays, clear = run(seed, layers, style, blocks=blocks, plain=plain, **options)
    golden.line(name, "model", layers=layers, style=STYLES.index(style), seed=seed, plain=plain,
                **{f"blocks{i}": count for i, count in enumerate(blocks)}, **options)
    for key, values in arrays.items():
        golden.store(f"{name}/{key}", values)
    print(f"{name}: seed {seed}, clear of kinks by {clear:.1e}")


def count(layers, style, channels, classes, **options):
    model = ResNet(layers, style, channels, classes, **options)
    trainable = sum(values.numel() for values in model.parameters())
    averages = sum(values.numel() for name, values in named_arrays(model) if "/moving" in name)
    golden.lines.append(f"count_{style}_{layers}_{channels} count layers={layers} "
                        f"style={STYLES.index(style)} channels={channels} classes={classes} "
                        f"trainable={trainable} moving={averages}")


small = {"batch": 4, "height": 37, "width": 42, "channels": 3, "classes": 5, "filters": 4}
for style in STYLES:
    record(f"{style}_18", 18, style, (2, 2, 2, 2), **small)
    record(f"{style}_50", 50, style, (1, 2, 1, 1), **small)  # fewer blocks: less rounding
record("pytorch_34", 34, "pytorch", (1, 1, 2, 1), **{**small, "channels": 1, "filters": 2})
record("d2l_20", 20, "d2l", (3, 3, 3), batch=3, height=13, width=12, channels=1, classes=4,
       filters=4)
record("plain_20", 20, "keras", (3, 3, 3), plain=True, batch=3, height=12, width=11, channels=1,
       classes=4, filters=4)
for style in STYLES:
    for layers in FORMS:
        for channels, classes in ((3, 1000), (1, 10)):
            count(layers, style, channels, classes)
golden.write(pathlib.Path(__file__).with_name("original.safetensors"))
