#!/usr/bin/env bash
# The library's tests in every SIMD build that this machine can run, and under the address and
# undefined-behaviour sanitizers.
set -eu
cd "$(dirname "$0")/.."
flags=$(grep -m1 -E '^(flags|Features)' /proc/cpuinfo || true)

run() { # make's variables
    echo "== $*"
    make -s -j"$(nproc)" "$@" test-library
}

run SIMD=scalar
case $flags in *sse2*) run SIMD=sse ;; esac
case $flags in *avx2*) run SIMD=avx2 ;; esac
case $flags in *avx512f*) run SIMD=avx512 ;; esac
run SANITIZE=1
