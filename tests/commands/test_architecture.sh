#!/usr/bin/env bash
# The floors: tests/commands/test_architecture.sh BUILD.
#
# common/README.md lists the folders of common/, lowest floor first. No file needs anything of a
# higher floor, and no two modules (x.h and x.c are one) need each other, directly or around others.
# What files need is read from their includes, and from what their objects leave undefined.
source "$(dirname "$0")/lib.sh"

# ---- what includes and calls what ----

# The floors in order: kernels for the line "kernels/   plain functions ..." of the first block.
awk '/^```/ { if (inside++) exit } inside { print $1 }' common/README.md |
    sed -n 's|^\([a-z]*\)/$|\1|p' >"$dir/floors"

files=$(find common chapters/[0-9]* exercises solutions tests -name '*.[ch]')
# "FILE INCLUDED" a line: the file that the compiler finds, or the name as it stands if none does.
grep -HoE '^ *# *include +"[^"]+"' $files | tr -d ' "' | sed 's/:#include/ /' |
    awk -v generated="$build/obj" '
        NR == FNR { exists[$1]; next }
        {
            beside = $1
            sub(/[^\/]*$/, $2, beside)
            while (sub(/[^\/]+\/\.\.\//, "", beside))
                ;
            split(beside " common/" $2 " tests/" $2 " chapters/" $2, place)
            for (i = 1; i <= 4 && !(place[i] in exists); i++)
                ;
            if (i <= 4)
                print $1, place[i]
            else if (system("test -e " generated "/" $2) != 0)
                print $1, $2
        }' <(printf '%s\n' $files) - >"$dir/includes"

# "FILE FILE SYMBOL" a line: the first needs what the second one's object defines. Chapters
# are programs of their own, so they may have the same names.
sources=$(find common chapters/[0-9]* solutions -name '*.c' ! -path common/base/mpi.c ! -name simulated_step.c) # MPI's alone
objects=$(printf "$build/obj/%s.o\n" ${sources//.c/})
nm -gA $objects 2>"$err" | sed "s|^$build/obj/||; s|\.o:| |" |
    awk '$2 == "U" { print $1 ".c", $3; next }
        $4 != "main" { print $1 ".c", $4, "defined" }' >"$dir/symbols"
check "the objects of common/, chapters/ and solutions/ are there" [ ! -s "$err" ]
awk 'function chapter(file) { return file ~ /^chapters/ ? substr(file, 1, 11) : "" }
    NR == FNR { if (NF == 3) home[$2] = home[$2] " " $1; next }
    NF == 2 {
        count = split(home[$2], file)
        for (i = 1; i <= count; i++)
            if (!chapter($1) || !chapter(file[i]) || chapter($1) == chapter(file[i]))
                print $1, file[i], $2
    }' "$dir/symbols" "$dir/symbols" >"$dir/calls"

# ---- no arrow up ----

none() { # name: what stands in $out are the violations
    : >"$err"
    [ ! -s "$out" ]
    result $? "$1"
}

find common -mindepth 2 -name '*.[ch]' | cut -d/ -f2 | sort -u | comm -3 - <(sort "$dir/floors") |
    awk -F'\t' '{ print $1 != "" ? "common/" $1 " is no floor of common/README.md" : \
        "the floor " $2 " of common/README.md is no folder of common/" }' >"$out"
none "the floors of common/README.md are the folders of common/"

# Of lines "FILE NEEDED ..." those whose file is in common/ and that the floors forbid.
arrows_up() { # verb
    awk -v verb="$1" '
        NR == FNR { floor[$1] = NR; next }
        { split($1, from, "/"); split($2, to, "/") }
        from[1] != "common" { next }
        { what = $1 " " verb " " $2 (NF > 2 ? " (" $3 ")" : "") }
        !(to[1] == "common" && to[2] in floor) {
            print what ": it is on no floor of common/"
            next
        }
        floor[to[2]] > floor[from[2]] { print what ": " to[2] "/ is above " from[2] "/" }' \
        "$dir/floors" -
}
arrows_up includes <"$dir/includes" >"$out"
none "common/ includes nothing of a higher floor"
grep -v ' solutions/' "$dir/calls" | arrows_up calls >"$out"
none "common/ calls nothing of a higher floor"

awk '{ split($1, from, "/"); split($2, to, "/") }
    from[1] == "chapters" && to[1] != "common" && (to[1] != "chapters" || to[2] != from[2]) {
        print $1 " includes " $2 ": a chapter has common/ and its own folder" }' \
    "$dir/includes" >"$out"
none "a chapter includes common/ and its own folder alone"
awk '$1 ~ /^(exercises|solutions)\// && $2 !~ /^common\// {
        print $1 " includes " $2 ": it is outside common/" }' "$dir/includes" >"$out"
none "exercises and solutions include common/ alone"

# What readers write and the library calls is a contract, so a header of pieces/ or models/ has it.
grep -hoE '\w+\(' common/pieces/*.h common/models/*.h | tr -d '(' >"$dir/contracts"
awk 'NR == FNR { declared[$1]; next }
    $1 ~ /^common\// && $2 ~ /^solutions\// && !($3 in declared) {
        print $1 " calls " $3 ": neither pieces/ nor models/ declares it" }' \
    "$dir/contracts" "$dir/calls" >"$out"
none "what the library calls of solutions/ is declared in pieces/ or models/"

# ---- no circle ----

# "MODULE MODULE WHY" a line: the first needs the second. A header without a .c is no module of its
# own to a .c that includes it: that needs what the header includes.
awk '
    function module(file) { sub(/\.[ch]$/, "", file); return file }
    function need(user, file, why, depth,   i) {
        if (user ~ /c$/ && !(module(file) in has_code) && depth < 9)
            for (i = 1; i <= count[file]; i++)
                need(user, included[file, i], why, depth + 1)
        else if (module(user) != module(file))
            print module(user), module(file), why
    }
    NR == FNR { if (/\.c$/) has_code[module($1)]; next }
    NF == 3 { need($1, $2, $1 " calls " $2 " (" $3 ")"); next }
    { user[++edges] = $1; file[edges] = $2; included[$1, ++count[$1]] = $2 }
    END { for (e = 1; e <= edges; e++) need(user[e], file[e], user[e] " includes " file[e]) }' \
    <(printf '%s\n' $files) "$dir/calls" "$dir/includes" >"$dir/needs"

# The loops of the modules of these folders, each a line for every need.
circles() { # modules' pattern
    awk -v modules="^$1\$" '$1 ~ modules && $2 ~ modules' "$dir/needs" >"$dir/group"
    cut -d' ' -f1,2 "$dir/group" | sort -u | tsort 2>&1 >/dev/null |
        awk 'function close_loop() { if (last) print "  " why[last, first]; last = first = "" }
            NR == FNR { edge = $1 SUBSEP $2; $1 = $2 = ""; sub(/^ +/, ""); why[edge] = $0; next }
            /input contains a loop/ { close_loop(); print "a circle:"; next }
            { if (last) print "  " why[last, $2]; else first = $2; last = $2 }
            END { close_loop() }' "$dir/group" -
}
circles "common/.*" >"$out"
none "no circle of modules in common/"
circles "chapters/.*" >"$out"
none "no circle of modules in a chapter"
for folder in exercises grader bench library; do
    circles "tests/$folder/[^/]*" >"$out"
    none "no circle of modules in tests/$folder/"
done
