/* The pieces of a pre-activation ResNet in double, straight from their equations: what the
 * exercises that record graphs are compared with. Images are (N, H, W, C) whatever the data format;
 * parameters are the inputs' graph's, by name. */
#ifndef EXERCISES_REFERENCE_BLOCKS_H
#define EXERCISES_REFERENCE_BLOCKS_H

#include "harness.h"

typedef struct Images {
    const Tensor *inputs; /* whose graph has the parameters */
    float epsilon;        /* of the batch norms */
    bool is_training;
    int batch, height, width, channels;
    double *values;
    const char *made; /* what they are: "the ReLU of conv2d" (reference_trace.h) */
} Images;

/* The images that `values`, in the data format, are. */
Images images_from(const ResNetModel *model, const Tensor *inputs, bool is_training,
                   const double *values);

/* The same images in the model's data format. */
double *images_values(const ResNetModel *model, Images images);

/* Padded by the kernel alone, the kernel and the bias named "<name>/kernel", "<name>/bias"; fails
 * the test unless the kernel is size x size for as many channels and filters. */
Images images_conv2d(Images images, const char *name, int size, int filters, int strides);

/* Batch norm with the parameters "<name>/gamma", ...; max(0, x); one after the other. */
Images images_batch_norm(Images images, const char *name);
Images images_relu(Images images);
Images images_pre_activation(Images images, const char *name);

Images images_add(Images a, Images b);

/* 3x3, strides 2, as TensorFlow's SAME. */
Images images_max_pool(Images images);

/* The mean of each channel's map, times "<name>/kernel" plus "<name>/bias": (N, 1, 1, units). */
Images images_logits(Images images, const char *name, int units);

/* Blocks whose parameters' names begin with `scope` ("regular_block0/"). */
Images images_regular_block(Images images, const char *scope, int filters, int strides,
                            bool projection);
Images images_bottleneck_block(Images images, const char *scope, int filters, int strides,
                               bool projection);

/* The same without a shortcut. */
Images images_plain_block(Images images, const char *scope, int filters, int strides);

/* Blocks 0 to num_blocks - 1 below `scope` ("block_layer0/"), the first with projection and
 * strides. */
Images images_block_layer(Images images, const char *scope, bool bottleneck, int filters,
                          int strides, int num_blocks);

#endif
