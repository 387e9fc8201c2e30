#!/usr/bin/python3
"""Trains PyTorch's twin of a network by one of our recipes (common/training/recipes.c): does it get
as far in as many steps?

    pytorch_train.py --model resnet20 --epochs 6 --flip > log.csv

make bench ARGS="--only accuracy" prints the command of each recipe; options and defaults are the
trainer's (build/chapters/08_training --help). Prints a training log, one row an epoch. "seconds" are
those of the training steps alone. The initial values, the order of the images and the flips are
drawn alike, but are not the same numbers.
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

MODELS = {"resnet8x4": 8, "resnet18": 18, "resnet20": 20, "resnet56": 56}
TEST_BATCH = 128
SHIFTS = [(0, 0), (0, -1), (0, 1), (-1, 0), (1, 0)]  # (down, right), of two views each
UNSEEN = 1e30  # more than any loss: images that were not seen yet are the hardest
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
    """He normal by fan-in for kernels, 0 for biases; batch norms begin with 1 and 0 as they are, and
    average over about ten batches."""
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
            nn.init.zeros_(module.bias)
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.1


def learning_rate(options, step, steps):
    """One cycle: a line up to the peak, then a line down to 0 (learning_rate_at in C)."""
    rise = options.warmup * steps
    if step < rise:
        return options.learning_rate * (step + 1) / (rise + 1)
    return options.learning_rate * (steps - step) / (steps - rise)


def view(images, number, black):
    """View number `number` of the images (batch_source_view in C)."""
    down, right = SHIFTS[number // 2]
    height, width = images.shape[2:]
    framed = F.pad(images, (1, 1, 1, 1), value=black)
    seen = framed[:, :, 1 - down:1 - down + height, 1 - right:1 - right + width]
    return seen.flip(3) if number % 2 else seen


def views_now(options, epoch):
    """One, but for the last epoch (views_now in C)."""
    if epoch < options.epochs:
        return 1
    return 2 * len(SHIFTS) if options.eval_shift else 2 if options.eval_flip else 1


def evaluate(model, images, labels, views, black):
    model.eval()
    with torch.no_grad():
        logits = sum(torch.cat([model(view(part, number, black))
                                for part in images.split(TEST_BATCH)])
                     for number in range(views)) / views
    return F.cross_entropy(logits, labels).item(), accuracy(logits, labels)


def accuracy(logits, labels):
    return (logits.argmax(1) == labels).float().mean().item()


class Muon:
    """The kernels of all convolutions but the first (muon_step in C)."""

    def __init__(self, kernels, momentum):
        self.kernels = [(kernel, torch.zeros_like(kernel)) for kernel in kernels]
        self.momentum = momentum

    @staticmethod
    def orthogonalize(step):
        x = step.flatten(1) / step.norm()
        for _ in range(5):
            gram = x @ x.T
            x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
        return x.reshape(step.shape)

    @torch.no_grad()
    def step(self, rate):
        for kernel, velocity in self.kernels:
            velocity.mul_(self.momentum).add_(kernel.grad)
            step = self.orthogonalize(kernel.grad + self.momentum * velocity)
            length = min(kernel.flatten(1).shape) ** 0.5
            kernel.mul_(length / kernel.norm()).sub_(step, alpha=rate)


class Training:
    def __init__(self, images, labels, options):
        self.images, self.labels, self.options = images, labels, options
        count = len(images)
        self.chosen = max(1, int(options.keep * count)) if options.keep else count
        self.hard = int(options.hard * self.chosen)
        self.losses = torch.full((count,), UNSEEN)  # when last seen
        self.coins = torch.rand(count) < 0.5  # the images to mirror in odd epochs
        self.steps = self.chosen // options.batch  # an epoch's; the incomplete batch is left out
        self.all_steps = options.epochs * self.steps
        self.step, self.seconds = 0, 0.0
        self.model = ResNet(MODELS[options.model], 1, 10)
        initialise(self.model)
        vectors, matrices, convolutions = ([p for p in self.model.parameters() if p.dim() == rank]
                                           for rank in (1, 2, 4))
        if options.muon:
            self.muon = Muon(convolutions[1:], options.momentum)
            convolutions = convolutions[:1]
        self.optimizer = torch.optim.SGD(
            [{"params": convolutions + matrices, "weight_decay": options.weight_decay},
             {"params": vectors}],
            lr=options.learning_rate, momentum=options.momentum, nesterov=True)

    def rate(self):
        return learning_rate(self.options, self.step, self.all_steps)

    def mirrored(self, numbers, epoch):
        images = self.images[numbers]
        if not self.options.flip and not self.options.alternate:
            return images
        coins = torch.rand(len(numbers)) < 0.5
        if self.options.alternate:
            coins = self.coins[numbers] == (epoch % 2 == 1)
        return torch.where(coins.reshape(-1, 1, 1, 1), images.flip(3), images)

    def choose(self):
        """The epoch's images in a random order: the hardest, and others by chance."""
        order = torch.randperm(len(self.images))
        order = order[self.losses[order].sort(descending=True, stable=True).indices]
        others = order[self.hard:]
        others = others[torch.randperm(len(others))][:self.chosen - self.hard]
        order = torch.cat([order[:self.hard], others])
        return order[torch.randperm(self.chosen)][:self.steps * self.options.batch]

    def run_step(self, numbers, epoch):
        images, labels = self.mirrored(numbers, epoch), self.labels[numbers]
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        start = time.perf_counter()
        self.model.zero_grad(set_to_none=True)
        logits = self.model(images)
        loss = F.cross_entropy(logits, labels, label_smoothing=self.options.label_smoothing)
        loss.backward()
        self.optimizer.step()
        if self.options.muon:
            self.muon.step(self.rate() * self.options.muon / self.options.learning_rate)
        self.seconds += time.perf_counter() - start
        self.step += 1
        logits = logits.detach()
        self.losses[numbers] = F.cross_entropy(logits, labels, reduction="none")
        return loss.item(), accuracy(logits, labels)

    def run_epoch(self, epoch):
        """The mean loss and accuracy of the epoch's batches, as they were trained."""
        self.model.train()
        loss = right = 0.0
        for numbers in self.choose().split(self.options.batch):
            step_loss, step_right = self.run_step(numbers, epoch)
            loss, right = loss + step_loss, right + step_right
        return loss / self.steps, right / self.steps


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--model", choices=MODELS, default="resnet20")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.2, help="the largest")
    parser.add_argument("--warmup", type=float, default=0.25, help="part of all steps")
    parser.add_argument("--momentum", type=float, default=0.9, help="Nesterov's")
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--muon", type=float, default=0, help="the largest rate of the kernels")
    parser.add_argument("--label-smoothing", type=float, default=0)
    parser.add_argument("--flip", action="store_true")
    parser.add_argument("--alternate", action="store_true")
    parser.add_argument("--keep", type=float, default=0, help="part of the images in an epoch")
    parser.add_argument("--hard", type=float, default=0, help="part of these chosen by their loss")
    parser.add_argument("--eval-flip", action="store_true", help="after the last epoch")
    parser.add_argument("--eval-shift", action="store_true", help="after the last epoch, ten views")
    parser.add_argument("--limit", type=int, help="so many training images only")
    parser.add_argument("--limit-test", type=int, help="so many test images only")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", default=next(filter(os.path.isdir, PLACES), PLACES[0]))
    return parser.parse_args()


def main():
    options = read_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    images, labels = load(options.data, "train", options.limit)
    test_images, test_labels = load(options.data, "t10k", options.limit_test)
    mean, deviation = images.mean(), images.std(unbiased=False)
    images, test_images = (images - mean) / deviation, (test_images - mean) / deviation
    black = (-mean / deviation).item()

    training = Training(images, labels, options)
    if training.steps == 0:
        sys.exit(f"{training.chosen} images in an epoch are no batch of {options.batch}; "
                 "take more, or a smaller --batch")
    print("epoch,step,seconds,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy")
    for epoch in range(1, options.epochs + 1):
        loss, right = training.run_epoch(epoch)
        test_loss, test_right = evaluate(training.model, test_images, test_labels,
                                         views_now(options, epoch), black)
        rate = learning_rate(options, training.step - 1, training.all_steps)
        print(f"{epoch},{training.step},{training.seconds:.3f},{rate:.6g},{loss:.6f},{right:.6f},"
              f"{test_loss:.6f},{test_right:.6f}", flush=True)


if __name__ == "__main__":
    main()
