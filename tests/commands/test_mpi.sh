#!/usr/bin/env bash
# Chapter 14 and trainings by several processes: tests/commands/test_mpi.sh BUILD.
#
# Where mpirun and mpicc are, builds BUILD's twin for MPI (build/mpi) and wants the bytes of one
# process from any number; elsewhere a line says that this is left out.
source "$(dirname "$0")/lib.sh"
source tests/commands/processes.sh
unset SIMD SANITIZE BUILD ARGS OMP_NUM_THREADS MPIRUN

# ---- the chapter's program ----

tree_rows() { # how many rows of the tree have other bits than none
    [ "$(grep -cE '^ +along the tree(, by MPI)? +[1248] +0 +0.0e\+00$' "$out")" = "$1" ]
}
orders=$build/chapters/14_many_machines
run "$orders"
tree_rows 4 && says '^ +one after the other +1 +[1-9][0-9,]+ ' && says '^ +around a ring +8 +[1-9][0-9,]+ ' &&
    says '16,777,218$' && says '^ +1024 +22.21 +1.95 +184.0 +163.7$'
result $? "orders of a sum: the tree's are the same by 1, 2, 4 and 8 processes, others are not"
fails "14_many_machines: no data" "$dir/none" -- run "$orders" --data "$dir/none"

printf '%s\n' layers,side,images,rate,gbits,latency,ghost,buckets,nodes,simulated,model \
    20,28,32,320,25,10,1,16,4,0.125,0.16 20,28,32,320,25,10,1,16,64,0.2,0.25 >"$dir/scaling.csv"
run "$orders" --scaling "$dir/scaling.csv" --out "$dir"
says '^ +Gbit/s +us +statistics +overlap +4 nodes +64 nodes$' &&
    says '^ +25 +10 +ghost +yes +80.0 \(62.5\) +50.0 \(40.0\)$' && has_picture "$dir/scaling.png"
result $? "simulated steps as a table and a picture"
fails "14_many_machines: no simulated steps" "$dir/none" "make scaling" -- run "$orders" --scaling "$dir/none"
fails "make scaling: an unknown option" "--node" -- run bash chapters/14_many_machines/scaling.sh --node 4
fails "make scaling without SimGrid: the remedy is named" "make setup MPI=1" -- \
    run env PATH="$dir" "$BASH" chapters/14_many_machines/scaling.sh

if ! command -v mpirun >/dev/null || ! command -v mpicc >/dev/null; then
    echo "# left out: trainings by several processes, mpirun is not there; make setup MPI=1 installs it"
    fails "without mpirun, the remedy is named" "make setup MPI=1" -- \
        run env PATH="$dir" "$BASH" chapters/14_many_machines/together.sh 2 true
    exit
fi

orders=build/mpi/chapters/14_many_machines
check "a build with MPI" make -sj"$(nproc)" MPI=1 $trainer $orders
run bash chapters/14_many_machines/together.sh 4 $orders
tree_rows 5 && says '^ +along the tree, by MPI +4 ' && says '^A sum over these 4 processes'
result $? "orders of a sum by MPI"

run make -n run-14 PROCESSES=2
says "MPI= PROCESSES= BUILD=build banner-14"
result $? "a student's functions are graded by the build without MPI"

by() { # processes, options...
    local processes=$1
    shift
    run timeout 300 bash chapters/14_many_machines/together.sh "$processes" $trainer "${short[@]}" "$@"
}

losses() { # the epochs' lines, without speed
    grep '^epoch' "$out" | sed 's/  *[0-9,]* img.*//' | grep test
}

# mpirun does not wait for those whom it kills.
nobody_is_left() {
    local i
    for ((i = 0; i < 100; i++)); do
        pgrep -f -- "--out $place" >/dev/null || return 0
        sleep 0.1
    done
    return 1
}

# ---- the same bits ----

run env OMP_NUM_THREADS=1 "$build/chapters/08_training" "${short[@]}" --epochs 2 --out "$dir/usual"
check "one process, without MPI" [ -s "$dir/usual/model.safetensors" ]
usual_losses=$(losses)

same_by() { # name, processes
    rm -rf "$place"
    by "$2" --epochs 2 --out "$place" && is_the_usual "$dir/usual" &&
        [ "$(losses)" = "$usual_losses" ] && [ "$(grep -c 'training graph' "$out")" = 1 ]
    result $? "$1: the same network, log and losses, said once"
}
for processes in 1 2 4 8; do same_by "$processes processes" $processes; done
OMP_NUM_THREADS=2 same_by "2 processes of two threads" 2
MPIRUN="--oversubscribe --mca btl self,tcp --mca btl_tcp_if_include lo" same_by "2 processes through TCP" 2

run env OMP_NUM_THREADS=1 "$build/chapters/08_training" "${short[@]}" --epochs 1 --ghost \
    --early-stopping 2 --out "$dir/ghost"
rm -rf "$place"
by 4 --epochs 1 --ghost --early-stopping 2 --out "$place" && is_the_usual "$dir/ghost" &&
    same "$place/best.safetensors" "$dir/ghost/best.safetensors" &&
    same "$place/validation.csv" "$dir/ghost/validation.csv"
result $? "4 processes with ghost batch norms and validation: the same network, log and validation"
run env OMP_NUM_THREADS=1 "$build/chapters/08_training" "${short[@]}" --recipe quick --epochs 3 --out "$dir/quick"
rm -rf "$place"
by 4 --recipe quick --epochs 3 --out "$place" && is_the_usual "$dir/quick"
result $? "4 processes leave out the easy images that one process leaves out"
! same "$dir/ghost/model.safetensors" "$dir/usual/model.safetensors"
result $? "ghost batch norms are other mathematics"

# ---- ends, wanted or not ----

start_long
check "a process is killed" kill -KILL "$(member 2)"
wait $launcher
status=$?
[ $status != 0 ] && [ "$(wc -l <"$err")" = 1 ] && nobody_is_left &&
    grep -qE "^error: process 2 on .* signal 9.*--resume $place/training.safetensors\$" "$err"
result $? "one line says who died, where, and what to go on from; all others are gone"

by 2 "${long[@]}" --out "$place" --resume "$place/training.safetensors"
run env OMP_NUM_THREADS=2 "$build/chapters/08_training" "${short[@]}" "${long[@]}" --out "$dir/whole"
is_the_usual "$dir/whole"
result $? "2 processes go on where 4 broke off, and end with the files of one"

start_long
check "a process is asked to end" kill -TERM "$(member 1)"
wait $launcher
[ $? != 0 ] && says "^interrupted in epoch" && says "^to go on: the same command, with --resume" && nobody_is_left
result $? "one process is asked to end: all leave a state and end"
by 8 "${long[@]}" --out "$place" --resume "$place/training.safetensors"
is_the_usual "$dir/whole"
result $? "8 processes go on within the epoch"

# ---- what does not fit ----

together=(run bash chapters/14_many_machines/together.sh)
fails "groups that are no power of two" "groups: 12" "power of two" -- \
    "${together[@]}" 2 $trainer --groups 12 --batch 24 --limit 48 --out "$place"
fails "groups that do not divide the batch" "groups: 16" "batch of 24" -- \
    "${together[@]}" 2 $trainer --groups 16 --batch 24 --limit 48 --out "$place"
fails "fewer groups than processes" "groups: 2" "4 processes" -- \
    "${together[@]}" 4 $trainer --groups 2 --limit 256 --out "$place"
fails "three processes" "3 processes" "power of two" -- \
    "${together[@]}" 3 $trainer --limit 256 --out "$place"
fails "an option's value" "--batch: '0'" -- "${together[@]}" 4 $trainer --batch 0
fails "no data" "/nowhere" -- "${together[@]}" 4 $trainer --data /nowhere --out "$place"
fails "the textbook loops" "one process" -- \
    "${together[@]}" 2 $trainer --kernels loops --limit 256 --out "$place"
"${together[@]}" 4 $trainer --grups 3
[ "$(grep -c grups "$err")" = 1 ]
result $? "an unknown option is told once"

# ---- simulated machines ----

if ! command -v smpirun >/dev/null; then
    echo "# left out: simulated machines, SimGrid is not there; make setup MPI=1 installs it"
    exit
fi
check "a build with SimGrid" make -sj"$(nproc)" MPI=smpi build/smpi/chapters/08_training build/smpi/simulated_step
scaling=(run env BUILD="$build" bash chapters/14_many_machines/scaling.sh --out "$place")
rm -rf "$place"
"${scaling[@]}" --only bits --nodes 64 && says "^ +64 nodes: checkpoint [0-9a-f]{16}$" &&
    OMP_NUM_THREADS=1 "$build/chapters/08_training" --recipe basic --data "$place/images" --batch 64 --groups 64 --resize 12 \
        --epochs 1 --out "$dir/alone" >"$dir/alone.log" 2>"$err" &&
    same "$dir/alone/model.safetensors" "$place/64/model.safetensors" &&
    [ "$(without_time "$dir/alone/log.csv")" = "$(without_time "$place/64/log.csv")" ]
result $? "64 simulated machines: the network and log of one"

# Ghost norms, no overlap: the loss's exchange, 273,050 gradients and 1,376 moving averages.
rm -rf "$place"
"${scaling[@]}" --only pattern --nodes 4,16 --gbits 10 --layers 20 && has_picture "$place/scaling.png" &&
    awk -F, -v images=32 '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        { rows++; simulated = $column["simulated"]; model = $column["model"] }
        simulated < images / 1380 || simulated < 0.999 * model || simulated > 1.01 * model { wrong = 1 }
        $column["ghost"] == 1 && $column["buckets"] == 1 {
            p = $column["nodes"]
            levels = log(p) / log(2)
            sums = 2 * (p - 1) / p * 4 * (273050 + 1376) / 1.25e9 + 4 * levels * 10e-6
            by_hand = images / 1380 + levels * (10e-6 + 8 / 1.25e9) + sums
            checked += simulated > 0.999 * by_hand && simulated < 1.001 * by_hand
        }
        END { exit !(rows == 8 && checked == 2 && !wrong) }' "$place/scaling.csv"
result $? "simulated steps take what their exchanges take by hand, and by the cost model"
