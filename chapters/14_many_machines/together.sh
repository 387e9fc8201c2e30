#!/usr/bin/env bash
# Runs a program as several processes that work together, by Open MPI's mpirun:
#
#     together.sh PROCESSES PROGRAM [ARGUMENTS...]
#
# MPIRUN  options of mpirun: "--hostfile hosts". Without any, all processes run on this machine and
#         share its processors.
#
# When a process dies or a host goes away, mpirun ends all others. Its banner is left out; in its
# place one line says who it was, where, and what to go on from.
set -u
processes=$1
shift
case $processes in *[!0-9]* | 0*) echo "error: PROCESSES=$processes is no number of processes" >&2 && exit 1 ;; esac
command -v mpirun >/dev/null || {
    echo "error: mpirun is missing; install Open MPI: make setup MPI=1" >&2
    exit 1
}

# A process's threads take any processor. A host that does not answer for four seconds is given up,
# by the others and they by it.
export OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_oob_tcp_keepalive_time=1 OMPI_MCA_oob_tcp_keepalive_intvl=1 \
    OMPI_MCA_oob_tcp_keepalive_probes=3

options=()
if [ -n "${MPIRUN:-}" ]; then
    read -ra given <<<"$MPIRUN"
    options+=("${given[@]}")
else
    threads=$(($(nproc) / processes))
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((threads > 0 ? threads : 1))}
    options+=(--oversubscribe)
fi
[ -t 1 ] || export TERM=dumb # mpirun gives the program a terminal of its own
[ "$(id -u)" != 0 ] || options+=(--allow-run-as-root)

banners=$(mktemp)
trap 'rm -f "$banners"' EXIT
# The program's own lines pass; banners stand between lines of dashes, or begin with [host:process] or
# [host][[job],rank]. Its status is 1 if an error passed. libevent's warnings, within mpirun, are of
# connections that are gone.
trap '' INT TERM HUP
exec 3> >(awk -v banners="$banners" '
    /^\[warn\] Epoll / { next }
    /^------------------------------*$/ { inside = !inside; next }
    inside || /^\[[^ ]+:[0-9]+\] / || /^\[[^] ]+\]\[\[[0-9]+,[0-9]+\],[0-9]+\]/ ||
        /: Forwarding signal [0-9]+ to job$/ {
        print >banners
        fflush(banners)
        next
    }
    { print; fflush() }
    /error: / { told = 1 }
    END { exit told }' >&2)
filter=$!
# mpirun itself would give its processes a second to end; but SIGUSR1 it hands on to all of them,
# and a training ends by it as by Ctrl-C. A process group of its own, so that a terminal's Ctrl-C
# comes here alone.
asked=0 launcher=
trap 'asked=1; [ -z "$launcher" ] || kill -USR1 $launcher' INT TERM HUP
set -m
mpirun "${options[@]}" -np "$processes" "$@" 2>&3 </dev/null &
launcher=$!
[ $asked = 0 ] || kill -USR1 $launcher
while wait $launcher; status=$?; kill -0 $launcher 2>/dev/null; do :; done
exec 3>&-
wait "$filter"
told=$?

directory=build/training
for ((i = 1; i <= $#; i++)); do
    case ${!i} in
    --out=*) directory=${!i#--out=} ;;
    --out) ((i++)) && directory=${!i:-} ;;
    esac
done
who=$(tr '\n' ' ' <"$banners" |
    sed -nE 's/.*process rank ([0-9]+) with PID [0-9]+ on node ([^ ]+) exited on signal ([0-9]+).*/process \1 on \2 was ended by signal \3/p
        t
        s/.*lost communication with a remote daemon.*Remote daemon: [^ ]+ on node ([^ ]+).*/the host \1 is gone/p
        t
        /unable to reliably start/ {
            s/Peer host: *([^ ]+)/\n\1\n/
            s/.*\n(.*)\n.*/the host \1 is gone/p
        }')
state=$directory/training.safetensors
if [ $status = 0 ] || [ $asked = 1 ]; then
    :
elif [ -z "$who" ]; then
    # mpirun's own errors: a host that cannot be reached. Who ended by itself has said why.
    [ $told = 1 ] || grep -q 'exited with non-zero status' "$banners" || cat "$banners" >&2
elif [ -e "$state" ]; then
    echo "error: $who, so all processes were ended; go on with --resume $state" >&2
else
    echo "error: $who, so all processes were ended; there is no checkpoint in $directory yet: begin anew" >&2
fi
exit $status
