#!/usr/bin/env bash
# Chapter 13's command line: tests/commands/test_regression.sh BUILD. One line a test, in TAP's form.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=$(realpath "${1:?usage: test_regression.sh BUILD}")/chapters/13_regression
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
    "$program" "$@" >"$dir/stdout" 2>"$dir/stderr" </dev/null
}

# A training of seconds: 4 steps of 32 images an epoch.
short() {
    run --limit 128 --epochs 2 "$@"
}

# One line on standard error that has the text; status 1; nothing half-written.
fails() { # text, arguments
    local text=$1
    shift
    ASAN_OPTIONS=detect_leaks=0 run "$@" # who ends in an error frees nothing
    [ $? = 1 ] && [ "$(wc -l <"$dir/stderr")" = 1 ] && grep -qF -- "$text" "$dir/stderr" &&
        [ -z "$(find "$dir" -name '*.tmp')" ]
}

is_png() {
    head -c 8 "$1" | od -An -tx1 | grep -q "89 50 4e 47 0d 0a 1a 0a" &&
        [ "$(stat -c %s "$1")" -gt 2000 ]
}

# ---- options ----

run --help
good=$?
for option in --layers --epochs --runs --limit --out --seed --threads; do
    grep -q -- "$option" "$dir/stdout" || good=1
done
result $good "--help lists the options"
run --no-such-option
[ $? = 64 ] && grep -q "no-such-option" "$dir/stderr"
result $? "an unknown option is named"
for bad in "--layers 18" "--epochs 0" "--runs 0" "--learning-rate -1" "--limit 2" "--resize 1" \
    "--threads 0" "--seed -1"; do
    # shellcheck disable=SC2086 # option and value are two words
    fails "'${bad##* }'" $bad --out "$dir/none"
    result $? "$bad is refused"
done
fails "$dir/none" --data "$dir/none" --out "$dir/data"
result $? "--data that is missing"
touch "$dir/file"
fails "$dir/file/out" --out "$dir/file/out"
result $? "--out below a file"
fails "diverged" --limit 128 --epochs 60 --learning-rate 1000 --out "$dir/wild"
result $? "a diverging training ends with a remedy"

# ---- a short training ----

short --runs 2 --seed 5 --threads 1 --out "$dir/one"
result $? "a short training runs"
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
is_png "$dir/one/curves.png" && is_png "$dir/one/garments.png" &&
    grep -q "^picture: $dir/one/curves.png$" "$dir/stdout"
result $? "both pictures are there"
# ResNet-20 of chapter 8 has 273,050 parameters; here are 8 outputs less, of 64 weights and a bias
# each. The plain network has no projections: 16 to 16, 16 to 32 and 32 to 64 channels.
residual=$((273050 - 8 * 65))
plain=$((residual - 17 * 16 - 17 * 32 - 33 * 64))
tr -d , <"$dir/stdout" >"$dir/plain_digits"
grep -Eq "^ +residual +20 +$residual +5 " "$dir/plain_digits" &&
    grep -Eq "^ +plain +20 +$plain +5 " "$dir/plain_digits"
result $? "the networks differ in the projections alone"

for threads in 2 3; do
    short --runs 2 --seed 5 --threads $threads --out "$dir/again$threads" &&
        cmp "$dir/one/log.csv" "$dir/again$threads/log.csv" >>"$dir/stderr" 2>&1
    result $? "$threads threads give the same log as one"
done

echo "1..$number"
