#!/usr/bin/env bash
# The trainer's command line: tests/commands/test_training.sh BUILD.
source "$(dirname "$0")/lib.sh"

train() { # options...
    run "$build/chapters/08_training" "$@"
}

# A short training: 4 steps of 32 small images an epoch.
short() {
    train --limit 128 --limit-test 96 --batch 32 --resize 12 "$@"
}

# ---- options ----

train --help && says --learning-rate
result $? "--help lists the options"
refuses "--batch 0" "--batch -3" "--batch 12x" "--epochs 0" "--epochs 1.5" \
    "--learning-rate -0.1" \
    "--learning-rate nan" "--momentum 1" "--weight-decay -1" "--label-smoothing 1" "--shift -1" \
    "--erasing 1.5" "--warmup 2" "--resize 0" "--limit 0" "--threads 0" "--seed -1" \
    "--schedule sometimes" "--model resnet19" "--data-format nhwc" "--kernels slow" \
    "--recipe best" "--flip=maybe" -- train --out "$dir/none"
check "refused options leave nothing behind" [ ! -e "$dir/none" ]
fails "an unknown name to decay" '"nothing"' "use" -- train \
    --decay-only nothing --limit 64 --out "$dir/decay"

# ---- files ----

touch "$dir/file"
fails "--out below a file" "$dir/file/out" "Not a directory" -- train --out "$dir/file/out"
fails "--out at a file" "$dir/file" "not a directory" -- train --out "$dir/file"
mkdir -p "$dir/taken/log.csv"
fails "a directory where the log goes" "$dir/taken/log.csv" "move" -- train --out "$dir/taken"
fails "--data that is missing" "$dir/nowhere" "make setup" -- train \
    --data "$dir/nowhere" --out "$dir/data"
mkdir "$dir/empty"
fails "--data without its files" "$dir/empty" "train-images" -- train \
    --data "$dir/empty" --out "$dir/data"
fails "--resume of a missing file" "$dir/missing.safetensors" "No such file" -- train \
    --resume "$dir/missing.safetensors" --limit 64 --out "$dir/data"
echo "not a checkpoint" >"$dir/bad.safetensors"
fails "--resume of another file" "$dir/bad.safetensors" -- train \
    --resume "$dir/bad.safetensors" --limit 64 --out "$dir/data"
fails "--plot without a training" "$dir/empty/log.csv" "train first" -- train \
    --plot --out "$dir/empty"
fails "a diverging training" "diverged" "smaller learning rate" -- train \
    --limit 128 --batch 32 --resize 12 \
    --learning-rate 1000 --weight-decay 1000 --epochs 50 --limit-test 32 --out "$dir/wild"

# ---- training ----

short --epochs 2 --seed 5 --threads 1 --out "$dir/one"
good=$?
grep -q "^test accuracy [0-9.]* %" "$out" || good=1
for file in log.csv curves.png model.safetensors; do
    grep -qF "$dir/one/$file" "$out" && [ -s "$dir/one/$file" ] || good=1
done
result $good "training ends with its accuracy, and where its files lie"
header=epoch,step,seconds,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy
[ "$(head -n 1 "$dir/one/log.csv")" = $header ] && [ "$(wc -l <"$dir/one/log.csv")" = 3 ] &&
    [ "$(cut -d, -f1,2 "$dir/one/log.csv" | tail -n 1)" = 2,8 ]
result $? "the log has its header and one row an epoch"
! grep -q $'\r' "$out" && [ "$(grep -c '^epoch [12]/2 ' "$out")" = 2 ]
result $? "progress is plain lines when nobody looks"
check "the curves are a PNG" is_png "$dir/one/curves.png"

same_checkpoint() { # folders
    same "$1/model.safetensors" "$2/model.safetensors" &&
        same "$1/optimizer.safetensors" "$2/optimizer.safetensors"
}
for threads in 2 3; do
    short --epochs 2 --seed 5 --threads $threads --out "$dir/threads$threads" &&
        same_checkpoint "$dir/one" "$dir/threads$threads"
    result $? "$threads threads give the same checkpoint as one"
done
short --epochs 2 --seed 6 --out "$dir/seed6" &&
    ! cmp -s "$dir/one/model.safetensors" "$dir/seed6/model.safetensors"
result $? "another seed gives another checkpoint"

# Half of the way, then the rest. A constant rate: the others stretch over all epochs asked for.
constant=(--schedule constant --warmup 0 --erasing 0.5)
short --epochs 4 "${constant[@]}" --out "$dir/whole"
short --epochs 2 "${constant[@]}" --out "$dir/parts"
short --epochs 4 "${constant[@]}" --out "$dir/rest" \
    --resume "$dir/parts/model.safetensors" && same_checkpoint "$dir/whole" "$dir/rest"
result $? "a resumed training ends with the same checkpoint"
columns() { cut -d, -f1,2,4- "$1/log.csv"; }
[ "$(columns "$dir/whole")" = "$(columns "$dir/rest")" ]
result $? "a resumed training has the whole log"
short --epochs 4 "${constant[@]}" --out "$dir/parts" --resume "$dir/parts/model.safetensors" &&
    [ "$(columns "$dir/whole")" = "$(columns "$dir/parts")" ] &&
    same_checkpoint "$dir/whole" "$dir/parts"
result $? "a training is resumed in its own directory"
fails "--resume with another size" "12 x 12" "28 x 28" -- train --epochs 9 --limit 64 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--resume of a finished training" "4 epochs" "ask for more" -- train \
    --epochs 4 --limit 64 --resize 12 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--resume of another model" "resnet20" "resnet32" -- train \
    --model resnet32 --limit 64 --epochs 9 --resize 12 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--resume with another seed" "seed 1, not 2" -- train \
    --seed 2 --limit 64 --epochs 9 --resize 12 --resume "$dir/whole/model.safetensors" --out "$dir/data"
mkdir "$dir/alone" && cp "$dir/whole/model.safetensors" "$dir/alone"
fails "--resume without the optimizer's file" "$dir/alone/optimizer.safetensors" "No such file" -- \
    train --limit 64 --epochs 9 --resize 12 --resume "$dir/alone/model.safetensors" --out "$dir/data"
cp "$dir/one/optimizer.safetensors" "$dir/alone"
fails "--resume with another optimizer's file" "epoch 2" "epoch 4" -- train \
    --limit 64 --epochs 9 --resize 12 --resume "$dir/alone/model.safetensors" --out "$dir/data"

# ---- variants ----

short --epochs 1 --limit 40 --batch 64 --out "$dir/few" &&
    grep -q "batch reduced to 40" "$out"
result $? "a batch is never larger than the data"
short --epochs 1 --recipe long --batch 16 --out "$dir/long" && grep -q "batch 16," "$out"
result $? "options go over the recipe's values"
train --epochs 1 --limit 32 --limit-test 32 --batch 16 --profile --data-format channels_first \
    --out "$dir/first" &&
    grep -q "conv2d" "$out"
result $? "channels_first, and --profile"
short --epochs 1 --model resnet18 --resize 20 --limit 16 --batch 8 --limit-test 8 \
    --out "$dir/resnet18"
result $? "another model on resized images"
tiny=(--epochs 1 --limit 8 --batch 4 --limit-test 4 --resize 8 --learning-rate 0.01)
train "${tiny[@]}" --kernels loops --out "$dir/loops" && train "${tiny[@]}" --out "$dir/fast"
loss() { tail -n 1 "$1/log.csv" | cut -d, -f5; }
awk -v a="$(loss "$dir/loops")" -v b="$(loss "$dir/fast")" \
    'BEGIN { exit !(a > 0 && (a - b) ^ 2 < (1e-3 * b) ^ 2) }'
result $? "the textbook loops train the same network"

rm "$dir/one/curves.png"
train --plot --out "$dir/one" && [ -s "$dir/one/curves.png" ] &&
    grep -qF "$dir/one/curves.png" "$out"
result $? "--plot draws the curves again"
run env PATH=/nonexistent "$build/chapters/08_training" --plot --out "$dir/one"
[ $? = 1 ] && grep -q "install gnuplot" "$err"
result $? "--plot without gnuplot says what to install"
run env PATH=/nonexistent "$build/chapters/08_training" --limit 64 --limit-test 32 --batch 32 \
    --epochs 1 --out "$dir/plain" && grep -q "^test accuracy" "$out" &&
    grep -q "install gnuplot" "$err" &&
    [ -s "$dir/plain/model.safetensors" ]
result $? "without gnuplot the training's result stays"
check "no temporary files are left" nothing_half_written
