#!/usr/bin/python3
"""pytorch_weights.py DIRECTORY: weights as PyTorch makes them, and what PyTorch says of an image.

Leaves resnet18.safetensors and resnet50.safetensors with everything that a model's state_dict() has,
counters too; image.png, 300 x 256 pixels, whose shorter side needs no resizing; labels.txt; and
resnet18.logits and resnet50.logits, a line "<logit> <label>" for each class.
"""

import json
import pathlib
import struct
import sys
import zlib

import numpy
import torch

from pytorch_resnet import ResNet

DTYPES = {torch.float32: "F32", torch.int64: "I64"}
HEIGHT, WIDTH, CROP = 300, 256, 224


def write_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    # As the format's own library does it: large numbers first, then by name.
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    for name in order:
        tensor = tensors[name]
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            file.write(tensors[name].contiguous().numpy().tobytes())


def write_png(path, pixels):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def new_model(depth):
    model = ResNet(depth)
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.3, 0.9)
            torch.nn.init.normal_(module.bias, 0, 0.1)
            torch.nn.init.normal_(module.running_mean, 0, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
            module.num_batches_tracked += 12345
    torch.nn.init.normal_(model.fc.weight, 0, 0.4)  # logits as large as a trained network's
    return model.eval()


out = pathlib.Path(sys.argv[1])
torch.manual_seed(1)
random = numpy.random.default_rng(2)
smooth = random.uniform(0, 256, (10, 8, 3)).repeat(30, 0).repeat(32, 1)
pixels = (0.5 * smooth + 0.5 * random.uniform(0, 256, (HEIGHT, WIDTH, 3))).astype(numpy.uint8)
write_png(out / "image.png", pixels)
(out / "labels.txt").write_text("".join(f"thing, number {k}\n" for k in range(1000)))

top, left = (HEIGHT - CROP) // 2, (WIDTH - CROP) // 2
image = torch.tensor(pixels[top:top + CROP, left:left + CROP]).permute(2, 0, 1)[None] / 255
mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
deviation = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
with torch.no_grad():
    for depth in (18, 50):
        model = new_model(depth)
        logits = model((image - mean) / deviation)[0]
        write_safetensors(out / f"resnet{depth}.safetensors", model.state_dict())
        (out / f"resnet{depth}.logits").write_text(
            "".join(f"{logit:.7f} thing, number {k}\n" for k, logit in enumerate(logits.tolist())))
