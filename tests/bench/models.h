/* The models that are measured, and the layers they are made of. */
#ifndef BENCH_MODELS_H
#define BENCH_MODELS_H

#include "kernels/shapes.h"
#include "models/resnet.h"

/* "ResNet-18 28x28": what is trained or run, on which images. */
typedef struct Setting {
    int layers, size, channels, classes, batch;
} Setting;

enum { SETTING_TEXT = 64 };
const char *setting_model(const Setting *setting, char text[SETTING_TEXT]);
const char *setting_shape(const Setting *setting, char text[SETTING_TEXT]);

/* The setting's training graph with the fusions that compiling makes; no memory for values. */
Graph *setting_record(const Setting *setting, Params *params);

/* Multiply-adds of a forward pass, and of the backward pass, which has none to the images. */
typedef struct MultiplyAdds {
    double forward, backward;
} MultiplyAdds;
MultiplyAdds setting_multiply_adds(const Setting *setting);

/* A shape that convolutions of a model have, named after the first of them. */
typedef struct ConvLayer {
    char name[SETTING_TEXT];
    Conv2DShape shape;
    bool activates;      /* applies a batch norm and ReLU to what it reads */
    bool reads_gradient; /* has a backward pass to the inputs: all but the first layer */
    int times;           /* how many convolutions have it */
} ConvLayer;

enum { MAX_CONV_LAYERS = 64 };
int list_convolutions(const Setting *setting, ConvLayer layers[MAX_CONV_LAYERS]);

#endif
