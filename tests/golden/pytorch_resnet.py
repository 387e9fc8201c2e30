"""The original ResNets as PyTorch's users know them, written by hand: the parameters' names and
shapes are those under which weights are published."""

import torch
from torch import nn

SIZES = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3),
         152: (3, 8, 36, 3)}


class Block(nn.Module):
    """Convolutions with batch norms; ReLU between them, and after the sum with the shortcut."""

    def __init__(self, channels, layers, strides):
        super().__init__()
        self.layers = len(layers)
        before = channels
        for i, (filters, size, stride) in enumerate(layers, 1):
            self.add_module(f"conv{i}", nn.Conv2d(before, filters, size, stride, size // 2,
                                                  bias=False))
            self.add_module(f"bn{i}", nn.BatchNorm2d(filters))
            before = filters
        self.downsample = None
        if strides != 1 or channels != before:
            self.downsample = nn.Sequential(nn.Conv2d(channels, before, 1, strides, bias=False),
                                            nn.BatchNorm2d(before))

    def forward(self, x):
        y = x
        for i in range(1, self.layers + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.layers:
                y = torch.relu(y)
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, depth, classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels = 64
        for i, blocks in enumerate(SIZES[depth]):
            filters, layer = 64 << i, []
            for block in range(blocks):
                strides = 2 if i > 0 and block == 0 else 1
                if depth < 50:
                    layers = [(filters, 3, strides), (filters, 3, 1)]
                else:
                    layers = [(filters, 1, 1), (filters, 3, strides), (4 * filters, 1, 1)]
                layer.append(Block(channels, layers, strides))
                channels = layers[-1][0]
            self.add_module(f"layer{i + 1}", nn.Sequential(*layer))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for i in range(4):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.fc(x.mean((2, 3)))


def state(model):
    """Name and tensor of all parameters and statistics, without the counters."""
    return {name: tensor for name, tensor in model.state_dict().items()
            if not name.endswith("num_batches_tracked")}
