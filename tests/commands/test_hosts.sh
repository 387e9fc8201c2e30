#!/usr/bin/env bash
# One training on four hosts: tests/commands/test_hosts.sh BUILD.
#
# The hosts are network namespaces (four_hosts.sh). They live within namespaces of users, mounts,
# networks and processes, so no rights are needed, and at the test's end, whatever ends it, the
# kernel takes away hosts, links and processes.
source "$(dirname "$0")/lib.sh"
source tests/commands/processes.sh
unset SIMD SANITIZE BUILD ARGS OMP_NUM_THREADS MPIRUN
together=(bash chapters/14_many_machines/together.sh)

# ---- what mpirun says, in one line ----

# Puts an mpirun in place that prints a warning of libevent and a banner, and ends, or waits until it
# is asked to end.
fake_mpirun() { # status or "waits", text
    mkdir -p "$dir/bin"
    cat >"$dir/bin/mpirun" <<SH
#!/bin/sh
trap 'echo asked; exit 138' USR1
line=---------------------------------------------------------------------
printf '%s\n' "[warn] Epoll MOD(4) on fd 27 failed." "\$line" "$2" "\$line" >&2
touch "$dir/bin/started"
while [ $1 = waits ]; do sleep 0.1; done
exit $1
SH
    chmod +x "$dir/bin/mpirun"
    rm -f "$dir/bin/started"
}

banner_says() { # name, status, banner, line
    fake_mpirun "$2" "$3"
    run env PATH="$dir/bin:$PATH" "${together[@]}" 4 program --out "$dir/none"
    [ $? = "$2" ] && grep -qE "^$4\$" "$err" && [ "$(wc -l <"$err")" = 1 ]
    result $? "$1"
}
ended="so all processes were ended; there is no checkpoint in $dir/none yet: begin anew"
banner_says "a process that was killed" 137 \
    "mpirun noticed that process rank 2 with PID 73 on node node3 exited on signal 9 (Killed)." \
    "error: process 2 on node3 was ended by signal 9, $ended"
banner_says "a host that is silent" 205 "ORTE has lost communication with a remote daemon.

  HNP daemon   : [[18458,0],0] on node node1
  Remote daemon: [[18458,0],3] on node node4
" "error: the host node4 is gone, $ended"
banner_says "a host that has closed its connections" 205 "ORTE was unable to reliably start one or more daemons.
  Peer host:  node3
  Peer host:  node1
-------------------------
[node1:42] 1 more process has sent help message" "error: the host node3 is gone, $ended"
banner_says "what only mpirun can know" 1 "no such list of hosts" "no such list of hosts"

fake_mpirun waits "mpirun detected that one or more processes exited with non-zero status"
env PATH="$dir/bin:$PATH" "${together[@]}" 4 program >"$out" 2>"$err" &
until [ -e "$dir/bin/started" ]; do sleep 0.05; done
kill -TERM $!
wait $!
[ $? = 138 ] && says '^asked$' && [ ! -s "$err" ]
result $? "who is asked to end asks the processes"

# ---- four hosts ----

enter=(unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc)

can_have_hosts() {
    "${enter[@]}" sh -ec "mount -t tmpfs tmpfs /run
        ip netns add other
        ip link add end type veth peer name end netns other
        ip link add switch type bridge
        tc qdisc add dev end root tbf rate 1gbit burst 128kb latency 10ms
        ip netns exec other unshare --uts hostname other"
}

if ! command -v mpirun >/dev/null || ! command -v mpicc >/dev/null; then
    echo "# left out: a training on four hosts, mpirun is not there; make setup MPI=1 installs it"
    exit
elif ! can_have_hosts 2>"$err"; then
    echo "# left out: a training on four hosts, namespaces cannot be had: $(head -n 1 "$err")"
    exit
fi
check "a build with MPI" make -s MPI=1 $trainer
# Whatever ends this process ends that world; its files are in this one's folder.
TMPDIR=$dir "${enter[@]}" bash tests/commands/four_hosts.sh "$build" &
trap 'kill -KILL $!; wait $!; exit 1' INT TERM HUP
wait $!
