#!/usr/bin/env bash
# Machines that are not like the author's: tests/commands/test_machines.sh BUILD.
#
# A training of four steps on each of them, which must give the very bytes of the usual one, or end
# with a message and leave nothing half-written.
source "$(dirname "$0")/lib.sh"

trainer=$build/chapters/08_training
short=(--recipe basic --limit 128 --limit-test 96 --batch 32 --resize 12 --epochs 1)
place=$dir/out

train_in() { # command that runs a command...
    rm -rf "$place"
    run "$@" "$trainer" "${short[@]}" --out "$place"
}

without_time() { # log
    cut -d, -f1,2,4- "$1"
}

is_the_same() {
    same "$place/model.safetensors" "$dir/usual/model.safetensors" &&
        [ "$(without_time "$place/log.csv")" = "$(without_time "$dir/usual/log.csv")" ] &&
        nothing_half_written
}

same_in() { # name, command that runs a command...
    local name=$1
    shift
    train_in "$@" && is_the_same
    result $? "$name: the same network, the same log"
}

left_out() { # name, reason
    echo "# left out: $1, $2"
}

train_in env
mv "$place" "$dir/usual"
check "the usual training" [ -s "$dir/usual/model.safetensors" ]

# ---- threads and processors ----

for threads in 64 0 -1 abc; do
    same_in "OMP_NUM_THREADS=$threads" env OMP_NUM_THREADS=$threads
done
same_in "OMP_DYNAMIC" env OMP_DYNAMIC=true OMP_NUM_THREADS=8
same_in "one processor" taskset -c "$(taskset -cp $$ | grep -oE '[0-9]+' | tail -n 1)"
same_in "nice" nice -n 10
cgroup=/sys/fs/cgroup/resnet-test-$$
if grep -qw cpu /sys/fs/cgroup/cgroup.subtree_control 2>/dev/null && mkdir $cgroup 2>/dev/null; then
    echo "50000 100000" >$cgroup/cpu.max
    same_in "a group's half of a processor" bash -c "echo \$\$ >$cgroup/cgroup.procs; exec \"\$@\"" -
    rmdir $cgroup
else
    left_out "a group's limit of processors" "groups cannot be made here"
fi
# A group's limits, as the system would tell them: 300 MB, all but 10 MB of them used, of which files
# that make room take 280 MB.
limited=(unshare -rm bash -c 'mount -t tmpfs none /sys/fs/cgroup && cd /sys/fs/cgroup &&
    echo "50000 100000" >cpu.max && echo 300000000 >memory.max && echo 290000000 >memory.current &&
    echo "inactive_file 280000000" >memory.stat && cd "$OLDPWD" && exec "$@"' -)
threads_of() { # command...: how many threads a training by it has
    rm -rf "$place"
    "$@" "$trainer" "${short[@]}" --epochs 1000 --out "$place" >"$out" 2>"$err" &
    until [ -e "$place/log.csv" ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
    sed -n 's/^Threads:\t//p' "/proc/$!/status"
    kill $!
    wait $!
}
if "${limited[@]}" true 2>/dev/null; then
    same_in "a container's half of a processor" "${limited[@]}"
    [ "$(threads_of "${limited[@]}")" = 1 ] && [ "$(threads_of env OMP_NUM_THREADS=3 "${limited[@]}")" = 3 ]
    result $? "... takes one thread, unless it is told how many"
    fails "a container without room" "the graph of images (4096, 28, 28, 1) needs" "GB are free" -- \
        run "${limited[@]}" "$trainer" --recipe basic --batch 4096 --limit 4096 --out "$dir/room"
else
    left_out "a container's limits" "nothing can be mounted here"
fi
if command -v qemu-x86_64 >/dev/null && grep -q avx "/proc/cpuinfo"; then
    fails "a build for a wider processor" "this program was built for processors with" "SIMD=sse" \
        -- run qemu-x86_64 -cpu Nehalem "$trainer" --help
else
    left_out "a build for a wider processor" "there is no qemu-x86_64"
fi

# ---- memory, stack, room ----

fails "too little memory" "out of memory" "choose a smaller batch" -- \
    run prlimit --as=2000000000 "$trainer" --batch 20000 --epochs 1 --out "$dir/memory"
same_in "a stack of half a megabyte" prlimit --stack=524288
fails "standard output without room" "standard output" -- \
    bash -c "\"\$@\" >/dev/full 2>'$err'" - "$trainer" "${short[@]}" --out "$dir/full"
run bash -c 'ulimit -c 0; "$@" | head -n 1' - "$trainer" "${short[@]}" --out "$dir/pipe"
says "^resnet20: " && [ ! -s "$err" ] && nothing_half_written
result $? "whoever reads one line alone gets it, and no error"

# ---- what surrounds the program ----

same_in "no gnuplot, no graphviz" env PATH=/nowhere
grep -q "gnuplot cannot be run: No such file" "$err"
result $? "it says what is missing"
same_in "no HOME, no folder for temporary files" env -u HOME TMPDIR=/nowhere
same_in "umask 077" bash -c 'umask 077; exec "$@"' -
same_in "closed standard streams" bash -c '"$@" <&- >&- 2>&-' -
place="$dir/a folder's \"odd\" name, ü"
same_in "an odd folder for the outputs" env
check "its curves are drawn" is_png "$place/curves.png"
place=$dir/out

# A comma as decimal point: in tables, in logs and in what gnuplot and awk read.
if localedef -i de_DE -f UTF-8 "$dir/de_DE.UTF-8" 2>/dev/null; then
    export LOCPATH=$dir
    same_in "a comma as decimal point" env LC_ALL=de_DE.UTF-8
    check "its curves are drawn" is_png "$place/curves.png"
    run env LC_ALL=de_DE.UTF-8 "$build/chapters/01_padding"
    cp "$out" "$dir/comma"
    run "$build/chapters/01_padding"
    check "tables are the same" same "$out" "$dir/comma"
    unset LOCPATH
else
    left_out "a comma as decimal point" "the sources of locales are not there"
fi

# ---- a tree somewhere else ----

tree="$dir/a folder with spaces, and 'quotes'"
copy_tree "$tree"
run make -s -j2 -C "$tree" check
says "pad_forward_loops" && [ -s "$tree/build/grade.json" ]
result $? "the grader works in a folder with spaces"
touch "$tree/common/base/csv.c"
run make -s -j2 -C "$tree" build/chapters/01_padding && run "$tree/build/chapters/01_padding"
result $? "a program is built there, and runs"

if ! command -v bwrap >/dev/null || ! bwrap --ro-bind / / true 2>/dev/null; then
    left_out "a source tree that cannot be written" "bubblewrap is missing or may not work here"
else
    cp -a "$tree/build" "$dir/elsewhere"
    rm -f "$dir"/elsewhere/obj/common/base/*.o "$dir/elsewhere/chapters/01_padding"
    run bwrap --ro-bind / / --dev /dev --bind "$dir" "$dir" --ro-bind "$tree" "$tree" \
        --setenv TMPDIR "$dir" --chdir "$tree" \
        make -s -j2 BUILD="$dir/elsewhere" "$dir/elsewhere/chapters/01_padding" &&
        run "$dir/elsewhere/chapters/01_padding"
    result $? "a source tree that cannot be written is built elsewhere"
fi
