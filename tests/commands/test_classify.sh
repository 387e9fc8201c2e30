#!/usr/bin/env bash
# Chapter 11's command line: tests/commands/test_classify.sh BUILD.
source "$(dirname "$0")/lib.sh"

ask() { # options and images...
    run "$build/chapters/11_classify" --out "$dir/pictures" "$@"
}

classify() { # options and images...: with the small checkpoint
    ask --model "$dir/model/model.safetensors" "$@"
}

# The ranked tags alone.
tags() {
    grep -E '^ +[0-9.]+ %' "$out"
}

# ---- the command line ----

ask --help && all says --seed --threads --weights
result $? "--help lists the options"
refuses "--top 0" "--top x" "--garment -1" "--imitation two" "--layers 0" "--invert maybe" \
    "--frame square" "--limit-test 0" "--threads 0" "--seed -1" -- ask
fails "--layers without --weights" "--weights" -- ask --layers 18
fails "no checkpoint" "$dir/none.safetensors" "No such file" -- ask --model "$dir/none.safetensors"

# ---- a small checkpoint ----

check "a small training" run "$build/chapters/08_training" --recipe basic --limit 192 --limit-test 64 --epochs 1 \
    --batch 64 --out "$dir/model"

classify && has_picture "$dir/pictures/11_classify.png" && [ "$(tags | wc -l)" = 10 ]
result $? "without an image: garment 0, ten tags, a picture"
tags | awk '{ sum += $1; if (NR > 1 && $1 > before) exit 1; before = $1 }
    END { exit !(sum > 99.9 && sum < 100.1) }'
result $? "the tags' probabilities fall and add up to 1"
tags >"$dir/tags"
classify "$dir/pictures/garment-0.png" && tags | cmp -s - "$dir/tags"
result $? "the picture it wrote of the garment gives the same tags"
classify --invert no "$dir/pictures/garment-0.png" && tags | cmp -s - "$dir/tags"
result $? "a dark border: --invert no changes nothing"
classify --invert yes "$dir/pictures/garment-0.png" && says 'light and dark exchanged' &&
    ! tags | cmp -s - "$dir/tags"
result $? "--invert yes changes the tags"
classify --garment 0 --threads 3 && tags | cmp -s - "$dir/tags"
result $? "threads change nothing"

classify --imitation 0 && says 'imitation-0.png: 432 x 372 pixels, light and dark exchanged, of which 1[0-9]+ x 25[0-9] from .* to 28 x 28$'
result $? "an imitated photo is inverted and trimmed"
classify --top 3 "$dir/pictures/imitation-0.png" "$dir/pictures/garment-0.png" --saliency --logits &&
    [ "$(tags | wc -l)" = 6 ] && has_picture "$dir/pictures/11_classify.png" &&
    [ "$(tags | awk '$3 ~ /^-?[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]$/' | wc -l)" = 6 ]
result $? "two images, three tags each, logits, saliency"
classify chapters/08_training/quick.png --frame crop && says 'of which 500 x 500 from \(0, 350\)'
result $? "--frame crop takes the middle"
classify chapters/08_training/quick.png && says 'light and dark exchanged'
result $? "a picture in colour with transparent or white ground"
seq -f 'thing %g' 10 >"$dir/ten.txt"
classify --labels "$dir/ten.txt" --top 1 && says ' thing [0-9]+$'
result $? "--labels gives the tags other names"

classify --confusion --limit-test 300 && says '^test accuracy [0-9.]+ %: [0-9]+ of 300 images' &&
    says 'expected calibration error' &&
    all has_picture "$dir"/pictures/11_{confusion,wrong,maps}.png
result $? "--confusion examines the test set"
right=$(sed -n 's/^test accuracy .*: \([0-9]*\) of 300 .*/\1/p' "$out")
[ "$(awk '/^ +[0-9] / { name = $2 ~ /^(Ankle)$/ ? 2 : 1; row = $1; for (k = 0; k < 10; k++) { n = $(2 + name + k); all += n; if (k == row) right += n } }
    END { print right, all }' "$out")" = "$right 300" ]
result $? "the confusion matrix adds up: the diagonal is what is right"

# ---- how far the test can be trusted ----

classify --versus "$dir/model/model.safetensors" --limit-test 300 &&
    says "^the second network: $(awk -v right="$right" 'BEGIN { printf "%.2f", right / 3 }') % right" &&
    says "first right +$right +0$" && says "first wrong +0 +$((300 - right))$" && says 'p = 1\.'
result $? "--versus itself: as good, and no image tells the two apart"
fails "--versus a missing file" "$dir/none.safetensors" "No such file" -- classify \
    --versus "$dir/none.safetensors"
classify --copies --limit-test 300 && says '^ +0 +0 +0 +0 ' &&
    has_picture "$dir/pictures/11_copies.png"
result $? "--copies: Fashion-MNIST's training set has none of these images exactly"

# ---- files that are none ----

echo "no image" >"$dir/text.png"
: >"$dir/empty.jpg"
head -c 300 "$dir/pictures/imitation-0.png" >"$dir/cut.png"
fails "a text file as image" "$dir/text.png" "name a PNG or JPEG" -- classify "$dir/text.png"
fails "an empty file as image" "$dir/empty.jpg" "name a PNG or JPEG" -- classify "$dir/empty.jpg"
fails "a truncated image" "$dir/cut.png" "name a PNG or JPEG" -- classify "$dir/cut.png"
fails "a directory as image" "$dir" -- classify "$dir"
fails "no such image" "$dir/no.png" "No such file" -- classify "$dir/no.png"
fails "the second image is missing" "$dir/no.png" -- classify --garment 1 "$dir/no.png"
fails "a garment beyond the last" "10000" "choose one below" -- classify --garment 10000
fails "no labels" "$dir/none.txt" "No such file" -- classify --labels "$dir/none.txt"
seq 9 >"$dir/nine.txt"
fails "labels that are too few" "nine.txt" "9 lines" "10 classes" -- \
    classify --labels "$dir/nine.txt"
printf 'a\n\nc\n' >"$dir/gap.txt"
fails "an empty label" "gap.txt" "line 2 is empty" -- classify --labels "$dir/gap.txt"
fails "--data without its files" "$dir/pictures" -- classify --data "$dir/pictures"
fails "--out below a file" "text.png" -- classify --out "$dir/text.png/x"
head -c 4000 "$dir/model/model.safetensors" >"$dir/cut.safetensors"
fails "a truncated checkpoint" "cut.safetensors" "copy the file again" -- \
    ask --model "$dir/cut.safetensors"
fails "a truncated file of weights" "cut.safetensors" "copy the file again" -- ask \
    --weights "$dir/cut.safetensors"
fails "a text file as weights" "ten.txt" "not safetensors" -- ask --weights "$dir/ten.txt"
fails "a checkpoint as weights" "no conv1.weight" "goes with --model" -- ask \
    --weights "$dir/model/model.safetensors"

# ---- weights that PyTorch makes, if it is there ----

# The largest difference of the logits, by label, or nothing if a label is missing.
difference() { # depth
    awk 'NR == FNR { logit = $1; $1 = ""; expected[$0] = logit; next }
        $2 == "%" {
            logit = $3; $1 = $2 = $3 = ""; sub(/^ +/, " ")
            if (!($0 in expected)) exit
            d = logit - expected[$0]; d = d < 0 ? -d : d
            if (d > most) most = d
            count++
        }
        END { if (count == 1000) printf "%.7f\n", most }' "$dir/resnet$1.logits" "$out"
}

python=/usr/bin/python3
if "$python" -c 'import torch' 2>/dev/null; then
    PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 \
        "$python" tests/golden/pytorch_weights.py "$dir" >"$out" 2>"$err"
    result $? "PyTorch makes weights"
    for depth in 18 50; do
        ask --weights "$dir/resnet$depth.safetensors" --labels "$dir/labels.txt" --logits --top 1000 \
            "$dir/image.png" && says "^ResNet-$depth, published weights: 1000 classes"
        result $? "PyTorch's ResNet-$depth is read"
        most=$(difference "$depth")
        awk -v most="${most:-1}" 'BEGIN { exit !(most <= 1e-4) }'
        result $? "ResNet-$depth: PyTorch's logits to 1e-4 (${most:-a label is missing})"
    done
    fails "--layers that are not the file's" "ResNet-18, not a ResNet-34" -- ask \
        --weights "$dir/resnet18.safetensors" --layers 34
    fails "weights of a thousand classes, ten labels" "10 lines" "1000 classes" -- ask \
        --weights "$dir/resnet18.safetensors" --labels "$dir/ten.txt"
    ask --weights "$dir/resnet18.safetensors" "$dir/image.png" && [ "$(tags | wc -l)" = 5 ] &&
        has_picture "$dir/pictures/11_classify.png"
    result $? "five tags without labels, and a picture"
    fails "weights for colour on a grey test set" "1000 classes" "10 classes" -- ask \
        --weights "$dir/resnet18.safetensors" --confusion --limit-test 10
else
    for name in "PyTorch makes weights" "PyTorch's logits"; do
        echo "ok - $name # SKIP python3-torch is not installed"
    done
fi
