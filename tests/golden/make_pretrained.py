#!/usr/bin/python3
"""Logits of PyTorch's ResNet-18 and ResNet-50 at 224 x 224: writes pretrained.safetensors.

The weights are far too large to keep, so both sides make them by one formula: number i of the tensor
`name` is u(name, i) = (splitmix64(fnv1a(name) + i) >> 40) / 2^24, from 0 to 1, stretched by what the
tensor is for (see `stretched`). The image is the tensor "image", stretched to -2 ... 2.

The metadata's lines: "resnet<depth> names tensors=<how many>", and in the array resnet<depth>/names
the hash of the lines "<name> <size>,<size>,...\\n" of all tensors, in the order of their names, in
four parts of 16 bits. Of 18 and 50 there are also resnet<depth>/logits.

A tensor that does not matter would not be tested: the script checks that every tensor, turned round,
changes the logits.
"""

import pathlib

import numpy
import torch

from golden import Golden
from pytorch_resnet import SIZES, ResNet, state

MASK = (1 << 64) - 1


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def unit(name, count):
    x = numpy.uint64(fnv1a(name)) + numpy.arange(1, count + 1, dtype=numpy.uint64)
    x *= numpy.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    x ^= x >> numpy.uint64(31)
    return (x >> numpy.uint64(40)).astype(numpy.float64) / (1 << 24)


def stretched(name, shape):
    """Kernels keep the variance through a ReLU (He et al.); statistics and gammas are positive; the
    last batch norm of a bottleneck is small, and the dense layer too, so that the logits are as large as
    a trained network's."""
    u = unit(name, int(numpy.prod(shape)))
    module, ending = name.rsplit(".", 1)
    if len(shape) > 1:
        fan_in = int(numpy.prod(shape[1:]))
        values = (2 * u - 1) * (6 / fan_in) ** 0.5 / (64 if module == "fc" else 1)
    elif ending == "running_var":
        values = 0.5 + u
    elif ending == "weight":
        last = module.startswith("layer") and module.endswith("bn3")
        values = (0.5 + u) * (0.5 if last else 1)
    else:
        values = 0.4 * (2 * u - 1)
    return torch.tensor(values.astype(numpy.float32).astype(numpy.float64)).reshape(shape)


def images():
    values = 4 * unit("image", 3 * 224 * 224) - 2  # (H, W, C)
    values = torch.tensor(values.astype(numpy.float32).astype(numpy.float64))
    return values.reshape(1, 224, 224, 3).permute(0, 3, 1, 2)


def check_that_all_matter(model):
    """In float32 and on a part of the image: this asks for large changes only."""
    model, part = model.float(), images()[:, :, :64, :64].float()
    logits, least = model(part), numpy.inf
    for name, tensor in state(model).items():
        kept = tensor.clone()
        tensor.copy_(tensor.flatten().flip(0).reshape(tensor.shape))
        change = (model(part) - logits).abs().max().item()
        assert change > 0.002, (name, change)
        least = min(least, change)
        tensor.copy_(kept)
    print(f"a tensor turned round changes a logit by {least:.3f} or more")


golden = Golden(seed=0)
with torch.no_grad():
    for depth in SIZES:
        model = ResNet(depth).eval()
        tensors = state(model)
        lines = "".join(f"{name} {','.join(map(str, tensor.shape))}\n"
                        for name, tensor in sorted(tensors.items()))
        names = fnv1a(lines)
        golden.line(f"resnet{depth}", "names", tensors=len(tensors))
        golden.store(f"resnet{depth}/names",
                     torch.tensor([float(names >> 16 * i & 0xFFFF) for i in range(4)]))
        if depth not in (18, 50):
            continue
        for name, tensor in tensors.items():
            tensor.copy_(stretched(name, tensor.shape))
        logits = model(images())
        print(f"resnet{depth}: deviation of the logits {logits.std().item():.3f}")
        golden.store(f"resnet{depth}/logits", logits[0])
        check_that_all_matter(model)
golden.write(pathlib.Path(__file__).with_name("pretrained.safetensors"))
