#!/usr/bin/env bash
# Runs a program as one process on each of many simulated machines, by SimGrid's SMPI. Its
# arithmetic is done in earnest, one process after the other; its time, as far as the program sees
# it, is that of the simulated machines.
#
#     simulate.sh MACHINES PROGRAM [ARGUMENTS...]     PROGRAM: built with make MPI=smpi
#
# GBITS    of each machine's link, a second (default 10)
# LATENCY  of a message, in microseconds (default 10)
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
           bw="${bytes}Bps" lat="${latency}us"/>
</platform>
XML
for ((i = 0; i < machines; i++)); do echo "machine$i"; done >"$folder/hosts"
# One thread each; each process has its own copy of all global variables.
OMP_NUM_THREADS=1 smpirun -np "$machines" -platform "$folder/platform.xml" \
    -hostfile "$folder/hosts" --cfg=smpi/host-speed:1Gf --cfg=smpi/privatization:dlopen --log=root.thres:error "$@"
