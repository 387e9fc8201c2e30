#!/usr/bin/env bash
# The trainer's command line: tests/commands/test_training.sh BUILD.
source "$(dirname "$0")/lib.sh"

train() { # options...
    run "$build/chapters/08_training" --recipe basic "$@"
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

fails "a tensor too large for an int" "(60000, 1024, 1024, 1) has too many values" \
    "smaller batch" -- train --limit 60000 --batch 60000 --resize 1024 --out "$dir/large"
fails "a batch too large for the machine" "the graph of images (60000, 40, 40, 1) needs" \
    "GB are free" -- train --model resnet110 --limit 60000 --batch 60000 --resize 40 \
    --out "$dir/large"

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

# Of the state, the numbers behind the header: 273,050 values, 1,376 moving averages and as many
# velocities as values, 4 bytes each. The header has seconds.
same_checkpoint() { # folders
    same "$1/model.safetensors" "$2/model.safetensors" &&
        same <(tail -c 2189904 "$1/training.safetensors") \
            <(tail -c 2189904 "$2/training.safetensors")
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
[ "$(columns "$dir/whole")" = "$(columns "$dir/rest")" ] &&
    awk -F, 'NR > 2 && $3 <= last { exit 1 } { last = $3 }' "$dir/rest/log.csv"
result $? "a resumed training has the whole log"
short --epochs 4 "${constant[@]}" --out "$dir/parts" --resume "$dir/parts/model.safetensors" &&
    [ "$(columns "$dir/whole")" = "$(columns "$dir/parts")" ] &&
    same_checkpoint "$dir/whole" "$dir/parts"
result $? "a training is resumed in its own directory"
# Stopped within an epoch, between any two steps, and gone on from there by the command it prints.
# The training is nice, so that on a busy machine the watcher is not too late for it; and it takes HUP
# and INT, which nohup, say, or a shell's & would have it ignore.
cut="$dir/cut \"short\", it's"
stop() { # signal, when: sends it once the state was saved that often; again if the end came first
    local try pid saved last now status
    for try in 1 2 3 4 5 6 7 8 9; do
        rm -rf "$cut"
        nice -n 10 env --default-signal=TERM,HUP,INT "$build/chapters/08_training" --recipe basic \
            --limit 128 --limit-test 96 --batch 32 --resize 12 --epochs 4 "${constant[@]}" --checkpoint-every 0.000001 --out "$cut" \
            >"$out" 2>"$err" &
        pid=$! saved=0 last=""
        while [ $saved -lt "$2" ] && kill -0 $pid 2>/dev/null; do
            sleep 0.002
            now=$(stat -c '%i %.9Y' "$cut/training.safetensors" 2>/dev/null)
            [ "$now" = "$last" ] || saved=$((saved + 1)) last=$now
        done
        kill "-$1" $pid
        wait $pid
        status=$?
        [ "$1" = KILL ] && [ $status = 137 ] || says "^interrupted" && break
    done 2>/dev/null
    return $status
}
go_on() {
    eval "$(sed -n 's/^to go on: //p' "$out")" >"$out" 2>"$err"
}
stop TERM 1
[ $? = 143 ] && says "nothing is lost" && nothing_half_written && go_on &&
    says "^resumed from $cut/training.safetensors after [0-3] epochs and [0-9]* steps" &&
    same_checkpoint "$dir/whole" "$cut" &&
    [ "$(columns "$dir/whole")" = "$(columns "$cut")" ]
result $? "SIGTERM leaves a state within the epoch, and the command that goes on"
stop HUP 3
fails "--resume with other images" "epoch of 4 steps, but an epoch has 2" -- train --limit 64 \
    --limit-test 32 --batch 32 --resize 12 --epochs 9 --resume "$cut/training.safetensors" \
    --out "$dir/data"
stop HUP 2
[ $? = 129 ] && go_on && same_checkpoint "$dir/whole" "$cut"
result $? "SIGHUP as well"
stop INT 2
[ $? = 130 ] && go_on && same_checkpoint "$dir/whole" "$cut"
result $? "Ctrl-C as well"
env --ignore-signal=HUP "$build/chapters/08_training" --recipe basic --limit 128 --limit-test 96 --batch 32 \
    --resize 12 --epochs 4 "${constant[@]}" --checkpoint-every 0.000001 --out "$dir/hup" >"$out" 2>"$err" &
pid=$!
until [ -e "$dir/hup/training.safetensors" ] || ! kill -0 $pid 2>/dev/null; do sleep 0.002; done
kill -HUP $pid 2>>"$err"
wait $pid && same_checkpoint "$dir/whole" "$dir/hup"
result $? "under nohup it goes on"
stop KILL 4
[ $? = 137 ] && short --epochs 4 "${constant[@]}" --out "$cut" \
    --resume "$cut/model.safetensors" && same_checkpoint "$dir/whole" "$cut" &&
    nothing_half_written
result $? "a killed training goes on from its last state"
fails "--resume with another size" "12 x 12" "28 x 28" -- train --epochs 9 --limit 64 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--resume with fewer epochs than it had" "4 epochs" "ask for more" -- train \
    --epochs 3 --limit 64 --resize 12 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
rm "$dir/parts/model.safetensors" "$dir/parts/log.csv"
short --epochs 4 "${constant[@]}" --out "$dir/parts" --resume "$dir/parts/training.safetensors" &&
    same_checkpoint "$dir/whole" "$dir/parts" &&
    [ "$(columns "$dir/whole")" = "$(columns "$dir/parts")" ] && says "^test accuracy .* after 4"
result $? "--resume of a finished training writes its files again"
fails "--resume of another model" "resnet20" "resnet32" -- train \
    --model resnet32 --limit 64 --epochs 9 --resize 12 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--resume with another seed" "seed 1, not 2" -- train \
    --seed 2 --limit 64 --epochs 9 --resize 12 --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--resume with another option" "trained without --keep" "the options that it had" -- train \
    --keep 0.5 --limit 64 --epochs 9 --resize 12 \
    --resume "$dir/whole/model.safetensors" --out "$dir/data"
fails "--hard without --keep" "hard: a part of --keep" -- train --hard 0.5 --limit 64 \
    --out "$dir/data"
mkdir "$dir/alone" && cp "$dir/whole/model.safetensors" "$dir/alone"
fails "--resume of a network without its state" "$dir/alone/training.safetensors" "No such file" \
    -- train --limit 64 --epochs 9 --resize 12 --resume "$dir/alone/model.safetensors" \
    --out "$dir/data"

# ---- variants ----

short --epochs 1 --limit 40 --batch 64 --out "$dir/few" &&
    grep -q "batch reduced to 40" "$out"
result $? "a batch is never larger than the data"
# The default leaves easy images out: 2 steps an epoch, and what an epoch has depends on the losses of
# the one before.
quick=(--limit 128 --limit-test 96 --batch 32 --resize 12 "${constant[@]}")
default() { # options...
    run "$build/chapters/08_training" "${quick[@]}" "$@"
}
default --epochs 4 --out "$dir/quick" && says "^resnet20: " "^4 epochs of 2 steps" &&
    default --epochs 2 --out "$dir/quick2" && default --epochs 4 --out "$dir/quick4" \
    --resume "$dir/quick2/model.safetensors" &&
    same "$dir/quick/model.safetensors" "$dir/quick4/model.safetensors" &&
    [ "$(columns "$dir/quick" | tail -n 2)" = "$(columns "$dir/quick4" | tail -n 2)" ]
result $? "the quick recipe, and its training resumed"
default --epochs 2 --learning-rate 0 --out "$dir/quick0" && says "^test accuracy"
result $? "... with a learning rate of 0, by Muon too, ends with finite losses"
fails "weight decay on kernels that Muon moves, and on no others, is refused" block_layer0 "Muon moves" -- \
    default --epochs 1 --decay-only block_layer0 --out "$dir/quick0"
last() { columns "$dir/$1" | tail -n 1; }
before() { columns "$dir/$1" | head -n 4; }
default --epochs 4 --eval-flip=no --out "$dir/quick_no" &&
    [ "$(before quick)" = "$(before quick_no)" ] && [ "$(last quick)" != "$(last quick_no)" ]
result $? "it looks at mirror images after the last epoch alone"
stopping=(--epochs 2 --early-stopping 3 --validation 32)
default "${stopping[@]}" --out "$dir/stopping" &&
    default "${stopping[@]}" --eval-flip=no --out "$dir/stopping_no" &&
    [ "$(before stopping | sed -n 2p)" != "$(before stopping_no | sed -n 2p)" ]
result $? "... or after each, if any may become the last"
default --epochs 4 --eval-flip=no --eval-shift --out "$dir/quick_shift" &&
    [ "$(before quick)" = "$(before quick_shift)" ] &&
    [ "$(last quick_shift)" != "$(last quick)" ] && [ "$(last quick_shift)" != "$(last quick_no)" ]
result $? "... and with --eval-shift at shifted ones, too"
default --epochs 4 --eval-shift --out "$dir/quick2" --resume "$dir/quick2/model.safetensors" &&
    same "$dir/quick/model.safetensors" "$dir/quick2/model.safetensors" &&
    [ "$(last quick2)" = "$(last quick_shift)" ]
result $? "... in a training that was resumed, and with --eval-flip, the same"
short --epochs 1 --recipe long --batch 16 --out "$dir/long" && grep -q "batch 16," "$out"
result $? "options go over the recipe's values"
train --epochs 1 --limit 32 --limit-test 32 --batch 16 --profile --average 0.9 \
    --data-format channels_first --out "$dir/first" &&
    says "^  conv2d" && says "^  update and the rest" && ! says "^  update and the rest.*-"
result $? "channels_first, and --profile: of the steps alone"
short --epochs 4 "${constant[@]}" --average 0.9 --out "$dir/average" &&
    short --epochs 2 "${constant[@]}" --average 0.9 --out "$dir/average2" &&
    short --epochs 4 "${constant[@]}" --average 0.9 --out "$dir/average2" \
        --resume "$dir/average2/model.safetensors" &&
    same "$dir/average/model.safetensors" "$dir/average2/model.safetensors" &&
    ! cmp -s "$dir/average/model.safetensors" "$dir/whole/model.safetensors"
result $? "averaged weights, resumed"
short --epochs 1 --out "$dir/plain1"
for option in --momentum=0.5 --nesterov=no --label-smoothing=0.1 --flip=no --alternate --shift=1 \
    --erasing=0.5 --input-noise=0.1 --zero-start --muon=0.03 --warmup=0.5 --schedule=cosine --weight-decay=0.1 \
    --decay-only=logits --learning-rate=0.1 --keep=0.75 --groups=4 --average=0.5; do
    short --epochs 1 $option --out "$dir/option" &&
        ! cmp -s "$dir/option/model.safetensors" "$dir/plain1/model.safetensors"
    result $? "$option makes another network"
done
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
train --pictures --out "$dir/lesson" &&
    all has_picture "$dir"/lesson/08_{schedules,valley,augmentation}.png
result $? "--pictures draws the lesson's"
run "$build/chapters/02_custom_conv" --from "$dir/one/model.safetensors" --out "$dir/lesson" &&
    has_picture "$dir/lesson/02_trained.png"
result $? "chapter 2 draws the filters that a training has found"
run env PATH=/nonexistent "$build/chapters/08_training" --plot --out "$dir/one"
[ $? = 1 ] && grep -q "install gnuplot" "$err"
result $? "--plot without gnuplot says what to install"
run env PATH=/nonexistent "$build/chapters/08_training" --recipe basic --limit 64 --limit-test 32 --batch 32 \
    --epochs 1 --out "$dir/plain" && grep -q "^test accuracy" "$out" &&
    grep -q "install gnuplot" "$err" &&
    [ -s "$dir/plain/model.safetensors" ]
result $? "without gnuplot the training's result stays"
check "no temporary files are left" nothing_half_written
