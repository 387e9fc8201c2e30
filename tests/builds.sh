#!/usr/bin/env bash
# The library's tests in every build that this machine can make and run: tests/README.md has the
# table. As many builds at a time as there are processors, the longest first; what a build said is
# printed when it ends. Exit status 0 only if none failed.
#
#     tests/builds.sh [NAME...]     ALL=1: every suite in every build
set -u
cd "$(dirname "$0")/.." || exit 1
flags=" $(grep -m1 '^flags' /proc/cpuinfo || true) "

has() { command -v "$1" >/dev/null; }
can() { case $flags in *" $1 "*) ;; *) return 1 ;; esac; } # a feature of this processor
has_clang() { echo 'int main(void) {}' | clang -fopenmp -x c - -o /dev/null 2>/dev/null; }
has_wasm() { has clang-19 && has node && [ -e chapters/site/node_modules ]; }
can_valgrind() { has valgrind && can sse2; }
has_arm64() {
    has aarch64-linux-gnu-gcc && has qemu-aarch64 &&
        [ -e /usr/lib/aarch64-linux-gnu/pkgconfig/check.pc ]
}

# What depends on the vectors' width, and the same without the longest.
readonly WIDTHS="kernels conv2d graph layers original resnet training"
readonly SHORT="kernels layers original resnet worked"

# Under a checker, in two halves side by side; without the loops, whose convolutions take longest there.
readonly HALF="base classify data kernels conv2d show"
readonly OTHER_HALF="graph layers original resnet training worked export angles"

# What needs no process of its own, which a browser's WebAssembly lacks.
readonly PAGES="kernels conv2d loops graph layers original resnet worked export angles"

suites() { [ -n "${ALL:-}" ] || echo "SUITES=$*"; }

# Builds and runs one; its name is what it is called below. Memory's checkers wait for long, so no
# test's time is limited by theirs.
build_and_test() { # name
    local name=$1 wrapper="" shared="" options chosen
    case $name in
    scalar | sse | avx2 | avx512) options="SIMD=$name" chosen=$(suites $WIDTHS) ;;
    clang) options="CC=clang" chosen=$(suites base data graph $SHORT training export) ;;
    address) options="SANITIZE=address" chosen="SUITES=$HALF${ALL:+ loops}" ;;
    address_2) options="SANITIZE=address" chosen="SUITES=$OTHER_HALF" ;;
    thread) options="SANITIZE=thread CC=clang" chosen=$(suites $SHORT) ;;
    valgrind) options="SIMD=sse" chosen=$(suites worked export angles show) ;;
    aarch64) options="MACHINE=aarch64-linux-gnu" chosen=$(suites $SHORT) ;;
    wasm) options="SIMD=wasm" chosen="SUITES=$PAGES" ;;
    *) echo "there is no build $name" && return 1 ;;
    esac
    case $name in
    valgrind) wrapper="valgrind -q --error-exitcode=9" ;;
    aarch64) wrapper=qemu-aarch64 ;;
    wasm) wrapper="node tests/site/library.mjs" ;;
    esac
    case $name in # two share a build, and one of them makes it
    address*) shared=address ;;
    sse | valgrind) shared=sse ;;
    esac
    if [ -n "$shared" ]; then
        mkdir -p build && flock build/$shared.lock make -s $options build/$shared/tests/library || return 1
    fi
    CK_DEFAULT_TIMEOUT=600 TSAN_OPTIONS=ignore_noninstrumented_modules=1 \
        make -s $options TEST_WRAPPER="$wrapper" ${chosen:+"$chosen"} test-library
}

# Prints what the build said.
report() { # name
    local log status
    log=$(mktemp)
    build_and_test "$1" >"$log" 2>&1
    status=$?
    { echo "== $1" && cat "$log"; } # at once, so that builds do not mix
    rm -f "$log"
    return $status
}

if [ "${1:-}" = --one ]; then
    report "$2"
    exit
fi

names=() left=()
take() { # name, what it needs, condition...
    local name=$1 needs=$2
    shift 2
    if "$@"; then names+=("$name"); else left+=("$name: left out, $needs"); fi
}
take address "" true
take aarch64 "make setup MACHINES=1 installs what it needs, on Debian" has_arm64
take thread "there is no clang with OpenMP" has_clang
if [ -n "${ALL:-}" ]; then
    take clang "there is no clang with OpenMP" has_clang
    take wasm "make setup SITE=1 installs what it needs, on Debian" has_wasm
else # thread's is a build of clang; the pages' tests train with wasm's kernels and compare the bits with sse's
    left+=("clang and wasm: left out, ALL=1 has them")
fi
take scalar "" true
take address_2 "" true
# The widest that this processor has is make test's own.
if can avx512f; then take avx2 "" true; else left+=("avx512: left out, this processor lacks it"); fi
take sse "this processor lacks it" can sse2
take valgrind "it is not installed, or this processor lacks sse" can_valgrind
[ $# = 0 ] || names=("$@")

printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I NAME bash tests/builds.sh --one NAME
status=$?
[ ${#left[@]} = 0 ] || printf '%s\n' "${left[@]}"
[ $status = 0 ]
