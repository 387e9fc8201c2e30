#!/usr/bin/python3
"""Trains PyTorch's twin of ResNet-20 by the quick recipe (common/training/recipes.c), to be put
beside chapters/08_training/quick.csv: does it get as far in as many epochs?

    pytorch_train.py [--epochs 6] [--limit N] [--threads N] [--seed 1] [--data DIR] > log.csv

Prints a training log, one row an epoch. "seconds" are those of the training steps alone. The
initial values, the order of the images and the flips are drawn alike, but are not the same numbers.
pytorch_quick.csv is such a log: 93.43 % after six epochs, where ours has 93.41 %.
"""

import argparse
import gzip
import os
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from pytorch_bench import ResNet

BATCH, PEAK, WARM_UP, MOMENTUM, DECAY = 128, 0.2, 0.25, 0.9, 5e-4
PLACES = ["datasets/fashion-mnist", "/usr/share/datasets/fashion-mnist"]


def read_idx(directory, name, header):
    path = os.path.join(directory, name)
    opener = open if os.path.exists(path) else gzip.open
    with opener(path if opener is open else path + ".gz", "rb") as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def load(directory, kind, limit):
    images = read_idx(directory, f"{kind}-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)
    labels = read_idx(directory, f"{kind}-labels-idx1-ubyte", 8)
    return images[:limit].float() / 255, labels[:limit].long()


def initialise(model):
    """He normal by fan-in for kernels, 0 for biases; batch norms begin with 1 and 0 as they are."""
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
            nn.init.zeros_(module.bias)


def learning_rate(step, steps):
    """One cycle: a line up to the peak, then a line down to 0 (learning_rate_at in C)."""
    rise = WARM_UP * steps
    if step < rise:
        return PEAK * (step + 1) / (rise + 1)
    return PEAK * (steps - step) / (steps - rise)


def mirrored(images):
    """Half of the images left to right."""
    flip = torch.rand(len(images), 1, 1, 1) < 0.5
    return torch.where(flip, images.flip(3), images)


def evaluate(model, images, labels):
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(part) for part in images.split(BATCH)])
    return F.cross_entropy(logits, labels).item(), accuracy(logits, labels)


def accuracy(logits, labels):
    return (logits.argmax(1) == labels).float().mean().item()


class Training:
    def __init__(self, images, labels, epochs):
        self.images, self.labels = images, labels
        self.steps = len(images) // BATCH  # an epoch's; the incomplete batch is left out
        self.all_steps = epochs * self.steps
        self.step, self.seconds = 0, 0.0
        self.model = ResNet(20, 1, 10)
        initialise(self.model)
        kernels = [p for p in self.model.parameters() if p.dim() > 1]
        others = [p for p in self.model.parameters() if p.dim() == 1]
        self.optimizer = torch.optim.SGD(
            [{"params": kernels, "weight_decay": DECAY}, {"params": others}],
            lr=PEAK, momentum=MOMENTUM, nesterov=True)

    def run_step(self, images, labels):
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.all_steps)
        start = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        self.optimizer.step()
        self.seconds += time.perf_counter() - start
        self.step += 1
        return loss.item(), accuracy(logits, labels)

    def run_epoch(self):
        """The mean loss and accuracy of the epoch's batches, as they were trained."""
        self.model.train()
        loss = right = 0.0
        for numbers in torch.randperm(len(self.images))[:self.steps * BATCH].split(BATCH):
            step_loss, step_right = self.run_step(mirrored(self.images[numbers]),
                                                  self.labels[numbers])
            loss, right = loss + step_loss, right + step_right
        return loss / self.steps, right / self.steps


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--limit", type=int, help="so many training images only")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", default=next(filter(os.path.isdir, PLACES), PLACES[0]))
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    images, labels = load(options.data, "train", options.limit)
    if len(images) < BATCH:
        sys.exit(f"--limit {options.limit}: at least a batch of {BATCH} images is needed")
    test_images, test_labels = load(options.data, "t10k", None)
    mean, deviation = images.mean(), images.std(unbiased=False)
    images, test_images = (images - mean) / deviation, (test_images - mean) / deviation

    training = Training(images, labels, options.epochs)
    print("epoch,step,seconds,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy")
    for epoch in range(1, options.epochs + 1):
        loss, right = training.run_epoch()
        test_loss, test_right = evaluate(training.model, test_images, test_labels)
        rate = learning_rate(training.step - 1, training.all_steps)
        print(f"{epoch},{training.step},{training.seconds:.3f},{rate:.6g},{loss:.6f},{right:.6f},"
              f"{test_loss:.6f},{test_right:.6f}", flush=True)


if __name__ == "__main__":
    main()
