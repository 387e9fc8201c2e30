# shellcheck shell=bash
# What the scripts of tests/commands share. Each begins with
#
#     source "$(dirname "$0")/lib.sh"
#
# and is then in the tree's top folder, with $build, the build directory that its argument names, and
# $dir, a folder of its own that is gone at the end. A test's line is "ok - name" or "not ok - name".
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
build=${1:?usage: $0 BUILD}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
out=$dir/stdout err=$dir/stderr # what the last program printed
touch "$out" "$err"
export LC_ALL=C.UTF-8          # other programs' messages are compared, too
export OMP_WAIT_POLICY=passive # tests share the machine: threads that wait should not spin
unset MAKEFLAGS MAKELEVEL MFLAGS

run() { # command...
    "$@" >"$out" 2>"$err" </dev/null
}

result() { # condition's status, name
    if [ "$1" = 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        sed 's/^/#   /' "$out" "$err"
    fi
}

check() { # name, command...: the command succeeds
    local name=$1
    shift
    "$@" >>"$err" 2>&1
    result $? "$name"
}

says() { # pattern, for grep -E
    grep -Eq -- "$1" "$out"
}

all() { # command, the last words of several calls
    local command=$1 word
    shift
    for word; do "$command" "$word" || return 1; done
}

nothing_half_written() {
    [ -z "$(find "$dir" -name '*.tmp')" ]
}

fails() { # name, texts..., --, command...: status 1, and one line of error that holds every text
    local name=$1 texts=() text good
    shift
    while [ "$1" != -- ]; do texts+=("$1") && shift; done
    shift
    ASAN_OPTIONS=detect_leaks=0 "$@" # a program that ends in an error frees nothing
    [ $? = 1 ] && [ "$(wc -l <"$err")" = 1 ] && nothing_half_written
    good=$?
    for text in "${texts[@]}"; do grep -qF -- "$text" "$err" || good=1; done
    result $good "$name"
}

refuses() { # "--option value"..., --, command...: each is refused by option and value
    local options=() option name value
    while [ "$1" != -- ]; do options+=("$1") && shift; done
    shift
    for option in "${options[@]}"; do
        name=${option%%[ =]*} value=${option##*[ =]}
        fails "$option is refused" "$name: " "'$value'" -- "$@" "$name=$value"
    done
}

is_misused() { # text, command...: argp's message with the text, and argp's status
    local text=$1
    shift
    "$@"
    [ $? = 64 ] && grep -qF -- "$text" "$err" && grep -q -- --help "$err"
}

is_png() { # path
    [ "$(head -c 8 "$1" | od -An -tx1)" = " 89 50 4e 47 0d 0a 1a 0a" ] &&
        [ "$(stat -c %s "$1")" -gt 2000 ]
}

has_picture() { # path: it was announced, and is there whole
    says "^picture: $1\$" && is_png "$1" && nothing_half_written
}

same() { # two files
    cmp "$1" "$2" >>"$err" 2>&1
}

fashion_mnist() { # name: the file's path
    local place
    for place in "${FASHION_MNIST:-}" datasets/fashion-mnist /usr/share/datasets/fashion-mnist; do
        find "$place" -maxdepth 1 -name "$1*" -print -quit 2>/dev/null | grep . && return
    done
}

copy_tree() { # folder: the tree as a student has it after cloning, with what was built
    mkdir -p "$1/build"
    tar -cf - --exclude=./.git --exclude=./build --exclude=./exercises \
        --exclude=./datasets/fashion-mnist --exclude=node_modules . | tar -xf - -C "$1"
    [ -d datasets/fashion-mnist ] && ln -s "$PWD/datasets/fashion-mnist" "$1/datasets/"
    local part
    for part in "$build"/obj "$build"/*.a "$build"/grader "$build"/stubs "$build"/mistakes; do
        [ -e "$part" ] && cp -a "$part" "$1/build/"
    done
    rm -rf "$1/build/obj/exercises"
    make -s -C "$1" reset-all YES=1 >"$out" 2>"$err"
}

copy_verdicts() { # folder of such a copy: what the wrong answers were found to be, without their programs
    mkdir -p "$1/build/grade"
    [ ! -d "$build/grade/wrong" ] || tar -C "$build/grade" --exclude=program --exclude='answer.[os]' -cf - wrong |
        tar -xf - -C "$1/build/grade"
}
