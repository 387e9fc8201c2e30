#!/usr/bin/env bash
# Data sets of one's own, through the trainer: tests/commands/test_data.sh BUILD. Each kind is made
# here, so that its classes are easy to tell apart: what was learned must be right.
source "$(dirname "$0")/lib.sh"

train() { # options...
    run "$build/chapters/08_training" --recipe basic --epochs 8 --batch 12 --learning-rate 0.05 --flip=no \
        --out "$dir/out" "$@"
}

learns() { # name, what the first line says, arguments
    local name=$1 says=$2
    shift 2
    train "$@" && grep -qF -- "$says" "$out" && grep -q '^test accuracy 100.00 %' "$out"
    result $? "$name"
}

has_classes() { # names, with \n between them: the checkpoint has them
    LC_ALL=C grep -aqF "$1" "$dir/out/model.safetensors"
}

shows_garment() { # class's name, options of chapter 1
    run "$build/chapters/01_padding" --out "$dir" "${@:2}" && says "$1"
}

# The byte, so many times.
bytes() { # value (decimal), count
    local byte
    byte=$(printf '\\x%02x' "$1")
    for ((i = 0; i < $2; i++)); do printf "%b" "$byte"; done
}

size_in_idx() { printf '%b' "$(printf '\\x00\\x00\\x%02x\\x%02x' $(($1 / 256)) $(($1 % 256)))"; }

# ---- IDX: 36 images of 8 x 6 pixels, three classes of different brightness ----

mkdir "$dir/idx"
for half in train t10k; do
    {
        printf '\0\0\x08\x03' && size_in_idx 36 && size_in_idx 8 && size_in_idx 6
        for ((n = 0; n < 36; n++)); do bytes $((n % 3 * 90 + n)) 48; done
    } >"$dir/idx/$half-images.idx3-ubyte"
    {
        printf '\0\0\x08\x01' && size_in_idx 36
        for ((n = 0; n < 36; n++)); do bytes $((n % 3)) 1; done
    } >"$dir/idx/$half-labels.idx1-ubyte"
done
learns "IDX files of another set" "36 training and 36 test images of 8 x 6 x 1 in 3 classes" \
    --data "$dir/idx"
check "a checkpoint names its classes" has_classes 'class 0\nclass 1\nclass 2'
check "other programs take the set too" shows_garment "class 1" --data "$dir/idx" --garment 4
head -c 43 "$dir/idx/train-labels.idx1-ubyte" >"$dir/cut"
mv "$dir/cut" "$dir/idx/train-labels.idx1-ubyte"
fails "IDX labels that are cut off" "train-labels.idx1-ubyte" "36 values, but only 35" -- train \
    --data "$dir/idx"

# ---- CIFAR-10: one image a class and file, red, green and blue ----

mkdir "$dir/cifar"
zeros() { head -c "$1" /dev/zero; }
full() { zeros "$1" | tr '\0' '\377'; }
for file in data_batch_{1..5} test_batch; do
    {
        bytes 2 1 && full 1024 && zeros 2048 # red is class 2
        bytes 5 1 && zeros 1024 && full 1024 && zeros 1024
        bytes 9 1 && zeros 2048 && full 1024
    } >"$dir/cifar/$file.bin"
done
printf '%s\n' airplane automobile bird cat deer dog frog horse ship truck >"$dir/cifar/batches.meta.txt"
learns "CIFAR-10's files" "15 training and 3 test images of 32 x 32 x 3 in 10 classes" \
    --data "$dir/cifar" --epochs 16
check "with the names of batches.meta.txt" has_classes 'airplane\nautomobile\nbird'
check "other programs take colour images too" shows_garment "bird" --data "$dir/cifar"
printf '\0' >>"$dir/cifar/data_batch_4.bin"
fails "a CIFAR-10 file of another length" "data_batch_4.bin" "9220 bytes" "3073" -- train \
    --data "$dir/cifar"

# ---- a folder of images a class ----

png() { # file, image in base64
    base64 -d <<<"$2" >"$1"
}
red=iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mO4IyKCFTEMLQkAmD9BAeEqE6gAAAAASUVORK5CYII=
yellow=iVBORw0KGgoAAAANSUhEUgAAAAwAAAAKCAIAAAAPTiitAAAAE0lEQVR42mO4c0KEIGIYVUQ9RQB0Lc5BXQ2FmwAAAABJRU5ErkJggg==
grey=iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR42mNogAIGyhgAgIQgARDoahcAAAAASUVORK5CYII=

mkdir -p "$dir"/fruit/{train,test}/{banana,cherry,stone}
for half in train test; do
    for n in 1 2 3 4; do
        png "$dir/fruit/$half/cherry/$n.png" $red
        png "$dir/fruit/$half/banana/$n.png" $yellow # 12 x 10 pixels, the others 8 x 8
        png "$dir/fruit/$half/stone/$n.png" $grey
    done
done
fails "images of several sizes" "8 x 8 pixels" "12 x 10" "--resize N" -- train --data "$dir/fruit"
learns "a folder of images a class" "12 training and 12 test images of 8 x 8 x 3 in 3 classes" \
    --data "$dir/fruit" --resize 8 --epochs 24
check "whose names are the classes'" has_classes 'banana\ncherry\nstone'
learns "--limit keeps some of each class" "6 training and 3 test images" \
    --data "$dir/fruit" --resize 8 --epochs 24 --limit 6 --limit-test 3
blue=iVBORw0KGgoAAAANSUhEUgAAAAwAAAAKCAIAAAAPTiitAAAAE0lEQVR42mMQ0bhDEDGMKqKeIgCCdINBYTLZfAAAAABJRU5ErkJggg==
for half in train test; do
    mkdir -p "$dir/wide/$half"/{'50% wool','on|off'}
    for n in 1 2 3 4; do
        png "$dir/wide/$half/50% wool/$n.png" $yellow
        png "$dir/wide/$half/on|off/$n.png" $blue
    done
done
learns "images that are not square, and odd names" "8 training and 8 test images of 10 x 12 x 3" \
    --data "$dir/wide" --epochs 16 --batch 8
run "$build/chapters/11_classify" --model "$dir/out/model.safetensors" --data "$dir/wide" --confusion \
    --out "$dir" && says '^test accuracy 100.00 %' && says '0 50% wool' && says '1 on/off' &&
    has_picture "$dir/11_confusion.png"
result $? "... are examined as they are"
echo "a note" >"$dir/fruit/train/cherry/5.jpg"
fails "a file that is no image" "train/cherry/5.jpg" "cannot be read as an image" -- train \
    --data "$dir/fruit" --resize 8
rm "$dir/fruit/train/cherry/5.jpg" "$dir"/fruit/train/stone/*
fails "a class without an image" "train/stone" "no image" -- train --data "$dir/fruit" --resize 8
rm -r "$dir"/fruit/train/{stone,banana} "$dir"/fruit/test/{stone,banana}
fails "a set of one class" "$dir/fruit" "one class" -- train --data "$dir/fruit"
mkdir "$dir/bare"
fails "a directory with nothing of these" "train-images-idx3-ubyte" "data_batch_1.bin" "train/" -- \
    train --data "$dir/bare"
