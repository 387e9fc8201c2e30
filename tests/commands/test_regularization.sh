#!/usr/bin/env bash
# The program of chapter 12, and the trainer's regularisers: tests/commands/test_regularization.sh
# BUILD.
source "$(dirname "$0")/lib.sh"

regularize() { # options...
    run "$build/chapters/12_regularization" "$@"
}

train() { # options...
    run "$build/chapters/08_training" --recipe basic --limit 128 --limit-test 32 --batch 32 --resize 8 "$@"
}

# ---- chapter 12 ----

regularize --help && says --quick
result $? "--help lists the options"
refuses "--seeds 0" "--epochs 0" "--limit 3" "--limit-test x" -- regularize --out "$dir/none"
check "refused options leave nothing behind" [ ! -e "$dir/none" ]

small=(--epochs 1 --limit 40 --limit-test 256 --seeds 1 --out "$dir/small" --threads 1)
regularize "${small[@]}"
status=$?
cp "$out" "$dir/first"
[ $status = 0 ] && [ "$(grep -c '^ *[0-9]* of 28 ' "$dir/first")" = 28 ] &&
    [ "$(wc -l <"$dir/small/results.csv")" = 29 ] &&
    [ "$(cut -d, -f1 "$dir/small/results.csv" | sort -u | wc -l)" = 29 ]
result $? "every variant is trained and has its row"
[ "$(grep -c '^  yes  ' "$dir/first")" = 14 ] && [ "$(grep -c '^  no  ' "$dir/first")" = 14 ]
result $? "the table has every regulariser with and without batch norm"
awk -F, 'NR > 1 { zero[$1] = $NF }
    END { for (i in zero) if (i ~ /bits-4/ ? zero[i] < 0.05 : i !~ /l1/ && zero[i] > 0) exit 1
          exit !(zero["no-bn-l1-2e-3"] > zero["no-bn-l1-5e-4"] && zero["no-bn-l1-5e-4"] > 0) }' \
    "$dir/small/results.csv"
result $? "an L1 penalty and rounding to 4 bits make zero weights, and nothing else does"
awk '/in the trained network: a logit changes/ { found = 1 }
     found && /^[0-9.]+ with the batch/ { training = $1; inference = $0
         sub(/.* by /, "", inference); sub(/ .*/, "", inference)
         good = training < 0.02 && inference > 10 }
     END { exit !good }' "$dir/first"
result $? "the stem's outputs times 100 change nothing in training mode, and much at inference"
awk '/^ +(8|32|128) +[0-9.]+ / { noise[$1] = $2 }
     END { exit !(noise[8] > 1.4 * noise[32] && noise[32] > 1.4 * noise[128] && noise[128] > 0) }' \
    "$dir/first"
result $? "the noise of batch norm falls as the batch grows"
is_png "$dir/small/regularization.png" &&
    [ "$(grep -c '^bn-none,' "$dir/small/curves.csv")" = 1 ]
result $? "the mean curves are kept and drawn"

cp "$dir/small/results.csv" "$dir/results.csv"
sed -i '/^bn-dropout-0.1,/d' "$dir/small/results.csv"
regularize "${small[@]}" && [ "$(grep -c ' of 28 ' "$out")" = 1 ] &&
    diff <(sort "$dir/results.csv") <(sort "$dir/small/results.csv") >>"$err"
result $? "only what is missing is trained again, to the same result"
echo "something else" >"$dir/small/results.csv"
fails "results of something else" "results.csv" "line 1" "move" -- regularize "${small[@]}"

# ---- the trainer's options ----

refuses "--input-noise -1" "--early-stopping 0" "--min-delta -0.1" "--validation 0" -- \
    train --out "$dir/none"
fails "a validation set of all images" "128" "use fewer" -- train --validation 128 --out "$dir/all"

# A rate of 0: the network stays what it was but for the moving averages, and so does its loss.
train --epochs 30 --learning-rate 0 --early-stopping 3 --min-delta 100 --out "$dir/stop" &&
    grep -q "^13 more training images" "$out" &&
    grep -q "^test accuracy [0-9.]* % after 1 epoch in" "$out" &&
    grep -qF "$dir/stop/best.safetensors" "$out" && [ -s "$dir/stop/curves.png" ] &&
    [ "$(wc -l <"$dir/stop/log.csv")" = 5 ] && [ "$(wc -l <"$dir/stop/validation.csv")" = 5 ]
result $? "early stopping waits so many epochs, and keeps the best network"

stopping=(--schedule constant --warmup 0 --learning-rate 0.02 --validation 32 --input-noise 0.5)
for delta in 0 100; do # the best epoch is after the break, or before it
    stopping+=(--early-stopping 3 --min-delta $delta)
    train --epochs 4 "${stopping[@]}" --out "$dir/whole$delta"
    train --epochs 2 "${stopping[@]}" --out "$dir/parts$delta"
    train --epochs 4 "${stopping[@]}" --out "$dir/rest$delta" \
        --resume "$dir/parts$delta/model.safetensors"
    good=0
    for file in model.safetensors best.safetensors validation.csv; do
        same "$dir/whole$delta/$file" "$dir/rest$delta/$file" || good=1
    done
    result $good "a resumed training validates and stops as a whole one does (min-delta $delta)"
done
train --epochs 1 --out "$dir/plain"
fails "--resume without the validation that it is to have" "validated 0 epochs" "resume" -- \
    train --epochs 2 --validation 32 --out "$dir/plain" --resume "$dir/plain/model.safetensors"
train --epochs 2 "${stopping[@]}" --threads 3 --out "$dir/threads" &&
    train --epochs 2 "${stopping[@]}" --threads 1 --out "$dir/one" &&
    same "$dir/one/model.safetensors" "$dir/threads/model.safetensors"
result $? "input noise does not depend on the threads"
