#!/usr/bin/env bash
# Runs a program as one process on each of many simulated machines, by SimGrid's SMPI. Its
# arithmetic is done in earnest, one process after the other; its time, as far as the program sees
# it, is that of the simulated machines.
#
#     simulate.sh MACHINES PROGRAM [ARGUMENTS...]     PROGRAM: built with make MPI=smpi
#
# Each machine has one link to a switch that carries everything at once. A message takes LATENCY, and
# its bytes by GBITS; nothing else is modelled.
#
# GBITS    of each machine's link, a second, either way (default 10)
# LATENCY  of a message, in microseconds (default 10)
# PATTERN  if not empty: PROGRAM is simulated_step, of which each machine has two processes
set -eu
machines=$1
shift
command -v smpirun >/dev/null || {
    echo "error: smpirun is missing; install SimGrid: make setup MPI=1" >&2
    exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bytes=$(awk -v gbits="${GBITS:-10}" 'BEGIN { printf "%.0f", gbits * 125e6 }')
# A message takes two links.
latency=$(awk -v latency="${LATENCY:-10}" 'BEGIN { printf "%g", latency / 2 }')
cat >"$folder/platform.xml" <<XML
<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <cluster id="machines" prefix="machine" suffix="" radical="0-$((machines - 1))" speed="1Gf"
           bw="${bytes}Bps" lat="${latency}us" loopback_bw="1000GBps" loopback_lat="0us"/>
</platform>
XML
for ((i = 0; i < machines; i++)); do echo "machine$i"; done >"$folder/hosts"
processes=$machines
# By default each process has its own copy of all global variables.
settings=(--cfg=smpi/host-speed:1Gf --cfg=smpi/privatization:dlopen)
if [ -n "${PATTERN:-}" ]; then
    processes=$((2 * machines))
    settings=(--cfg=smpi/simulate-computation:no --cfg=smpi/privatization:no)
fi
# SimGrid's own factors are those of one old cluster.
settings+=(--cfg=smpi/lat-factor:0:1 --cfg=smpi/bw-factor:0:1 --cfg=network/crosstraffic:0)
OMP_NUM_THREADS=1 smpirun -np "$processes" -platform "$folder/platform.xml" \
    -hostfile "$folder/hosts" "${settings[@]}" --log=root.thres:error "$@"
