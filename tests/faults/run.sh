#!/usr/bin/env bash
# Faults: what becomes of a training that is killed, whose writes fail, whose files are damaged, or
# that meets another one. After each fault the training is resumed, or begun anew where no state was
# written yet, and has to end with the files of a training without faults.
#
#     tests/faults/run.sh BUILD [short]
#
# Prints a table of faults, tries and outcomes; exit status 0 only if each outcome is one of those
# that are allowed. Needs strace, which fails or kills at a system call of choice.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$(realpath "${1:?usage: $0 BUILD [short]}")
form=${2:-long}
trainer=$build/chapters/08_training damage=$build/tests/damage
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive

if [ "$form" = short ]; then
    moments=5 mutations=300 races=2 every=8 sizes="1"
else
    moments=200 mutations=10000 races=20 every=1 sizes="1 2 3 4 5 6 8 10"
fi

# ---- the training ----

# Random images, since faults are not about accuracy: 48 for training, 16 for testing.
number() { printf "\\x$(printf %02x $(($1 >> 24 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 & 255)))"; }
idx() { # name, count
    { number 0x803 && number "$2" && number 8 && number 8 && head -c $((64 * $2)) /dev/urandom; } \
        >"$dir/data/$1-images-idx3-ubyte"
    { number 0x801 && number "$2" && head -c "$2" /dev/urandom | tr '\000-\377' '[\000*128][\001*]'; } \
        >"$dir/data/$1-labels-idx1-ubyte"
}
mkdir "$dir/data" && idx train 48 && idx t10k 16

# A state after every step: the smallest interval is over each time. Without gnuplot on the PATH, no
# other program runs.
options=(--data "$dir/data" --recipe basic --keep 0.8 --hard 0.5 --batch 16 --epochs 2 --validation 8 --checkpoint-every 0.000001)
train() { # folder, options...
    local folder=$1
    shift
    PATH=/nonexistent "$trainer" "${options[@]}" --out "$folder" "$@"
}

columns() { cut -d, -f1,2,4- "$1/log.csv"; }
is_whole() { # folder: all files are those of the training without faults
    cmp -s "$dir/whole/model.safetensors" "$1/model.safetensors" &&
        cmp -s "$dir/whole/best.safetensors" "$1/best.safetensors" &&
        cmp -s "$dir/whole/validation.csv" "$1/validation.csv" &&
        [ "$(columns "$dir/whole")" = "$(columns "$1")" ] &&
        [ -z "$(find "$1" -name '*.tmp')" ]
}

# ---- the table ----

worst=0
declare -A outcomes
tally() { outcomes[$1]=$((${outcomes[$1]:-0} + 1)); }
bad() { # what: not allowed
    tally "FAILED: $1"
    worst=1
    rm -rf "$dir/failed" && cp -r "$dir/cut" "$dir/failed" 2>/dev/null
}
row() { # fault
    local tries=0 text="" outcome
    for outcome in "${!outcomes[@]}"; do
        tries=$((tries + outcomes[$outcome]))
        text="$text${text:+; }${outcomes[$outcome]} $outcome"
    done
    [ $tries -gt 0 ] || [[ $1 == "a disk of no MB" ]] || { text="FAILED: it never happened" && worst=1; }
    printf '| %s | %d | %s |\n' "$1" "$tries" "$text"
    outcomes=()
}

# Goes on after a fault and says how it went.
recover() { # how the faulty run ended
    local how="went on" from=(--resume "$dir/cut/training.safetensors")
    [ -e "$dir/cut/training.safetensors" ] || { how="began anew" && from=(); }
    if ! train "$dir/cut" "${from[@]}" >"$dir/out" 2>"$dir/err"; then
        bad "$1, then: $(grep -m1 '^error' "$dir/err" | cut -c1-80)"
    elif ! is_whole "$dir/cut"; then
        bad "$1, $how, with other files"
    else
        tally "$1, $how to the same files"
    fi
}

# ---- kills and failing calls ----

calls=(openat write fsync rename unlinkat mkdir flock)

count() { # call: how often the training makes it
    rm -rf "$dir/cut"
    strace -qq -e trace="$1" -e signal=none -E PATH=/nonexistent -o "$dir/trace" \
        "$trainer" "${options[@]}" --out "$dir/cut" >/dev/null 2>&1
    wc -l <"$dir/trace"
}

inject() { # call, which, what
    rm -rf "$dir/cut"
    strace -qq -e trace="$1" -e inject="$1:$3:when=$2" -E PATH=/nonexistent -o /dev/null \
        "$trainer" "${options[@]}" --out "$dir/cut" >"$dir/out" 2>"$dir/err"
}

killed_at_each_call() {
    local call i
    for call in "${calls[@]}"; do
        for ((i = 1; i <= ${counted[$call]}; i += every)); do
            inject "$call" "$i" signal=KILL
            mkdir -p "$dir/cut"
            recover killed
        done
    done 2>/dev/null
    row "SIGKILL at each ${calls[*]}"
}

# A call that fails ends the training with a message; one that does not matter (a line for a
# terminal) lets it end well.
failing() { # call, error
    local i
    for ((i = 1; i <= ${counted[$1]}; i += every)); do
        inject "$1" "$i" "error=$2"
        case $? in
        0) if is_whole "$dir/cut"; then tally "ended well"; else bad "ended with other files"; fi ;;
        1)
            mkdir -p "$dir/cut"
            if ! grep -q '^error: .*; .' "$dir/err"; then
                bad "ended without a remedy"
            elif [ -n "$(find "$dir/cut" -name '*.tmp')" ]; then
                bad "left a temporary file"
            else
                recover "a message"
            fi
            ;;
        *) bad "ended with status $?" ;;
        esac
    done
    row "$1 fails with $2, each in turn"
}

# A power cut leaves the old file or the new one if the new one is on the disk before it is moved, and
# its directory after that.
synced() {
    rm -rf "$dir/cut"
    strace -qq -e trace=fsync,rename -e signal=none -E PATH=/nonexistent -o "$dir/trace" \
        "$trainer" "${options[@]}" --out "$dir/cut" >/dev/null 2>&1
    local moves
    moves=$(sed 's/(.*//' "$dir/trace" | tr '\n' ' ')
    while [[ $moves == "fsync rename fsync "* ]]; do
        tally "synced before and after"
        moves=${moves#fsync rename fsync }
    done
    [ -z "$moves" ] || bad "$moves"
    row "files moved into place"
}

killed_at_random() {
    local i begin seconds
    begin=$(date +%s%N)
    rm -rf "$dir/cut" && train "$dir/cut" >/dev/null 2>&1
    seconds=$((($(date +%s%N) - begin) / 1000))
    # In the foreground timeout waits for the training that it killed, which holds the lock till then.
    for ((i = 0; i < moments; i++)); do
        rm -rf "$dir/cut"
        timeout --foreground -s KILL "$(((RANDOM * 32768 + RANDOM) % seconds + 1))e-6" \
            env PATH=/nonexistent "$trainer" "${options[@]}" --out "$dir/cut" >/dev/null 2>&1
        mkdir -p "$dir/cut"
        recover "killed or ended"
    done 2>/dev/null
    row "SIGKILL at a random moment"
}

# ---- a disk of so many megabytes ----

full_disks() {
    local size
    unshare -rm mount -t tmpfs none "$dir/data" 2>/dev/null || sizes="" # containers may forbid it
    for size in $sizes; do
        unshare -rm bash -c '
            mkdir -p "$1/cut" && mount -t tmpfs -o size="$2m" none "$1/cut" || exit
            shift 2
            "$@" --out "$0/cut" >"$0/out" 2>"$0/err"
            status=$?
            mount -o remount,size=100m "$0/cut"
            rm -rf "$0/saved" && cp -r "$0/cut" "$0/saved"
            exit $status' "$dir" "$dir" "$size" env PATH=/nonexistent "$trainer" "${options[@]}"
        case $? in
        0) tally "had room" ;;
        1)
            rm -rf "$dir/cut" && mv "$dir/saved" "$dir/cut"
            grep -q 'No space left on device; make room' "$dir/err" || bad "ended without a remedy"
            recover "a message"
            ;;
        *) bad "ended with status $?" ;;
        esac
    done
    row "a disk of $(echo ${sizes:-no} | sed 's/ /, /g') MB"
}

# ---- two trainings, one folder ----

two_writers() {
    local i first second refused
    for ((i = 0; i < races; i++)); do
        rm -rf "$dir/cut"
        train "$dir/cut" >/dev/null 2>"$dir/err1" &
        first=$!
        train "$dir/cut" >/dev/null 2>"$dir/err2" &
        second=$!
        wait $first
        first=$?
        wait $second
        second=$?
        refused=$(cat "$dir"/err[12] | grep -c 'another training writes into this directory')
        if ! is_whole "$dir/cut"; then
            bad "other files"
        elif [ $((first + second)) = 1 ] && [ "$refused" = 1 ]; then
            tally "one refused, the other ended well"
        elif [ $((first + second)) = 0 ]; then
            tally "one after the other"
        else
            bad "status $first and $second"
        fi
    done
    row "two trainings into one folder"
}

# ---- damage ----

damaged() { # file
    local line
    line=$("$damage" "$dir/whole/$1" "$mutations") || worst=1
    printf '| %s, damaged | %s\n' "$1" "$line"
}

train "$dir/whole" >/dev/null 2>"$dir/err" || { cat "$dir/err" >&2 && exit 1; }
echo "| fault | tries | outcome |"
echo "| --- | --- | --- |"
if strace -qq -o /dev/null true 2>/dev/null; then
    declare -A counted
    for call in "${calls[@]}"; do counted[$call]=$(count "$call"); done
    killed_at_each_call
    synced
    failing write ENOSPC
    failing write EIO
    failing fsync EIO
    failing rename EIO
    failing openat ENOSPC
else
    echo "| system calls | 0 | left out: strace is not there, or may not trace |"
fi
killed_at_random
full_disks
two_writers
for file in model.safetensors training.safetensors best.safetensors log.csv; do damaged $file; done
exit $worst
