#!/usr/bin/python3
"""Every layer's outputs and gradients by PyTorch: writes layers.safetensors.

A line of the metadata's `cases` is "<case> <operation> key=value ...". The arrays of a case:
  <case>/inputs, <case>/inputs_1          what goes in
  <case>/<parameter>                      kernel, bias, gamma, beta, moving_mean, moving_variance
  <case>/outputs, <case>/upstream         what comes out, and the gradient given for it
  <case>/d_inputs, <case>/d_<parameter>   the gradients of sum(outputs * upstream)
  <case>/moving_mean_after, ...           the moving averages after the step
"""

import itertools
import pathlib

import torch
import torch.nn.functional as F

from golden import (SAME, SYMMETRIC, VALID, Golden, batch_statistics, images_first, images_last,
                    moving, padded)

golden = Golden(seed=20260101)


def case(name, operation, compute, inputs, parameters=None, constants=(), **options):
    """compute(*inputs, *constants, **parameters) -> outputs; all but constants get gradients."""
    parameters = parameters or {}
    golden.line(name, operation, **options)
    leaves = [x.clone().requires_grad_() for x in inputs]
    named = {k: v.clone().requires_grad_() for k, v in parameters.items()}
    outputs = compute(*leaves, *constants, **named)
    upstream = golden.normal(*outputs.shape)
    gradients = torch.autograd.grad(outputs, [*leaves, *named.values()], upstream)
    for i, x in enumerate([*inputs, *constants]):
        golden.store(f"{name}/inputs" + (f"_{i}" if i else ""), x)
    for i, gradient in enumerate(gradients[: len(inputs)]):
        golden.store(f"{name}/d_inputs" + (f"_{i}" if i else ""), gradient)
    for parameter, gradient in zip(named, gradients[len(inputs) :]):
        golden.store(f"{name}/{parameter}", parameters[parameter])
        golden.store(f"{name}/d_{parameter}", gradient)
    golden.store(f"{name}/outputs", outputs)
    golden.store(f"{name}/upstream", upstream)


def pad_cases():
    for i, (h, w) in enumerate([(0, 0), (1, 1), (2, 3), (5, 0)]):
        def compute(x, h=h, w=w):
            return images_last(F.pad(images_first(x), (w, w + 1, h, h + 2)))

        case(f"pad{i}", "pad", compute, [golden.normal(1 + i % 2, 3, 4, 1 + i)],
             top=h, bottom=h + 2, left=w, right=w + 1)


def conv2d_case(name, shape, filters, size, strides, padding, pad, bias):
    def compute(x, kernel, bias=None):
        x = padded(images_first(x), padding, pad, size, strides)
        return images_last(F.conv2d(x, kernel.permute(3, 2, 0, 1).contiguous(), bias, strides))

    parameters = {"kernel": golden.normal(size, size, shape[3], filters)}
    if bias:
        parameters["bias"] = golden.normal(filters)
    case(name, "conv2d", compute, [golden.normal(*shape)], parameters, filters=filters,
         kernel_size=size, strides=strides, padding=padding, pad=pad, no_bias=not bias)


def conv2d_cases():
    shapes = [((1, 7, 9, 1), 1), ((2, 9, 7, 3), 2), ((3, 7, 7, 1), 4), ((1, 8, 10, 2), 1),
              ((2, 11, 8, 1), 3)]
    grid = itertools.product([1, 3, 5, 7], [1, 2, 3], [VALID, SAME, SYMMETRIC])
    for i, (size, strides, padding) in enumerate(grid):
        shape, filters = shapes[i % len(shapes)]
        conv2d_case(f"conv{size}_{strides}_{padding}", shape, filters, size, strides, padding,
                    size // 2 if padding == SYMMETRIC else 0, bias=i % 4 != 3)
    # Channels beyond a vector's width, in every combination with few.
    for channels, filters in [(1, 33), (17, 1), (19, 18), (16, 16)]:
        conv2d_case(f"conv_{channels}_to_{filters}", (2, 3, 5, channels), filters, 3, 1, SAME, 0,
                    True)
    conv2d_case("conv_strided_projection", (2, 5, 7, 7), 20, 1, 2, VALID, 0, True)
    conv2d_case("conv_even_kernel", (1, 7, 6, 3), 5, 4, 2, SAME, 0, True)
    conv2d_case("conv_wide_pad", (1, 4, 4, 2), 3, 3, 2, SYMMETRIC, 4, True)
    conv2d_case("conv_strides_over_kernel", (2, 8, 8, 2), 3, 2, 3, SAME, 0, False)


def batch_norm_case(name, shape, is_training, momentum, epsilon, mean=0.0, deviation=1.0):
    channels = shape[-1]
    averages = {"moving_mean": golden.normal(channels),
                "moving_variance": 0.5 + golden.normal(channels) ** 2}

    def compute(x, gamma, beta):
        first = images_first(x) if x.dim() == 4 else x
        statistics = [None, None] if is_training else list(averages.values())
        y = F.batch_norm(first, *statistics, gamma, beta, training=is_training, eps=epsilon)
        return images_last(y) if x.dim() == 4 else y

    inputs = (mean + deviation * golden.normal(*shape)).float().double()
    case(name, "batch_normalization", compute, [inputs],
         {"gamma": golden.normal(channels), "beta": golden.normal(channels)},
         is_training=is_training, momentum=momentum, epsilon=epsilon)
    first = images_first(inputs) if len(shape) == 4 else inputs
    for (key, average), batch in zip(averages.items(), batch_statistics(first)):
        golden.store(f"{name}/{key}", average)
        golden.store(f"{name}/{key}_after",
                     moving(average, batch, momentum) if is_training else average)


def batch_norm_cases():
    shapes = [(1, 3, 5, 1), (2, 5, 3, 3), (3, 4, 4, 17), (1, 1, 7, 16), (6, 5)]
    for i, (shape, is_training) in enumerate(itertools.product(shapes, [True, False])):
        momentum, epsilon = [(0.99, 1e-3), (0.997, 1e-5), (0.9, 0.1)][i % 3]
        batch_norm_case(f"batch_norm{i}", shape, is_training, momentum, epsilon)
    batch_norm_case("batch_norm_large_mean", (2, 4, 5, 3), True, 0.5, 1e-3, mean=30.0)
    batch_norm_case("batch_norm_small_variance", (2, 4, 5, 3), True, 0.5, 1e-5, deviation=1e-3)


def pool_cases():
    def pool(kind, size, strides, padding, pad):
        def maximum(x):
            x = padded(images_first(x), padding, pad, size, strides, value=-torch.inf)
            return images_last(F.max_pool2d(x, size, strides))

        def average(x):
            first = images_first(x)
            sums, counts = (F.avg_pool2d(padded(y, padding, pad, size, strides), size, strides)
                            for y in (first, torch.ones_like(first)))
            return images_last(sums / counts)

        return maximum if kind == "max_pool2d" else average

    shapes = [(1, 7, 9, 1), (2, 8, 5, 3), (1, 6, 6, 17)]
    windows = [(2, 2), (3, 2), (3, 1), (3, 3), (5, 2), (2, 3)]
    kinds = ["max_pool2d", "average_pool2d"]
    grid = itertools.product(kinds, windows, [VALID, SAME, SYMMETRIC])
    for i, (kind, (size, strides), padding) in enumerate(grid):
        pad = size // 2 if padding == SYMMETRIC else 0
        case(f"{kind}_{size}_{strides}_{padding}", kind, pool(kind, size, strides, padding, pad),
             [golden.normal(*shapes[(i + i // 3) % 3])], pool_size=size, strides=strides,
             padding=padding, pad=pad)
    case("max_pool2d_of_equals", "max_pool2d", pool("max_pool2d", 3, 2, SAME, 0),
         [golden.integers(0, 3, 2, 7, 6, 4)], pool_size=3, strides=2, padding=SAME, pad=0)
    for i, shape in enumerate([(2, 3, 7, 5), (1, 6, 2, 1), (3, 1, 1, 4), (2, 4, 4, 18)]):
        case(f"global_average_pool2d_{i}", "global_average_pool2d",
             lambda x: x.mean((1, 2), keepdim=True), [golden.normal(*shape)])


def other_cases():
    for i, shape in enumerate([(1, 1, 1, 1), (2, 3, 5, 3), (1, 4, 4, 17), (3, 7)]):
        inputs = golden.normal(*shape)
        inputs.view(-1)[0] = 0  # where the gradient is 0 by definition
        case(f"relu{i}", "relu", F.relu, [inputs])
        case(f"add{i}", "add", torch.add, [golden.normal(*shape), golden.normal(*shape)])
    for i, shape in enumerate([(2, 3, 5, 3), (1, 2, 2, 1), (3, 1, 1, 6)]):
        inputs = golden.normal(*shape)
        case(f"flatten{i}_last", "flatten", lambda x: x.flatten(1), [inputs], channels_first=0)
        case(f"flatten{i}_first", "flatten", lambda x: images_first(x).flatten(1), [inputs],
             channels_first=1)
    for i, (n, c, k, bias) in enumerate([(1, 1, 1, True), (3, 5, 10, True), (2, 18, 33, False),
                                         (9, 40, 7, True)]):
        parameters = {"kernel": golden.normal(c, k)}
        if bias:
            parameters["bias"] = golden.normal(k)
        case(f"dense{i}", "dense", lambda x, kernel, bias=0: x @ kernel + bias,
             [golden.normal(n, c)], parameters, units=k, no_bias=not bias)


def loss_cases():
    for i, (n, k, smoothing, scale) in enumerate([(1, 10, 0.0, 1.0), (4, 10, 0.1, 1.0),
                                                  (3, 2, 0.3, 1.0), (7, 33, 0.0, 1.0),
                                                  (2, 5, 0.1, 100.0)]):
        def cross_entropy(x, labels, smoothing=smoothing):
            return F.cross_entropy(x, labels.long(), label_smoothing=smoothing).reshape(1)

        case(f"cross_entropy{i}", "softmax_cross_entropy", cross_entropy,
             [(scale * golden.normal(n, k)).float().double()], constants=[golden.integers(0, k, n)],
             label_smoothing=smoothing)
    for i, shape in enumerate([(1, 1), (3, 7), (2, 3, 5, 4)]):
        case(f"squared_error{i}", "mean_squared_error",
             lambda x, targets: F.mse_loss(x, targets).reshape(1), [golden.normal(*shape)],
             constants=[golden.normal(*shape)])


pad_cases()
conv2d_cases()
batch_norm_cases()
pool_cases()
other_cases()
loss_cases()
golden.write(pathlib.Path(__file__).with_name("layers.safetensors"))
