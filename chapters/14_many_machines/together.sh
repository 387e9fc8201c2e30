#!/usr/bin/env bash
# Runs a program as several processes that work together, by Open MPI's mpirun:
#
#     together.sh PROCESSES PROGRAM [ARGUMENTS...]
#
# MPIRUN  options of mpirun: "--hostfile hosts". Without any, all processes run on this machine and
#         share its processors.
#
# When a process dies, mpirun ends the others. Its banner is left out; in its place one line says
# who died, where, and what to go on from.
set -u
processes=$1
shift
command -v mpirun >/dev/null || {
    echo "error: mpirun is missing; install Open MPI: make setup MPI=1" >&2
    exit 1
}

options=(--mca odls_base_sigkill_timeout 2)
if [ -n "${MPIRUN:-}" ]; then
    read -ra given <<<"$MPIRUN"
    options+=("${given[@]}")
else
    threads=$(($(nproc) / processes))
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((threads > 0 ? threads : 1))}
    options+=(--oversubscribe --bind-to none)
fi
[ -t 1 ] || export TERM=dumb # mpirun gives the program a terminal of its own
[ "$(id -u)" != 0 ] || options+=(--allow-run-as-root)

banners=$(mktemp)
trap 'rm -f "$banners"' EXIT
# The program's own lines pass; banners stand between lines of dashes, or begin with [host:process].
exec 3> >(awk -v banners="$banners" '
    /^------------------------------*$/ { inside = !inside; next }
    inside || /^\[[^ ]+:[0-9]+\] / { print >banners; fflush(banners); next }
    { print; fflush() }' >&2)
filter=$!
mpirun "${options[@]}" -np "$processes" "$@" 2>&3
status=$?
exec 3>&-
wait "$filter"

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
        s/.*ORTE has lost communication with a remote daemon.*Remote host: *([^ ]+).*/a process on \1: the host is gone/p')
if [ -n "$who" ]; then
    state=$directory/training.safetensors
    if [ -e "$state" ]; then
        echo "error: $who, so all others were; go on with --resume $state" >&2
    else
        echo "error: $who, so all others were; there is no checkpoint in $directory yet: begin anew" >&2
    fi
fi
exit $status
