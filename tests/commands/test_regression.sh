#!/usr/bin/env bash
# Chapter 13's command line: tests/commands/test_regression.sh BUILD.
source "$(dirname "$0")/lib.sh"

predict() { # options...
    run "$build/chapters/13_regression" "$@"
}

# A training of seconds: 4 steps of 32 images an epoch.
short() {
    predict --limit 128 --epochs 2 "$@"
}

# ---- options ----

predict --help && all says --layers --epochs --runs --limit --out --seed --threads
result $? "--help lists the options"
refuses "--layers 18" "--epochs 0" "--runs 0" "--learning-rate -1" "--limit 2" "--resize 1" \
    "--threads 0" "--seed -1" -- predict --out "$dir/none"
fails "--data that is missing" "$dir/none" -- predict --data "$dir/none" --out "$dir/data"
touch "$dir/file"
fails "--out below a file" "$dir/file/out" -- predict --out "$dir/file/out"
fails "a diverging training ends with a remedy" "diverged" -- predict \
    --limit 128 --epochs 60 --learning-rate 1000 --out "$dir/wild"

# ---- a short training ----

check "a short training runs" short --runs 2 --seed 5 --threads 1 --out "$dir/one"
header=network,layers,seed,epoch,train_loss,train_median,train_mean
header=$header,test_loss,test_median,test_mean,test_over_90
[ "$(head -n 1 "$dir/one/log.csv")" = $header ] &&
    [ "$(cut -d, -f1-4 "$dir/one/log.csv" | tail -n 8 | tr '\n' ' ')" = \
        "residual,20,5,1 residual,20,5,2 residual,20,6,1 residual,20,6,2 plain,20,5,1 plain,20,5,2 plain,20,6,1 plain,20,6,2 " ]
result $? "the log has a row for each network, seed and epoch"
# All angles are between 0 and 180 degrees, all shares between 0 and 1.
awk -F, 'NR > 1 { for (i = 6; i <= 10; i++) if (i != 8 && !($i >= 0 && $i <= 180)) bad = 1
                  if (!($11 >= 0 && $11 <= 1) || !($5 > 0) || !($8 > 0)) bad = 1 }
         END { exit bad }' "$dir/one/log.csv"
result $? "errors are angles"
has_picture "$dir/one/curves.png" && is_png "$dir/one/garments.png"
result $? "both pictures are there"
# ResNet-20 of chapter 8 has 273,050 parameters; here are 8 outputs less, of 64 weights and a bias
# each. The plain network has no projections: 16 to 16, 16 to 32 and 32 to 64 channels.
residual=$((273050 - 8 * 65))
plain=$((residual - 17 * 16 - 17 * 32 - 33 * 64))
tr -d , <"$out" >"$dir/plain_digits"
grep -Eq "^ +residual +20 +$residual +5 " "$dir/plain_digits" &&
    grep -Eq "^ +plain +20 +$plain +5 " "$dir/plain_digits"
result $? "the networks differ in the projections alone"

for threads in 2 3; do
    short --runs 2 --seed 5 --threads $threads --out "$dir/again$threads" &&
        same "$dir/one/log.csv" "$dir/again$threads/log.csv"
    result $? "$threads threads give the same log as one"
done

# ---- no images ----

# A network that answers 0 everywhere has the loss 0.5, the mean of a squared sine.
check "--sine" predict --sine --threads 1 --out "$dir/sine"
check "64 layers learn a sine with shortcuts, and without them ten times worse or more" awk '
    $1 == 64 { found = 1; good = $3 < 0.005 && $2 > 10 * $3 && $2 < 0.75 }
    $1 == 8 { shallow = $2 < 0.005 && $3 < 0.005 }
    END { exit !(found && good && shallow) }' "$out"
check "the picture of the sine" has_picture "$dir/sine/sine.png"
