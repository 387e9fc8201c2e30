# shellcheck shell=bash
# What the tests of trainings by several processes share, behind lib.sh.
trainer=build/mpi/chapters/08_training
short=(--recipe basic --limit 160 --limit-test 100 --batch 32 --groups 8 --resize 12)
long=(--epochs 24 --checkpoint-every 0)
place=$dir/out # the training's

without_time() { # log
    cut -d, -f1,2,4- "$1"
}

is_the_usual() { # folder
    same "$place/model.safetensors" "$1/model.safetensors" &&
        [ "$(without_time "$place/log.csv")" = "$(without_time "$1/log.csv")" ] &&
        nothing_half_written
}

# Starts a long training of 4 processes in the background and waits for its first checkpoint.
start_long() { # command that starts together.sh...
    rm -rf "$place"
    "$@" bash chapters/14_many_machines/together.sh 4 $trainer "${short[@]}" "${long[@]}" \
        --out "$place" >"$out" 2>"$err" </dev/null &
    launcher=$!
    until [ -e "$place/training.safetensors" ]; do
        kill -0 $launcher 2>>"$err" || return 1
        sleep 0.02
    done
}

member() { # rank: its process
    local process
    for process in $(pgrep -x 08_training); do
        grep -qz "^OMPI_COMM_WORLD_RANK=$1\$" "/proc/$process/environ" 2>/dev/null &&
            grep -qzF -- "$place" "/proc/$process/cmdline" && echo "$process"
    done
}
