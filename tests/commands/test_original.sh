#!/usr/bin/env bash
# Chapter 10's executable, as a reader runs it: tests/commands/test_original.sh BUILD.
source "$(dirname "$0")/lib.sh"

original() { # options...
    run "$build/chapters/10_original_resnet" "$@"
}

# counts PARAMETERS MOVING TOTAL OPTIONS...
counts() {
    local parameters=$1 moving=$2 total=$3
    shift 3
    original "$@" && says "^parameters: $parameters\$" && says "^moving averages: $moving\$" &&
        says "^total: $total\$"
}

check "--help" original --help
check "help names --layers, --style, --seed and --threads" \
    all says --layers --style --seed --threads
fails "--layers 200" "--layers: '200'" -- original --layers 200
fails "--style torch" "--style: 'torch'" -- original --style torch
fails "--classes 0" "--classes: '0'" -- original --classes 0
fails "--image-size x" "--image-size: 'x'" -- original --image-size x
fails "--compare --plain" "--plain" -- original --compare --plain
fails "--compare --resume" "--resume" -- original --compare --resume model.safetensors

# keras.applications' own count_params().
check "Keras' ResNet-50" counts 25583592 53120 25636712 --layers 50 --style keras
check "Keras' ResNet-101" counts 44601832 105344 44707176 --layers 101 --style keras
check "Keras' ResNet-152" counts 60268520 151424 60419944 --layers 152 --style keras
check "channels_first has the same" \
    counts 25583592 53120 25636712 --layers 50 --data-format channels_first
# torchvision's documented numbers.
check "PyTorch's ResNet-18" counts 11689512 9600 11699112 --layers 18 --style pytorch
check "PyTorch's ResNet-152" counts 60192808 151424 60344232 --layers 152 --style pytorch

stage() { # NAME SHAPE
    says "^  $1 +\\($2\\) "
}

check "d2l's ResNet-18" counts 11178378 7808 11186186 --style d2l --layers 18 --channels 1 \
    --classes 10 --data-format channels_first
check "stage 64 x 112 x 112" stage conv_initial '1, 64, 112, 112'
check "stage 64 x 56 x 56" stage pool_initial '1, 64, 56, 56'
check "stage 64 x 56 x 56 again" stage block_layer0 '1, 64, 56, 56'
check "stage 128 x 28 x 28" stage block_layer1 '1, 128, 28, 28'
check "stage 256 x 14 x 14" stage block_layer2 '1, 256, 14, 14'
check "stage 512 x 7 x 7" stage block_layer3 '1, 512, 7, 7'
check "stage 512 x 1 x 1" stage global_average_pooling2d '1, 512, 1, 1'
check "stage 10" stage logits '1, 10'

check "--block runs" original --block --style d2l
check "the block keeps its shape" says '3 +no +1 +\(4, 3, 6, 6\) +\(4, 3, 6, 6\)$'
check "the block with strides 2" says '6 +yes +2 +\(4, 3, 6, 6\) +\(4, 6, 3, 3\)$'
check "the block with strides 3" says '6 +yes +3 +\(4, 3, 6, 6\) +\(4, 6, 2, 2\)$'

check "--block draws both forms" original --block --graph "$dir/blocks.dot"
check "v1 ends with a ReLU after the addition" grep -q \
    '^"residual_block0/add" -> "residual_block0/relu_1"' "$dir/blocks.dot"
check "v2 ends with the addition" \
    test -z "$(grep '^"regular_block0/add" ->' "$dir/blocks.dot")"

# The three projections and their batch norms are gone: 11,694,312 - 172,928 - 1,792.
check "a plain ResNet-18" counts 11519592 7808 11527400 --plain
check "the recorded graph as a figure" original --layers 18 --image-size 32 --graph "$dir/graph.dot"
check "the figure has both additions of a layer" \
    test "$(grep -c '^"block_layer3/[^"]*/add" \[label' "$dir/graph.dot")" -eq 2

# What He et al. 2015 print in figure 3, and Simonyan and Zisserman 2015 in table 2: billions of
# multiply-adds, millions of parameters. Parameters to the last one: 9 C K + K for each convolution,
# C K + K for each dense layer; torchvision documents the same, and ResNet-34's.
check "--vgg" original --vgg
tr -d , <"$out" >"$dir/digits"
vgg19=$(awk 'BEGIN {
    count = split("64 64 128 128 256 256 256 256 512 512 512 512 512 512 512 512", filters)
    for (channels = 3; ++i <= count; channels = filters[i]) all += (9 * channels + 1) * filters[i]
    print all + (7 * 7 * 512 + 1) * 4096 + 4097 * 4096 + 4097 * 1000 }')
check "VGG-19 has 144 million parameters" grep -Eq "^  VGG-19 +$vgg19 +196[0-9]{8}\$" "$dir/digits"
check "... the closed form's" [ "$vgg19" = 143667240 ]
projections=$((64 * 128 + 128 * 256 + 256 * 512)) normalised=$((2 * (128 + 256 + 512)))
check "ResNet-34 is torchvision's, and costs 3.6 billion" \
    grep -Eq "^  ResNet-34 +21797672 +36[0-9]{8}\$" "$dir/digits"
check "the plain network has no projections, and costs 3.6 billion" grep -Eq \
    "^  34 layers plain +$((21797672 - projections - normalised)) +36[0-9]{8}\$" "$dir/digits"

small=(--compare --style d2l --epochs 2 --limit 640 --limit-test 200 --batch 64 --resize 12)
check "--compare trains both forms" original "${small[@]}" --out "$dir/compare"
check "a row for v1" says '^  v1, original +2 +[0-9.]+ % +[0-9.]+ %$'
check "a row for v2" says '^  v2, pre-activation +2 +[0-9.]+ % +[0-9.]+ %$'
check "both have a log of two epochs" \
    test "$(cat "$dir/compare"/v[12]/log.csv | grep -c '^[12],')" -eq 4
check "both learn: the training loss falls by a fifth" awk -F, '
    FNR == 2 { first = $5 } FNR == 3 && $5 > 0.8 * first { failed = 1 } END { exit failed }' \
    "$dir"/compare/v[12]/log.csv
check "both curves in one picture" says "^picture: $dir/compare/v1_v2.png\$"
check "the picture is a PNG" is_png "$dir/compare/v1_v2.png"
check "--plot draws it again" original --compare --plot --out "$dir/compare"
check "--plot shows the same table" says '^  v1, original +2 +[0-9.]+ % +[0-9.]+ %$'
fails "--plot without logs" "$dir/none/v1/log.csv" -- original --compare --plot --out "$dir/none"
check "nothing half-written is left" nothing_half_written
