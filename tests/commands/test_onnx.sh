#!/usr/bin/env bash
# Networks as ONNX files: tests/commands/test_onnx.sh BUILD.
#
# ONNX Runtime runs them, where make setup could install it (build/onnxruntime); without it those
# tests are left out, and a line says so. The library's tests read the files back in any case.
source "$(dirname "$0")/lib.sh"
runtime=${ONNX_RUNTIME:-build/onnxruntime}/node_modules/onnxruntime-node

train() { # options...
    run "$build/chapters/08_training" "$@"
}

# ---- the trainer's option ----

train --limit 1024 --limit-test 500 --batch 32 --epochs 2 --learning-rate 0.05 --eval-flip=no --out "$dir/out" \
    --save-onnx "$dir/trained.onnx" &&
    says "$dir/trained.onnx" && [ -s "$dir/trained.onnx" ]
result $? "--save-onnx after a training"
accuracy=$(sed -n 's/^test accuracy \([0-9.]*\) %.*/\1/p' "$out")
train --from "$dir/out/model.safetensors" --save-onnx "$dir/converted.onnx" &&
    same "$dir/trained.onnx" "$dir/converted.onnx"
result $? "--from a checkpoint writes the same file"
check "the file names the classes" env LC_ALL=C grep -aq 'T-shirt/top' "$dir/trained.onnx"
fails "--from without --save-onnx" "--save-onnx FILE" -- train --from "$dir/out/model.safetensors"
fails "--from a file that is missing" "$dir/none.safetensors" "No such file" -- train \
    --from "$dir/none.safetensors" --save-onnx "$dir/none.onnx"
echo "not a checkpoint" >"$dir/bad.safetensors"
fails "--from another file" "$dir/bad.safetensors" -- train \
    --from "$dir/bad.safetensors" --save-onnx "$dir/none.onnx"
fails "--save-onnx where nothing can be written" "$dir/nowhere/x.onnx" "cannot write" -- train \
    --from "$dir/out/model.safetensors" --save-onnx "$dir/nowhere/x.onnx"
check "errors leave no file behind" [ ! -e "$dir/none.onnx" ]

# ---- ONNX Runtime ----

if [ -e "$runtime" ] && command -v node >/dev/null; then
    run node tests/onnx/accuracy.js "$runtime" "$dir/trained.onnx" \
        "$(fashion_mnist t10k-images)" "$(fashion_mnist t10k-labels)" 500
    # One image may lie just between two classes.
    awk -v ours="$accuracy" '/^accuracy/ { same = ours > 20 && ($2 - ours) ^ 2 < 0.3 ^ 2 }
        END { exit !same }' "$out"
    result $? "ONNX Runtime gets as many test images right: $accuracy %"
    "$build/tests/onnx_models" "$dir" >"$dir/list" 2>"$err"
    result $? "networks are written for the comparison"
    node tests/onnx/compare.js "$runtime" "$dir" <"$dir/list"
else
    echo "# left out: ONNX Runtime is not in $runtime; make setup installs it where npm is"
fi
