"""What the golden data have in common: the file format and the cases' shape.

Images are (N, H, W, C) and convolution kernels (R, S, C, K), as in the C code's channels_last.
PyTorch computes in float64 on (N, C, H, W); the results are rounded to float32 once, at the end.
"""

import json
import struct

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


class Golden:
    """Named float32 arrays and one line of text a case, written as a safetensors file."""

    def __init__(self, seed):
        self.random = numpy.random.default_rng(seed)
        self.arrays = {}
        self.lines = []

    def normal(self, *shape):
        """Random numbers that float32 holds exactly, as a float64 tensor."""
        values = self.random.standard_normal(shape).astype(numpy.float32)
        return torch.tensor(values.astype(numpy.float64))

    def integers(self, low, high, *shape):
        return torch.tensor(self.random.integers(low, high, shape).astype(numpy.float64))

    def store(self, name, values):
        assert name not in self.arrays, name
        self.arrays[name] = values.detach().numpy().astype("<f4")

    def line(self, *words, **options):
        self.lines.append(" ".join([*words, *(f"{k}={v:g}" for k, v in options.items())]))

    def write(self, path):
        header = {"__metadata__": {"cases": "\n".join(self.lines)}}
        offset = 0
        for name, values in self.arrays.items():
            header[name] = {
                "dtype": "F32",
                "shape": list(values.shape),
                "data_offsets": [offset, offset + values.nbytes],
            }
            offset += values.nbytes
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for values in self.arrays.values():
                file.write(values.tobytes())
        print(f"{path}: {len(self.lines)} cases, {8 + len(text) + offset} bytes")


def images_first(x):
    return x.permute(0, 3, 1, 2)


def images_last(x):
    return x.permute(0, 2, 3, 1)


VALID, SAME, SYMMETRIC = 0, 1, 2


def padded(x, padding, pad, size, strides, value=0.0):
    """(N, C, H, W) with what TensorFlow's padding, or PyTorch's symmetric one, puts around it."""
    if padding == VALID:
        return x
    if padding == SYMMETRIC:
        return F.pad(x, (pad, pad, pad, pad), value=value)
    amounts = []
    for length in (x.shape[3], x.shape[2]):
        outputs = -(-length // strides)
        total = max(0, (outputs - 1) * strides + size - length)
        amounts += [total // 2, total - total // 2]
    return F.pad(x, amounts, value=value)


def moving(average, batch, momentum):
    """TensorFlow's way round: momentum is the share of the old value."""
    return momentum * average + (1 - momentum) * batch


def batch_statistics(x):
    """Mean and biased variance of each channel; x is (N, C) or (N, C, H, W)."""
    axes = [axis for axis in range(x.dim()) if axis != 1]
    return x.mean(axes), x.var(axes, unbiased=False)
