#!/usr/bin/env bash
# The executables of the chapters, as a reader runs them: tests/commands/test_chapters.sh BUILD.
#
# What holds for every chapter; then the numbers and pictures of chapters 0 to 7, 15 and 16, and what
# wrong command lines give there. Other chapters have a script of their own.
source "$(dirname "$0")/lib.sh"

chapter() { # chapter, options...
    run "$build/chapters/$1" "${@:2}"
}

shows() { # chapter
    chapter "$1" --out "$dir/pictures"
}

# A whole number as tables show it: in groups of three from five digits on.
grouped() {
    if [ "$1" -lt 10000 ]; then
        echo "$1"
    else
        sed -E ':a; s/([0-9])([0-9]{3})($|,)/\1,\2\3/; ta' <<<"$1"
    fi
}

same_output() { # chapter
    chapter "$1" --seed 7 --out "$dir/pictures" && cp "$out" "$dir/first" &&
        chapter "$1" --seed 7 --out "$dir/pictures" && same "$out" "$dir/first"
}

for main in chapters/*/main.c; do
    chapter=$(basename "$(dirname "$main")")
    check "$chapter: --help" chapter "$chapter" --help
    check "$chapter: help names --seed and --threads" all says --seed --threads
    if says '^Usage: .*\[OPTION\.\.\.\]$'; then
        check "$chapter: stray word" is_misused word chapter "$chapter" word
    fi
    check "$chapter: unknown option" is_misused no-such-option chapter "$chapter" --no-such-option
    fails "$chapter: --threads 0" "--threads: '0'" -- chapter "$chapter" --threads 0
    fails "$chapter: --seed x" "--seed: 'x'" -- chapter "$chapter" --seed x
done

# Of w and b the loss is a parabola with the curvatures 11.66 and 0.34: rates above 2 / 11.66 diverge.
check "00_first_steps runs" shows 00_first_steps
check "00_first_steps: three steps by hand" \
    says '^ +3 +2\.064 +0\.872 +2\.936 +7\.064 +0\.004096 +0\.128 +-?0\.000$'
check "00_first_steps: rate 0.1 converges, rate 0.2 does not" \
    says '^ +100 +0\.00[0-9]+ +[0-9.]+e-06 +2\.1e\+26$'
check "00_first_steps: ten classes by guessing cost log 10" \
    says '^ +0 +2\.303 +[0-9.]+ % +2\.303 +10\.0 %$'
check "00_first_steps: 7,850 numbers learn four garments of five" \
    says '^ +10 +0\.[45][0-9]+ +8[0-9.]+ % +0\.5[0-9]+ +8[0-9.]+ %$'
check "00_first_steps: 100 images are learned by heart" \
    says '^weight decay 0\.00: accuracy 100 % in training, (6|7)[0-9.]+ % in the test$'
for picture in garments descent weights prediction overfitting; do
    check "00_first_steps: picture of $picture" has_picture "$dir/pictures/00_$picture.png"
done
check "00_first_steps: same seed, same output" same_output 00_first_steps

check "01_padding runs" shows 01_padding
check "01_padding: both formats agree for kernel 7" \
    says '^ +7 +3 +3 +\(1, 34, 34, 3\) +\(1, 3, 34, 34\) +0$'
check "01_padding: windows for 6 pixels" says '^ +6 +0 2 4 +1 3 5$'
check "01_padding: windows for 7 pixels" says '^ +7 +0 2 4 6 +0 2 4 6$'
check "01_padding: one row cut changes nothing with custom_padding, much with SAME" \
    says '^ +1 +0 +[0-9.]*[1-9]'
check "01_padding: nor three rows cut" says '^ +3 +0 +[0-9.]*[1-9]'
check "01_padding: picture" has_picture "$dir/pictures/01_padding.png"
check "01_padding: same seed, same output" same_output 01_padding
cp "$out" "$dir/fast"
check "01_padding: the textbook loops print the same" eval \
    'chapter 01_padding --seed 7 --kernels loops --out "$dir/pictures" && same "$out" "$dir/fast"'
fails "01_padding: no such image" "$dir/none.png: cannot read" -- \
    chapter 01_padding --image "$dir/none.png"
head -c 100 /dev/zero >"$dir/broken.png"
fails "01_padding: broken image" "broken.png: cannot be read as an image" -- \
    chapter 01_padding --image "$dir/broken.png"
head -c 300 "$dir/pictures/01_padding.png" >"$dir/cut.png"
fails "01_padding: truncated image" "cut.png: cannot be read as an image" -- \
    chapter 01_padding --image "$dir/cut.png"
fails "01_padding: directory as image" "$dir: " -- chapter 01_padding --image "$dir"
fails "01_padding: garment 10000" "--garment: " "choose one below 10000" -- chapter 01_padding --garment 10000
fails "01_padding: --out below a file" "broken.png/x" -- \
    chapter 01_padding --out "$dir/broken.png/x"
fails "01_padding: no data set there" "$dir" -- chapter 01_padding --data "$dir"
check "01_padding: its own picture as image" chapter 01_padding \
    --image "$dir/pictures/01_padding.png" --out "$dir/pictures"

fails "01_padding: --kernels slow" "--kernels: 'slow'" "loops" -- chapter 01_padding --kernels slow
check "07_full_model: three heads on the textbook loops" chapter 07_full_model --heads --kernels loops

check "02_custom_conv runs" shows 02_custom_conv
check "02_custom_conv: shapes" says '^ +2 +\(1, 14, 14, 4\)'
check "02_custom_conv: strides 2 is every second output of strides 1" \
    says 'largest difference (0|[0-9.]+e-0[5-9])$'
check "02_custom_conv: loops and kernels agree in all twelve passes" \
    [ "$(grep -Ec '(forward|backward, (inputs|kernel)) .*[0-9]e(-0[6-9]|\+00)$' "$out")" -eq 12 ]
for picture in custom_conv window gather; do
    check "02_custom_conv: picture of $picture" has_picture "$dir/pictures/02_$picture.png"
done
fails "02_custom_conv: --from no checkpoint" "broken.png" -- \
    chapter 02_custom_conv --from "$dir/broken.png"

check "03_pre_activation runs" shows 03_pre_activation
check "03_pre_activation: normalised to mean 0 and deviation near 1" \
    says '^ +0 +[-0-9.]+ +[0-9.]+ +-?0\.0000 +(0\.9|1\.0)[0-9]+ '
check "03_pre_activation: no batches, moving averages 0 and 1" says '^ +0 +1\.000 +0\.0000 +1\.0000 '
check "03_pre_activation: x 100 changes inference" \
    says '^ +inference +1e-05 +[0-9.]+ +[0-9.]+e\+0[2-3] '
check "03_pre_activation: x 100 changes next to nothing in training" \
    says '^ +training +1e-08 +[0-9.]+ +([0-9.]+e-0[5-9]|0) '
# Of 40 layers, each with a ReLU: by 3 a layer, and half of the mean square 1.
three_in_each_layer() {
    awk '/^ +1 +no/ { one = $6 } /^ +3 +no/ { three = $6 }
        END { ratio = three / one / 3 ^ 40; exit !(ratio > 0.95 && ratio < 1.05) }' "$out"
}
check "03_pre_activation: weights times 3, activations times 3 in each layer" three_in_each_layer
check "03_pre_activation: a normalisation takes the factor out" \
    [ "$(grep -Ec '^ +(1/3|1|3) +yes .* 0\.(6[6-9]|7[0-3])? +0\.(6[6-9]|7[0-3])?$' "$out")" -eq 3 ]
check "03_pre_activation: picture" has_picture "$dir/pictures/03_pre_activation.png"
check "03_pre_activation: same seed, same output" same_output 03_pre_activation

check "04_shortcut runs" shows 04_shortcut
check "04_shortcut: identity is the raw inputs" says '^ +identity .* 32 +the raw inputs$'
check "04_shortcut: projection with strides halves and doubles" \
    says '^ +projection, strides 2 .*\(1, 14, 14, 32\) +576 '
check "04_shortcut: the identity passes the gradient as it is" says '^ +identity +1\.0000 '
check "04_shortcut: picture" has_picture "$dir/pictures/04_shortcut.png"

check "05_regular_block runs" shows 05_regular_block
check "05_regular_block: random weights change every value" says '^ +none +12,?544 of 12,?544 '
check "05_regular_block: a zero first convolution gives the identity" \
    says '^ +regular_block0/conv2d/kernel +0 of 12,?544 +0$'
check "05_regular_block: a zero last convolution gives the identity" \
    says '^ +regular_block0/conv2d_1/kernel +0 of 12,?544 +0$'
check "05_regular_block: with its shortcut it learns the identity in 30 steps, without not" \
    says '^ +30 +0\.00[0-4][0-9] +0\.0[6-9][0-9]+$'
check "05_regular_block: without it has not after 1000, though it has begun to" \
    says '^ +1000 +0\.0000 +0\.0[2-7][0-9]+$'
check "05_regular_block: d2l's block" says '\(4, 3, 6, 6\) +3 +1 +identity +\(4, 3, 6, 6\)'
check "05_regular_block: d2l's block with strides 2" says '6 +2 +projection +\(4, 6, 3, 3\)'
check "05_regular_block: d2l's block with strides 3" says '6 +3 +projection +\(4, 6, 2, 2\)'
check "05_regular_block: picture" has_picture "$dir/pictures/05_regular_block.png"

check "06_bottleneck runs" shows 06_bottleneck
check "06_bottleneck: regular block" says '^ +regular +64 +64 +56x56 +74,112 .* 231,211,008 '
check "06_bottleneck: bottleneck block" says '^ +bottleneck +64 +256 +56x56 +70,784 .* 218,365,952 '
# With f filters, from the formulas: 18 f^2 + 6 f and 17 f^2 + 18 f parameters.
bottleneck_costs() {
    local f=$1 map=$2
    local products=$((f * f * map * map))
    says "^ +regular +$f +$f +${map}x$map +$(grouped $((18 * f * f + 6 * f))) +1.00 +$(grouped $((18 * products))) +1.00 " &&
        says "^ +bottleneck +$f +$((4 * f)) +${map}x$map +$(grouped $((17 * f * f + 18 * f))) +0.9[56] +$(grouped $((17 * products))) +0.94 "
}
for filters in 64 128 256 512; do
    check "06_bottleneck: $filters filters: 4 times the channels at 17/18 of the work" \
        bottleneck_costs $filters $((56 * 64 / filters))
done
check "06_bottleneck: picture" has_picture "$dir/pictures/06_bottleneck.png"

check "16_make_it_fast runs" chapter 16_make_it_fast --images 1 --repeats 1 --out "$dir/pictures"
check "16_make_it_fast: two layers of seven rungs, which agree with the textbook loops" \
    [ "$(grep -Ec '^ +([0-5] [a-z]|the library)' "$out")" -eq 14 ]
check "16_make_it_fast: picture" has_picture "$dir/pictures/16_make_it_fast.png"

# Parameters, moving averages and total, as published.
counts() {
    local expected="parameters: $1
moving averages: $2
total: $3"
    shift 3
    chapter 07_full_model "$@" && [ "$(tail -n 3 "$out")" = "$expected" ]
}

while read -r layers moving parameters total small_parameters small_total; do
    check "07_full_model: $layers layers, 3 channels, 1000 classes" \
        counts "$parameters" "$moving" "$total" --layers "$layers"
    for format in channels_last channels_first; do
        check "07_full_model: $layers layers, 1 channel, 10 classes, $format" \
            counts "$small_parameters" "$moving" "$small_total" --layers "$layers" \
            --channels 1 --classes 10 --image-size 28 --data-format "$format"
    done
done <<END
18 7808 11696680 11704488 11182538 11190346
34 15232 21808552 21823784 21294410 21309642
50 45440 25575912 25621352 23541130 23586570
101 97664 44594152 44691816 42559370 42657034
152 143744 60260840 60404584 58226058 58369802
200 168320 64754152 64922472 62719370 62887690
END
# stages LAYERS SIZE then for each stage its name, its map's side and its channels.
stages() {
    local layers=$1 size=$2
    shift 2
    chapter 07_full_model --layers "$layers" --image-size "$size" || return 1
    while [ $# -gt 0 ]; do
        says "^ +$1 +\(1, $2, $2, $3\) " || return 1
        shift 3
    done
}
check "07_full_model: stages of ResNet-18" stages 18 224 conv_initial 112 64 pool_initial 56 64 \
    block_layer0 56 64 block_layer1 28 128 block_layer2 14 256 block_layer3 7 512 \
    global_average_pooling2d 1 512
check "07_full_model: its logits" says '^ +logits +\(1, 1000\) +513,000 '
check "07_full_model: stages of ResNet-50" stages 50 224 conv_initial 112 64 pool_initial 56 64 \
    block_layer0 56 256 block_layer1 28 512 block_layer2 14 1024 block_layer3 7 2048 \
    global_average_pooling2d 1 2048
check "07_full_model: stages of ResNet-18 on 28x28" stages 18 28 conv_initial 14 64 \
    pool_initial 7 64 block_layer0 7 64 block_layer1 4 128 block_layer2 2 256 block_layer3 1 512
check "07_full_model: stages of ResNet-56" stages 56 32 conv_initial 32 16 block_layer0 32 16 \
    block_layer1 16 32 block_layer2 8 64 global_average_pooling2d 1 64
check "07_full_model: first convolution, channels_first" chapter 07_full_model \
    --data-format channels_first --image-size 96 --batch 5
check "07_full_model: its shape" says '^ +conv_initial +\(5, 64, 48, 48\) '
check "07_full_model: a small network runs the same in both formats" \
    chapter 07_full_model --layers 20 --channels 1 --classes 10 --image-size 28 --run
check "07_full_model: same logits" says 'data formats: (0|[0-9.]+e-0[5-9])$'
# ResNet-18 or 34 for 3 channels and 1000 classes with the filters doubled in each block, by the formulas.
doubled_in_each_block() { # blocks
    local total=$((7 * 7 * 3 * 64 + 64)) channels=64 filters block
    for ((block = 0; block < $1; block++)); do
        filters=$((64 << block))
        total=$((total + channels * filters + filters + 2 * channels + 9 * channels * filters +
            filters + 2 * filters + 9 * filters * filters + filters))
        channels=$filters
    done
    echo $((total + 2 * channels + channels * 1000 + 1000))
}
check "07_full_model: --doubling" chapter 07_full_model --doubling
check "07_full_model: --doubling: in each block layer, as published" \
    says '^parameters, in each block layer: 11696680$'
check "07_full_model: --doubling: in each block, by the formulas" \
    says "^parameters, in each block: $(doubled_in_each_block 8), 107.8 times"
check "07_full_model: --doubling: the last block" says '^ +block_layer7 +\(1, 7, 7, 8192\) '
check "07_full_model: --doubling: more weights than an int can number" chapter 07_full_model --doubling --layers 34
check "07_full_model: --doubling: sixteen blocks, by the formulas" \
    says "^parameters, in each block: $(doubled_in_each_block 16), "
fails "07_full_model: --doubling: too many blocks" "--doubling: resnet110 has 54 blocks" -- \
    chapter 07_full_model --doubling --layers 110
check "07_full_model: --heads" chapter 07_full_model --heads
for classes in 10 1000; do
    head_parameters=$((512 * classes + classes)) head_work=$((512 * classes))
    check "07_full_model: --heads: mean and dense layer, $classes classes" \
        says "^ +mean, then dense +$classes +$(grouped $head_parameters) +$(grouped $head_work)$"
    check "07_full_model: --heads: 1x1 convolution, $classes classes" \
        says "^ +1x1 .* $classes +$(grouped $head_parameters) +$(grouped $((49 * head_work)))$"
    check "07_full_model: --heads: 7x7 convolution, $classes classes" \
        says " $classes +$(grouped $((49 * head_work + classes))) +$(grouped $((49 * head_work)))$"
done
check "07_full_model: --heads: mean and 1x1 convolution change places" \
    says 'same weights: 1000 logits, .* difference (0|[0-9.]+e-0[5-9])$'
check "07_full_model: figure" chapter 07_full_model --layers 20 --graph "$dir/figure.dot"
check "07_full_model: scopes are boxes" grep -q 'cluster_block_layer0/regular_block0' \
    "$dir/figure.dot"
largest_on_little_memory() (
    # The address sanitizer reserves more than any limit.
    grep -q __asan_init "$build/chapters/07_full_model" || ulimit -v 300000
    OMP_NUM_THREADS=1 counts 64754152 168320 64922472 --layers 200 --batch 65536
)
check "07_full_model: --boxes" chapter 07_full_model --layers 50 --boxes --out "$dir/pictures"
check "07_full_model: picture of the stages" has_picture "$dir/pictures/07_stages.png"
check "07_full_model: recording takes no memory for parameters" largest_on_little_memory
fails "07_full_model: --heads --graph" "--graph" "leave one out" -- chapter 07_full_model --heads --graph "$dir/a.svg"
fails "10_original_resnet: --block --vgg" "--block" "give one" -- chapter 10_original_resnet --block --vgg
fails "07_full_model: --layers 19" "--layers: '19'" "choose" -- chapter 07_full_model --layers 19
fails "07_full_model: --channels 0" "--channels: '0'" -- chapter 07_full_model --channels 0
fails "07_full_model: --classes ten" "--classes: 'ten'" -- chapter 07_full_model --classes ten
fails "07_full_model: --image-size -5" "--image-size: '-5'" -- chapter 07_full_model --image-size=-5
fails "07_full_model: --batch 0" "--batch: '0'" -- chapter 07_full_model --batch 0
fails "07_full_model: --data-format NHWC" "--data-format: 'NHWC'" "channels_last" -- \
    chapter 07_full_model --data-format NHWC
fails "07_full_model: --graph figure.gif" "figure.gif" -- chapter 07_full_model \
    --graph "$dir/figure.gif"
check "07_full_model: nothing half-written" [ -z "$(find "$dir" -name '*.tmp' -o -name '*.gif')" ]

# By hand: d_y = 2y, d_w = d_y x where w x > 0, d_x = d_y (1 + w).
check "15_backpropagation runs" chapter 15_backpropagation --backward walk --out "$dir/pictures"
check "15_backpropagation: d_x = 10 (1 + 1.5)" says '^ +x +2 +25$'
check "15_backpropagation: d_w = 10 x" says '^ +w +1.5 +20$'
check "15_backpropagation: a pyramid of values" says '^14 values, at most 11 of them in memory$'
check "15_backpropagation: gradients are given back" says '^13 gradients, at most 5 of them in memory$'
check "15_backpropagation: each gradient is right" \
    [ "$(grep -cE '^  (convolution|batch norm|ReLU|softmax).* [0-9.]+e[-+]0[0-9]$' "$out")" = \
    "$(grep -cE '^  (convolution|batch norm|ReLU|softmax).* ([0-9.]+e-0[4-9]|0.0e\+00)$' "$out")" ]
check "15_backpropagation: h^2 on the right of the V, h one-sided" says '^ +1/16 +5\.[0-9]e-04 +1\.[0-9]e-02$'
check "15_backpropagation: u/h on the left" says '^ +1/1048576 +[0-9.]+e-0[12] '
check "15_backpropagation: the walk has the plan's bits" says '^[0-9]+ nodes; gradients with other bits: 0 of '
check "15_backpropagation: three pictures" \
    ls "$dir"/pictures/15_backpropagation.png "$dir"/pictures/15_lifetimes.png "$dir"/pictures/15_epsilon.png
check "15_backpropagation: a closed gate" chapter 15_backpropagation --weight -1.5 --out "$dir/pictures"
check "15_backpropagation: ... leaves the shortcut's share" says '^ +x +2 +4$'
fails "15_backpropagation: --backward twice" "--backward: 'twice'" "walk" -- \
    chapter 15_backpropagation --backward twice
