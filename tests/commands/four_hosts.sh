#!/usr/bin/env bash
# Four hosts that train together: called by test_hosts.sh, in namespaces that are the test's own.
#
# A host is a network namespace, with a name. Its link of 1 Gbit/s leads to a switch. mpirun runs on
# node1 and starts processes elsewhere by a script that stands for ssh.
source "$(dirname "$0")/lib.sh"
source tests/commands/processes.sh

# ---- hosts ----

mount -t tmpfs tmpfs /run # ip's list of namespaces
ip link set lo up
ip link add switch up type bridge

plug() { # number
    ip link add "port$1" up master switch type veth peer name eth0 netns "node$1"
    ip -n "node$1" addr add "10.14.0.$1/24" dev eth0
    ip -n "node$1" link set eth0 up
    tc qdisc add dev "port$1" root tbf rate 1gbit burst 128kb latency 10ms
    tc -n "node$1" qdisc add dev eth0 root tbf rate 1gbit burst 128kb latency 10ms
}

unplug() { # number
    ip link delete "port$1"
}

for i in 1 2 3 4; do
    ip netns add node$i
    ip -n node$i link set lo up
    plug $i
    echo "node$i slots=1"
done >"$dir/hosts"

# A stand-in for ssh HOST COMMAND...: without this environment; it ends somewhat after the command.
# A file blind-HOST hides the data from the host.
cat >"$dir/remote" <<'SH'
#!/bin/sh
folder=$(dirname "$0") host=$1
shift
env -i PATH="$PATH" TMPDIR="$folder" ip netns exec "$host" unshare --uts sh -c "
    hostname $host; cd /
    [ ! -e $folder/blind-$host ] || mount -t tmpfs tmpfs $folder/data
    $*" || { status=$?; sleep 1; exit $status; }
SH
chmod +x "$dir/remote"

on_node1() { # command...
    ip netns exec node1 unshare --uts sh -c 'hostname node1; exec "$@"' sh "$@"
}

kill_all_on() { # host
    ip netns pids "$1" | xargs kill -KILL
}

# The four share this machine's processors.
export MPIRUN="--hostfile $dir/hosts --mca plm_rsh_agent $dir/remote --mca mpi_yield_when_idle 1"
short+=(--threads 1)
long+=(--ghost) # fewer messages

by() { # processes, options...
    local processes=$1
    shift
    run on_node1 timeout 1800 bash chapters/14_many_machines/together.sh "$processes" $trainer \
        "${short[@]}" "$@"
}

nobody_stays() { # on any host
    local i
    for ((i = 0; i < 600; i++)); do
        ps -e -o comm= | grep -Eqx 'mpirun|orted|08_training' || return 0
        sleep 0.1
    done
    ps -e >>"$err"
    return 1
}

# ---- the same bits ----

run env OMP_NUM_THREADS=1 "$build/chapters/08_training" "${short[@]}" --epochs 2 --out "$dir/usual"
check "one process, without MPI" [ -s "$dir/usual/model.safetensors" ]

by 4 --epochs 2 --out "$place" && is_the_usual "$dir/usual"
result $? "four hosts: the network and log of one process"

# 10 steps; 2 (p - 1) / p n bytes of gradients each, out of each host: chapter 14.
over_the_link() { # number
    local bytes
    bytes=$(tc -s qdisc show dev "port$1" | tr '\n' ' ' |
        sed -nE 's/^qdisc tbf .* rate 1Gbit .* Sent ([0-9]+) bytes.*/\1/p')
    echo "port$1: $bytes bytes" >>"$err"
    [ "${bytes:-0}" -gt $((10 * 2 * 3 * 273050 * 4 / 4)) ]
}
all over_the_link 1 2 3 4
result $? "their gradients went over links of 1 Gbit/s"

# ---- ends, wanted or not ----

ends() { # name, pattern of the one line
    local began=$SECONDS status
    wait $launcher
    status=$?
    # A slow machine draws curves after each epoch, and is interrupted in that.
    nobody_stays && [ $status != 0 ] && grep -qE "$2" "$err" &&
        [ "$(grep -vcE '^Killed$|^Terminated$|not drawn' "$err")" = 1 ]
    result $? "$1"
    echo "# ended within $((SECONDS - began)) s"
}
go_on="so all processes were ended; go on with --resume $place/training.safetensors\$"

start_long on_node1
check "a process is killed" kill -KILL "$(member 2)"
ends "it is named, with its host" "^error: process 2 on node3 was ended by signal 9, $go_on"

start_long on_node1
check "a host is switched off" kill_all_on node3
ends "the host is named" "^error: .*node3 .*$go_on"

start_long on_node1
check "the link of mpirun's host breaks" unplug 1
ends "all others end, too" "^error: the host node[234] is gone, $go_on"
plug 1

start_long on_node1
check "a host's link breaks" unplug 4
ends "the host is named, and ends its process" "^error: the host node4 is gone, $go_on"

sed -i /node4/d "$dir/hosts"
by 2 "${long[@]}" --out "$place" --resume "$place/training.safetensors" &&
    run "$build/chapters/08_training" "${short[@]}" "${long[@]}" --out "$dir/whole" &&
    is_the_usual "$dir/whole"
result $? "two of the hosts go on, and end with the files of one process"
plug 4
echo "node4 slots=1" >>"$dir/hosts"

start_long on_node1
check "mpirun is asked to end" pkill -TERM -f '^bash chapters/14_many_machines/together.sh'
wait $launcher
status=$? # by the signal, or, where a host hears of it by the others first, as if by SIGTERM
[[ $status = 138 || $status = 143 ]] && nobody_stays && says "^interrupted in epoch .* nothing is lost" && [ ! -s "$err" ]
result $? "all hosts leave a state and end"

# ---- errors of one host ----

mkdir "$dir/data" "$dir/full"
find "$(dirname "$(fashion_mnist train-images)")" -type f -exec ln -s {} "$dir/data" \;
touch "$dir/blind-node3"
fails "one host has no data" "process 2 on node3: error: $dir/data" -- \
    by 4 --data "$dir/data" --out "$place"
mount -t tmpfs -o size=1M tmpfs "$dir/full"
fails "the first host's disk is full" "process 0 on node1: error: $dir/full/" "make room" -- \
    by 4 --epochs 1 --out "$dir/full"
check "nobody is left" nobody_stays
umount "$dir/full"
