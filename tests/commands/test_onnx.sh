#!/usr/bin/env bash
# Networks as ONNX files: tests/commands/test_onnx.sh BUILD. One line a test, TAP.
#
# ONNX Runtime runs them, where make setup could install it (build/onnxruntime); without it those
# tests are left out, and a line says so. The library's tests read the files back in any case.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(realpath "${1:?usage: test_onnx.sh BUILD}")
trainer=$build/chapters/08_training
runtime=${ONNX_RUNTIME:-build/onnxruntime}/node_modules/onnxruntime-node
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export OMP_WAIT_POLICY=passive

number=0
result() { # condition's status, name
    number=$((number + 1))
    if [ "$1" = 0 ]; then echo "ok $number - $2"; else
        echo "not ok $number - $2"
        sed 's/^/#   /' "$dir/stdout" "$dir/stderr"
    fi
}

run() { # arguments
    "$trainer" "$@" >"$dir/stdout" 2>"$dir/stderr"
}

fails() { # name, texts..., --, arguments
    local name=$1 texts=() text
    shift
    while [ "$1" != -- ]; do texts+=("$1") && shift; done
    shift
    ASAN_OPTIONS=detect_leaks=0 run "$@"
    [ $? = 1 ] && [ "$(wc -l <"$dir/stderr")" = 1 ] && [ -z "$(find "$dir" -name '*.tmp')" ]
    local good=$?
    for text in "${texts[@]}"; do grep -qF -- "$text" "$dir/stderr" || good=1; done
    result $good "$name"
}

# ---- the trainer's option ----

run --limit 1024 --limit-test 500 --batch 32 --epochs 2 --learning-rate 0.05 --out "$dir/out" \
    --save-onnx "$dir/trained.onnx" &&
    grep -q "$dir/trained.onnx" "$dir/stdout" && [ -s "$dir/trained.onnx" ]
result $? "--save-onnx after a training"
accuracy=$(sed -n 's/^test accuracy \([0-9.]*\) %.*/\1/p' "$dir/stdout")
run --from "$dir/out/model.safetensors" --save-onnx "$dir/converted.onnx" &&
    cmp "$dir/trained.onnx" "$dir/converted.onnx" >>"$dir/stderr" 2>&1
result $? "--from a checkpoint writes the same file"
LC_ALL=C grep -aq 'T-shirt/top' "$dir/trained.onnx"
result $? "the file names the classes"
fails "--from without --save-onnx" "--save-onnx FILE" -- --from "$dir/out/model.safetensors"
fails "--from a file that is missing" "$dir/none.safetensors" "No such file" -- \
    --from "$dir/none.safetensors" --save-onnx "$dir/none.onnx"
echo "not a checkpoint" >"$dir/bad.safetensors"
fails "--from another file" "$dir/bad.safetensors" -- \
    --from "$dir/bad.safetensors" --save-onnx "$dir/none.onnx"
fails "--save-onnx where nothing can be written" "$dir/nowhere/x.onnx" "cannot write" -- \
    --from "$dir/out/model.safetensors" --save-onnx "$dir/nowhere/x.onnx"
[ ! -e "$dir/none.onnx" ]
result $? "errors leave no file behind"

# ---- ONNX Runtime ----

fashion_mnist() { # name: the file's path
    local place
    for place in "${FASHION_MNIST:-}" datasets/fashion-mnist /usr/share/datasets/fashion-mnist; do
        find "$place" -maxdepth 1 -name "$1*" -print -quit 2>/dev/null | grep . && return
    done
}

if [ -e "$runtime" ] && command -v node >/dev/null; then
    node tests/onnx/accuracy.js "$runtime" "$dir/trained.onnx" \
        "$(fashion_mnist t10k-images)" "$(fashion_mnist t10k-labels)" 500 \
        >"$dir/stdout" 2>"$dir/stderr"
    # One image may lie just between two classes.
    awk -v ours="$accuracy" '/^accuracy/ { same = ours > 20 && ($2 - ours) ^ 2 < 0.3 ^ 2 }
        END { exit !same }' "$dir/stdout"
    result $? "ONNX Runtime gets as many test images right: $accuracy %"
    "$build/tests/onnx_models" "$dir" >"$dir/list" 2>"$dir/stderr"
    result $? "networks are written for the comparison"
    node tests/onnx/compare.js "$runtime" "$dir" <"$dir/list"
else
    echo "# left out: ONNX Runtime is not in $runtime; make setup installs it where npm is"
fi
