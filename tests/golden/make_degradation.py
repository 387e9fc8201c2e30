#!/usr/bin/python3
"""Chapter 9's look inside, by PyTorch in double precision: degradation.txt.

    build/chapters/09_degradation --limit 16 --limit-test 16 --batch 16 --epochs 1 \
        --learning-rate 0 --weight-decay 0 --out DIR     # leaves the initial parameters in DIR
    tests/golden/make_degradation.py DIR FASHION_MNIST > tests/golden/degradation.txt

A row a block of plain20, resnet20, plain56 and resnet56: its number, the norm of the gradient by
its kernels, and in residual networks the norm of the branch over that of the shortcut."""
import gzip
import json
import struct
import sys

import torch
import torch.nn.functional as F

IMAGES = 16


def parameters(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    found = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + at for at in entry["data_offsets"])
        values = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
        values = values.reshape(entry["shape"]).double()
        if values.ndim == 4:  # (R, S, C, K) to (K, C, R, S)
            values = values.permute(3, 2, 0, 1)
        found[name] = values.clone().requires_grad_()
    return found


def batch(folder):
    read = lambda name, skip: gzip.open(f"{folder}/train-{name}-ubyte.gz").read()[skip:]
    pixels = bytearray(read("images-idx3", 16)[: IMAGES * 28 * 28])
    images = torch.frombuffer(pixels, dtype=torch.uint8).double().reshape(IMAGES, 1, 28, 28) / 255
    labels = torch.tensor(list(read("labels-idx1", 8)[:IMAGES]))
    return (images - images.mean()) / images.std(unbiased=False), labels


def conv(p, name, x, strides=1):
    kernel = p[name + "/kernel"]
    return F.conv2d(x, kernel, p[name + "/bias"], strides, (kernel.shape[2] - 1) // 2)


def activated(p, name, x):
    gamma, beta = p[name + "/gamma"], p[name + "/beta"]
    return F.relu(F.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3))


def look(folder, name, layers, data):
    p = parameters(f"{folder}/{name}{layers}/model.safetensors")
    residual, size = name == "resnet", (layers - 2) // 6
    x = conv(p, "conv_initial", data[0])
    blocks, ratios = [], []
    for number in range(3 * size):
        layer, index = divmod(number, size)
        scope = f"block_layer{layer}/{'regular' if residual else 'plain'}_block{index}"
        strides = 2 if layer and not index else 1
        first = activated(p, scope + "/batch_normalization", x)
        convs = [scope + "/conv2d", scope + "/conv2d_1", scope + "/conv2d_2"]
        shortcut = x
        if residual and index == 0:
            shortcut = conv(p, convs.pop(0), first, strides)
        branch = conv(p, convs[0], first, strides)
        branch = conv(p, convs[1], activated(p, scope + "/batch_normalization_1", branch))
        ratios.append((branch.norm() / shortcut.norm()).item())
        x = branch + shortcut if residual else branch
        blocks.append(scope)
    x = activated(p, "batch_normalization", x).mean((2, 3))
    F.cross_entropy(x @ p["logits/kernel"] + p["logits/bias"], data[1]).backward()
    for number, scope in enumerate(blocks):
        kernels = [p[n].grad for n in p if n.startswith(scope + "/") and n.endswith("kernel")]
        norm = torch.cat([k.reshape(-1) for k in kernels]).norm().item()
        print(f"{name}{layers} {number + 1} {norm:.6g}" + f" {ratios[number]:.6g}" * residual)


fashion = batch(sys.argv[2])
for layers in (20, 56):
    for kind in ("plain", "resnet"):
        look(sys.argv[1], kind, layers, fashion)
