#!/usr/bin/env bash
# The program of chapter 12, and the trainer's regularisers: tests/commands/test_regularization.sh
# BUILD. One line a test, in TAP's form.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(realpath "${1:?usage: test_regularization.sh BUILD}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Threads that wait by spinning stand in the way on a machine that is shared.
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
    "$build/chapters/12_regularization" "$@" >"$dir/stdout" 2>"$dir/stderr"
}

train() { # arguments
    "$build/chapters/08_training" --limit 128 --limit-test 32 --batch 32 --resize 8 "$@" \
        >"$dir/stdout" 2>"$dir/stderr"
}

# One line on standard error that holds every text; status 1; nothing half-written.
fails() { # name, texts..., --, command
    local name=$1 texts=() text
    shift
    while [ "$1" != -- ]; do texts+=("$1") && shift; done
    shift
    ASAN_OPTIONS=detect_leaks=0 "$@" # who ends in an error frees nothing
    local status=$?
    [ "$status" = 1 ] && [ "$(wc -l <"$dir/stderr")" = 1 ] &&
        [ -z "$(find "$dir" -name '*.tmp')" ]
    local good=$?
    for text in "${texts[@]}"; do grep -qF -- "$text" "$dir/stderr" || good=1; done
    result $good "$name"
}

# ---- chapter 12 ----

run --help && grep -q -- --quick "$dir/stdout"
result $? "--help lists the options"
for bad in "--seeds 0" "--epochs 0" "--limit 3" "--limit-test x"; do
    option=${bad%% *} value=${bad##* }
    fails "$bad is refused" "$option" "'$value'" -- run "$option" "$value" --out "$dir/none"
done
[ ! -e "$dir/none" ]
result $? "refused options leave nothing behind"

small=(--epochs 1 --limit 40 --limit-test 256 --seeds 1 --out "$dir/small" --threads 1)
run "${small[@]}"
status=$?
cp "$dir/stdout" "$dir/first"
[ $status = 0 ] && [ "$(grep -c '^ *[0-9]* of 18 ' "$dir/first")" = 18 ] &&
    [ "$(wc -l <"$dir/small/results.csv")" = 19 ] &&
    [ "$(cut -d, -f1 "$dir/small/results.csv" | sort -u | wc -l)" = 19 ]
result $? "every variant is trained and has its row"
[ "$(grep -c '^  yes  ' "$dir/first")" = 9 ] && [ "$(grep -c '^  no  ' "$dir/first")" = 9 ]
result $? "the table has every regulariser with and without batch norm"
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
head -c 8 "$dir/small/regularization.png" | od -An -tx1 | grep -q "89 50 4e 47 0d 0a 1a 0a" &&
    [ "$(grep -c '^bn-none,' "$dir/small/curves.csv")" = 1 ]
result $? "the mean curves are kept and drawn"

cp "$dir/small/results.csv" "$dir/results.csv"
sed -i '/^bn-dropout-0.1,/d' "$dir/small/results.csv"
run "${small[@]}" && [ "$(grep -c ' of 18 ' "$dir/stdout")" = 1 ] &&
    diff <(sort "$dir/results.csv") <(sort "$dir/small/results.csv") >>"$dir/stderr"
result $? "only what is missing is trained again, to the same result"
echo "something else" >"$dir/small/results.csv"
fails "results of something else" "results.csv" "line 1" "move" -- run "${small[@]}"

# ---- the trainer's options ----

for bad in "--input-noise -1" "--early-stopping 0" "--min-delta -0.1" "--validation 0"; do
    option=${bad%% *} value=${bad##* }
    fails "$bad is refused" "$option" "'$value'" -- train "$option" "$value" --out "$dir/none"
done
fails "a validation set of all images" "128" "use fewer" -- train --validation 128 --out "$dir/all"

# A rate of 0: the network stays what it was but for the moving averages, and so does its loss.
train --epochs 30 --learning-rate 0 --early-stopping 3 --min-delta 100 --out "$dir/stop" &&
    grep -q "^13 more training images" "$dir/stdout" &&
    grep -q "^test accuracy [0-9.]* % after 1 epochs" "$dir/stdout" &&
    grep -qF "$dir/stop/best.safetensors" "$dir/stdout" && [ -s "$dir/stop/curves.png" ] &&
    [ "$(wc -l <"$dir/stop/log.csv")" = 5 ] && [ "$(wc -l <"$dir/stop/validation.csv")" = 5 ]
result $? "early stopping waits so many epochs, and keeps the best network"

same() { # directories, file: do they hold the same?
    cmp "$1/$3" "$2/$3" >>"$dir/stderr" 2>&1
}
stopping=(--schedule constant --warmup 0 --learning-rate 0.02 --validation 32 --input-noise 0.5)
for delta in 0 100; do # the best epoch is after the break, or before it
    stopping+=(--early-stopping 3 --min-delta $delta)
    train --epochs 4 "${stopping[@]}" --out "$dir/whole$delta"
    train --epochs 2 "${stopping[@]}" --out "$dir/parts$delta"
    train --epochs 4 "${stopping[@]}" --out "$dir/rest$delta" \
        --resume "$dir/parts$delta/model.safetensors"
    good=0
    for file in model.safetensors best.safetensors validation.csv; do
        same "$dir/whole$delta" "$dir/rest$delta" $file || good=1
    done
    result $good "a resumed training validates and stops as a whole one does (min-delta $delta)"
done
train --epochs 1 --out "$dir/plain"
fails "--resume without the validation's file" "validation.csv" "cannot read" -- \
    train --epochs 2 --validation 32 --out "$dir/plain" --resume "$dir/plain/model.safetensors"
train --epochs 2 "${stopping[@]}" --threads 3 --out "$dir/threads" &&
    train --epochs 2 "${stopping[@]}" --threads 1 --out "$dir/one" &&
    same "$dir/one" "$dir/threads" model.safetensors
result $? "input noise does not depend on the threads"

echo "1..$number"
