#!/usr/bin/python3
"""Small pre-activation ResNets trained by PyTorch: writes resnet.safetensors.

A line of the metadata's `cases` is "<model> resnet key=value ...". The arrays of a model:
  <model>/images, <model>/labels   the batches one after the other; step i takes batch i % batches
  <model>/losses                   of each step, before its update
  <model>/logits                   in inference, after the last step, of the first batch
  <model>/initial/<parameter>, <model>/after_1/..., <model>/after_20/...

A ReLU's gradient jumps at 0, a max pool's where two inputs are equal. If a value comes nearer to
such a kink than rounding moves it, float32 takes the other side and the runs part. The seeds are
those, of the first hundred, whose runs stay clearest of every kink.
"""

import pathlib

import numpy
import torch
import torch.nn.functional as F

from golden import SAME, Golden, batch_statistics, images_first, moving, padded

STEPS = 20
CLEAR = 5e-6  # how far from every kink the values must stay
golden = Golden(seed=0)


class ResNet:
    """Parameters by name, made on first use: names, shapes and order are the C code's."""

    def __init__(self, options):
        self.options = options
        self.parameters = {}
        self.averages = {}
        self.scope = ""
        self.numbers = {}
        self.nearest = torch.inf  # how near to a kink a value came

    def name(self, kind):
        """TensorFlow's numbering within a scope: conv2d, conv2d_1, ..."""
        number = self.numbers.get(self.scope + kind, 0)
        self.numbers[self.scope + kind] = number + 1
        return self.scope + kind + (f"_{number}" if number else "")

    def parameter(self, name, values):
        if name not in self.parameters:
            self.parameters[name] = values().float().double().requires_grad_()
        return self.parameters[name]

    def conv2d(self, x, filters, size, strides, name=None):
        name = name or self.name("conv2d")
        fan_in = size * size * x.shape[1]
        kernel = self.parameter(f"{name}/kernel", lambda: golden.normal(
            size, size, x.shape[1], filters) * (2 / fan_in) ** 0.5)
        bias = self.parameter(f"{name}/bias", lambda: 0.1 * golden.normal(filters))
        if strides > 1:  # depends on the kernel's size alone
            before = (size - 1) // 2
            after = size - 1 - before
            x = F.pad(x, (before, after, before, after))
        else:
            x = padded(x, SAME, 0, size, 1)
        return F.conv2d(x, kernel.permute(3, 2, 0, 1).contiguous(), bias, strides)

    def pre_activation(self, x, is_training):
        name, channels = self.name("batch_normalization"), x.shape[1]
        gamma = self.parameter(f"{name}/gamma", lambda: 1 + 0.1 * golden.normal(channels))
        beta = self.parameter(f"{name}/beta", lambda: 0.1 * golden.normal(channels))
        mean, variance = f"{name}/moving_mean", f"{name}/moving_variance"
        self.averages.setdefault(mean, torch.zeros(channels))
        self.averages.setdefault(variance, torch.ones(channels))
        averages = [None, None]
        if is_training:
            with torch.no_grad():
                for key, batch in zip((mean, variance), batch_statistics(x)):
                    self.averages[key] = moving(self.averages[key], batch,
                                                self.options["momentum"])
        else:
            averages = [self.averages[mean], self.averages[variance]]
        x = F.batch_norm(x, *averages, gamma, beta, training=is_training,
                         eps=self.options["epsilon"])
        self.nearest = min(self.nearest, x.detach().abs().min().item())
        return F.relu(x)

    def max_pool(self, x):
        x = padded(x, SAME, 0, 3, 2, value=-torch.inf)
        n, c = x.shape[:2]
        windows = F.unfold(x.detach().flatten(0, 1)[:, None], 3, stride=2).view(n, c, 9, -1)
        two = windows.topk(2, dim=2).values
        self.nearest = min(self.nearest, (two[:, :, 0] - two[:, :, 1]).min().item())
        return F.max_pool2d(x, 3, 2)

    def block(self, x, filters, strides, is_training, projected):
        bottleneck = self.options["bottleneck"]
        activated, shortcut = self.pre_activation(x, is_training), x
        if projected:
            shortcut = self.conv2d(activated, filters * (4 if bottleneck else 1), 1, strides)
        layers = [(filters, 3, strides), (filters, 3, 1)]
        if bottleneck:
            layers = [(filters, 1, 1), (filters, 3, strides), (4 * filters, 1, 1)]
        y = self.conv2d(activated, *layers[0])
        for layer in layers[1:]:
            y = self.conv2d(self.pre_activation(y, is_training), *layer)
        return y + shortcut

    def logits(self, images, is_training):
        options, self.numbers = self.options, {}
        x = self.conv2d(images_first(images), options["filters_initial"],
                        options["stem_kernel_size"], options["stem_strides"], "conv_initial")
        if options["stem_pool"]:
            x = self.max_pool(x)
        kind = "bottleneck_block" if options["bottleneck"] else "regular_block"
        for i in range(2):
            for j in range(int(options[f"blocks{i}"])):
                self.scope = f"block_layer{i}/{kind}{j}/"
                x = self.block(x, options["filters_initial"] << i,
                               options[f"strides{i}"] if j == 0 else 1, is_training, j == 0)
        self.scope = ""
        x = self.pre_activation(x, is_training).mean((2, 3))
        classes = options["classes"]
        kernel = self.parameter("logits/kernel",
                                lambda: golden.normal(x.shape[1], classes) * x.shape[1] ** -0.5)
        return x @ kernel + self.parameter("logits/bias", lambda: 0.1 * golden.normal(classes))

    def store(self, prefix):
        for name, values in {**self.parameters, **self.averages}.items():
            golden.store(f"{prefix}/{name}", values)


def train(name, seed, batch, height, width, channels, batches, learning_rate, weight_decay,
          sgd_momentum, nesterov, label_smoothing, **options):
    golden.line(name, "resnet", batch=batch, height=height, width=width, channels=channels,
                batches=batches, learning_rate=learning_rate, weight_decay=weight_decay,
                sgd_momentum=sgd_momentum, nesterov=nesterov, label_smoothing=label_smoothing,
                steps=STEPS, **options)
    golden.random = numpy.random.default_rng(seed)
    model = ResNet(options)
    images = golden.normal(batches * batch, height, width, channels)
    labels = golden.integers(0, options["classes"], batches * batch)
    golden.store(f"{name}/images", images)
    golden.store(f"{name}/labels", labels)
    with torch.no_grad():
        model.logits(images[:batch], False)  # makes the parameters
    model.store(f"{name}/initial")

    kernels = [v for k, v in model.parameters.items() if k.endswith("/kernel")]
    others = [v for k, v in model.parameters.items() if not k.endswith("/kernel")]
    optimizer = torch.optim.SGD([{"params": kernels, "weight_decay": weight_decay},
                                 {"params": others}],
                                lr=learning_rate, momentum=sgd_momentum, nesterov=nesterov)
    losses = []
    for step in range(STEPS):
        chosen = slice(step % batches * batch, (step % batches + 1) * batch)
        loss = F.cross_entropy(model.logits(images[chosen], True), labels[chosen].long(),
                               label_smoothing=label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step in (0, STEPS - 1):
            model.store(f"{name}/after_{step + 1}")
    assert model.nearest > CLEAR, (name, seed, model.nearest)
    golden.store(f"{name}/losses", torch.tensor(losses))
    golden.store(f"{name}/logits", model.logits(images[:batch], False))


train("regular", seed=0, batch=6, height=11, width=12, channels=1, classes=5, batches=3,
      learning_rate=0.05, weight_decay=0.01, sgd_momentum=0.9, nesterov=True, label_smoothing=0,
      bottleneck=False, filters_initial=4, stem_kernel_size=3, stem_strides=1, stem_pool=False,
      blocks0=2, blocks1=1, strides0=1, strides1=2, momentum=0.9, epsilon=1e-3)
train("bottleneck", seed=53, batch=4, height=18, width=13, channels=3, classes=10, batches=2,
      learning_rate=0.02, weight_decay=0.01, sgd_momentum=0.9, nesterov=True, label_smoothing=0.1,
      bottleneck=True, filters_initial=4, stem_kernel_size=7, stem_strides=2, stem_pool=True,
      blocks0=1, blocks1=2, strides0=1, strides1=2, momentum=0.99, epsilon=1e-5)
train("plain_momentum", seed=35, batch=2, height=9, width=8, channels=2, classes=3, batches=2,
      learning_rate=0.02, weight_decay=0, sgd_momentum=0.8, nesterov=False, label_smoothing=0,
      bottleneck=False, filters_initial=8, stem_kernel_size=5, stem_strides=2, stem_pool=False,
      blocks0=1, blocks1=1, strides0=2, strides1=1, momentum=0.997, epsilon=1e-3)
golden.write(pathlib.Path(__file__).with_name("resnet.safetensors"))
