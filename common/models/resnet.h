/* The pieces that a pre-activation ResNet (He et al. 2016, "Identity mappings in deep residual
 * networks") is recorded with. The program that links the library supplies them, as it supplies
 * main(); the model's configuration is common to all. */
#ifndef MODELS_RESNET_H
#define MODELS_RESNET_H

#include "layers/layers.h"

enum { MAX_BLOCK_LAYERS = 4, RESNET_DEPTHS = 12 };

/* The two forms of the papers. ImageNet's: a 7x7 stem of strides 2 with a max pool, 64 filters,
 * four block layers, bottlenecks from 50 layers on. CIFAR's: a 3x3 stem, 16 filters, three block
 * layers of (num_layers - 2) / 6 blocks each. And a wide, shallow one for small images: CIFAR's
 * with four times the filters (Zagoruyko and Komodakis 2016) and a max pool behind the stem. */
typedef enum ResNetForm { IMAGENET_FORM, CIFAR_FORM, WIDE_FORM } ResNetForm;

typedef struct ResNetDepth {
    int num_layers;
    const char *name; /* "resnet18" */
    ResNetForm form;
    bool is_original;                        /* published in 2015, with the original block */
    int block_layer_sizes[MAX_BLOCK_LAYERS]; /* blocks in each */
} ResNetDepth;

/* The published depths: He et al. 2015, table 1 and section 4.2; 200 layers: He et al. 2016; and
 * the wide one. The last row's name is NULL. Every program accepts what stands here, but help texts
 * and resnet_model()'s message name depths by hand. */
extern const ResNetDepth resnet_depths[RESNET_DEPTHS + 1];

typedef struct ResNetModel {
    const char *name; /* "resnet18" */
    int num_layers;
    int output_size; /* classes */
    DataFormat data_format;

    bool bottleneck;     /* three-layer blocks with 4 * filters outputs */
    int filters_initial; /* of the stem and the first block layer; doubled in each further one */
    int stem_kernel_size, stem_strides;
    bool stem_pool; /* a 3x3 max pool of strides 2 after the stem */
    int num_block_layers;
    int block_layer_sizes[MAX_BLOCK_LAYERS]; /* blocks in each */
    int block_strides[MAX_BLOCK_LAYERS];     /* of each layer's first block */

    float batch_norm_momentum; /* 0: TensorFlow's default, 0.99; the official ResNet has 0.997 */
    float batch_norm_epsilon;  /* 0: TensorFlow's default, 1e-3; the official ResNet has 1e-5 */
} ResNetModel;

/* 20 for "resnet20"; 0 if there is no such name. */
int resnet_layers_in_name(const char *name);

/* The model of `num_layers` layers. Ends the program for a number that is not in resnet_depths. */
ResNetModel resnet_model(int num_layers, int output_size, DataFormat data_format);

/* Sets the last kernel of each block to zero: every block begins as its shortcut alone (Goyal et
 * al. 2017, section 5.1, with the gamma of the original block). After params_allocate(). */
void resnet_zero_start(Params *params);

/* Pads height and width with kernel_size - 1 zeros: (kernel_size - 1) / 2, rounded down, before the
 * image and the rest after it. The image's size does not matter. */
Tensor *custom_padding(const ResNetModel *model, Tensor *inputs, int kernel_size);

/* A convolution with bias. With strides over 1 custom_padding() pads and the convolution is VALID;
 * with strides 1 it is SAME. name may be NULL. */
Tensor *custom_conv2d(const ResNetModel *model, Tensor *inputs, int filters, int kernel_size,
                      int strides, const char *name);

/* Batch normalisation over the channels, then ReLU. */
Tensor *pre_activation(const ResNetModel *model, Tensor *inputs, bool is_training);

/* How a block's shortcut is made. */
typedef struct ShortcutParams {
    int filters; /* of the 1x1 projection; 0: the identity */
    int strides; /* of the projection */
} ShortcutParams;

typedef struct PreActivated {
    Tensor *inputs;   /* pre-activated */
    Tensor *shortcut; /* the raw inputs, or the projection of the pre-activated ones */
} PreActivated;

/* The two ways into a block: the pre-activated inputs, and the shortcut around the block. */
PreActivated pre_activation_with_shortcut(const ResNetModel *model, Tensor *inputs,
                                          bool is_training, ShortcutParams shortcut_params);

/* Two 3x3 convolutions, the first with the strides, each on pre-activated inputs, plus the
 * shortcut. Scope regular_block{index}. shortcut_filters 0: identity. (N, H, W, C) to (N, H', W',
 * filters). */
Tensor *regular_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                      bool is_training, int index, int shortcut_filters);

/* 1x1, 3x3 with the strides, and 1x1 to 4 * filters, each on pre-activated inputs, plus the
 * shortcut. Scope bottleneck_block{index}. */
Tensor *bottleneck_block(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                         bool is_training, int index, int shortcut_filters);

/* num_blocks blocks: the first with a projection and the strides, the others with the identity and
 * strides 1. Scope block_layer{index}. */
Tensor *block_layer(const ResNetModel *model, Tensor *inputs, int filters, int strides,
                    int num_blocks, bool is_training, int index);

/* Images to logits (N, output_size): conv_initial, pool_initial, the block layers, pre-activation,
 * the mean over the whole map, and the dense layer named logits. */
Tensor *model_layers(const ResNetModel *model, Tensor *inputs, bool is_training);

/* model_layers() as a RecordLayers of training/network.h. Inline: a program that asks resnet.c for
 * a depth alone has no model_layers(), which its banner would count as called. */
static inline Tensor *resnet_record(const void *model, Tensor *images, bool is_training) {
    return model_layers(model, images, is_training);
}

#endif
