#!/usr/bin/env bash
# Recipes over seeds, and their ingredients: tests/commands/test_speedrun.sh BUILD.
source "$(dirname "$0")/lib.sh"

# A build folder whose benchmark is a stand-in: the machine's peak is 200 GFLOP/s. Its trainer notes
# each call.
mkdir -p "$dir/build/chapters" "$dir/build/tests"
cat >"$dir/build/tests/bench" <<'END'
#!/bin/sh
echo "$*" >>"${0%/*}/calls"
cat >"$4/bench.csv" <<'ROWS'
group,name,shape,pass,value,unit,ratio,ratio_to,target,flops_per_byte
machine,processor,A Processor,,2,threads,0,,0,0
machine,vector,,,8,floats,0,,0,0
machine,multiply-adds,one thread,,110,GFLOP/s,0,,0,0
machine,multiply-adds,all threads,,200,GFLOP/s,0,,0,0
ROWS
END
cat >"$dir/build/chapters/08_training" <<END
#!/bin/sh
echo "\$*" >>"$dir/trainings"
echo \$\$ >"$dir/pid"
exec "$PWD/$build/chapters/08_training" "\$@"
END
chmod +x "$dir"/build/*/*

small=(--limit 64 --limit-test 50 --batch 32 --resize 12)
speedrun() { # seeds, options...
    : >"$dir/trainings"
    run bash tests/bench/speedrun.sh "$dir/build" "$@"
}
trainings() {
    [ "$(wc -l <"$dir/trainings")" = "$1" ]
}

for runs in 0 -1 x 1.5 ""; do
    fails "RUNS=$runs is refused" "RUNS=$runs" "Give a number" -- speedrun "$runs"
done

# ---- the table, against the logs themselves ----

speedrun 3 "${small[@]}" --epochs 2 --threads 1
[ $? = 0 ] && trainings 3 && grep -q -- "--threads 1" "$dir/build/tests/calls"
result $? "three seeds, three trainings; the peak is measured with their number of threads"
python3 - "$dir" "$out" >>"$err" 2>&1 <<'END'
import csv, glob, re, statistics, sys
logs = [list(csv.DictReader(open(f"{folder}/log.csv")))[-1]
        for folder in sorted(glob.glob(sys.argv[1] + "/build/speedrun/*/seed[123]"))]
accuracies = [100 * float(row["test_accuracy"]) for row in logs]
seconds = [float(row["seconds"]) for row in logs]
text = open(sys.argv[2]).read()
rows = [line.split() for line in text.splitlines()]
assert [row[0] for row in rows if len(row) == 4] == ["1", "2", "3", "mean"], text
given = {row[0]: [float(number) for number in row[1:]] for row in rows
         if row and row[0] in ("1", "2", "3", "mean", "±")}
for seed in range(3):
    for got, expected, digits in zip(given[str(seed + 1)], (
            accuracies[seed], seconds[seed], 200 * seconds[seed]), (2, 1, 0)):
        assert abs(got - expected) <= 0.51 * 10 ** -digits, (seed, got, expected)
assert abs(given["mean"][0] - statistics.mean(accuracies)) <= 0.0051
assert abs(given["mean"][1] - statistics.mean(seconds)) <= 0.051
assert abs(given["mean"][2] - 200 * statistics.mean(seconds)) <= 0.51
assert abs(given["±"][0] - statistics.stdev(accuracies)) <= 0.0051
assert statistics.stdev(accuracies) > 0, "seeds that do not differ show nothing"
assert re.search(r"^\| \S+ ± \S+ % \| 3 \| 0:0\d \| \d+ \| A Processor \| ", text, re.M), text
END
result $? "accuracy, time and work of each seed; mean and standard deviation as Python's"

# ---- what is there already ----

cp "$out" "$dir/first"
speedrun 3 "${small[@]}" --epochs 2 --threads 1 && trainings 0 && same "$out" "$dir/first"
result $? "once more: nothing is trained, the table is the same"
speedrun 2 "${small[@]}" --epochs 2 --threads 1 && trainings 0 && ! says '^ *3 '
result $? "fewer seeds: their rows alone"
speedrun 4 "${small[@]}" --epochs 2 --threads 1 && trainings 1 && grep -q -- "--seed 4" "$dir/trainings"
result $? "one seed more: it alone is trained"
speedrun 1 "${small[@]}" --epochs 1 --threads 1 && trainings 1 && says '^ *mean' && says '± +\?$'
result $? "other options are other runs; one seed has no deviation"
speedrun 1 "${small[@]}" --epochs 1 --threads 1 --validation 32 &&
    accuracy=$(tail -n 1 "$(ls -td "$dir"/build/speedrun/*/seed1 | head -n 1)/validation.csv" | cut -d , -f 3) &&
    says '^ *seed +validation % ' && says "^ *1 +$(awk -v a="$accuracy" 'BEGIN { printf "%.2f", 100 * a }') "
result $? "with --validation, the accuracy of the images kept apart"
echo "# changed" >>"$dir/build/chapters/08_training"
speedrun 1 "${small[@]}" --epochs 1 --threads 1 && trainings 1
result $? "another program is trained anew"

# ---- interruption: of the second seed, after an epoch ----

long=("${small[@]}" --epochs 40 --threads 1)
: >"$dir/trainings"
bash tests/bench/speedrun.sh "$dir/build" 2 "${long[@]}" >"$out" 2>"$err" &
script=$!
until grep -q -- "--seed 2" "$dir/trainings" &&
    ls "$dir"/build/speedrun/*/seed2/training.safetensors >/dev/null 2>&1; do
    kill -0 $script 2>/dev/null || break
    sleep 0.02
done
kill -TERM "$(cat "$dir/pid")"
wait $script
[ $? = 143 ] && [ "$(wc -l <"$dir/trainings")" = 2 ]
result $? "a training that ends by a signal ends the script with its status"
speedrun 2 "${long[@]}" && trainings 1 && grep -q -- "--seed 2 .*--resume" "$dir/trainings" &&
    says '^ *2 '
result $? "the second call goes on with the second seed alone"
folder=$(dirname "$(ls -td "$dir"/build/speedrun/*/seed2 | head -n 1)")
run "$build/chapters/08_training" "${long[@]}" --seed 2 --out "$dir/whole" &&
    same "$dir/whole/model.safetensors" "$folder/seed2/model.safetensors"
result $? "what went on ends with the network of an unbroken training"

# ---- ingredients: twelve trainings, and what they tell ----

ablation() { # options...
    : >"$dir/trainings"
    run bash tests/bench/ablation.sh "$dir/build" "${small[@]}" --epochs 2 --threads 1 "$@"
}
fails "an ablation without a validation set is refused" "no images are kept apart" "--validation" -- ablation
ablation --validation 32 && trainings 12 && cp "$out" "$dir/first" && cp "$dir/trainings" "$dir/calls"
result $? "eight ingredients, twelve trainings"
python3 - "$dir" "$out" >>"$err" 2>&1 <<'END'
import glob, itertools, re, sys
calls = [line.split(" --out ") for line in open(sys.argv[1] + "/calls")]
last = [open(call[1].split()[0] + "/validation.csv").read().split()[-1].split(",") for call in calls]
text = open(sys.argv[2]).read()
halves = {}
for name, *given in re.findall(r"^\| `(.*?)` \| (\S+) \| (\S+) % \| (\S+) \| (\S+) % \| (\S+) \| (\S+) \|$", text, re.M):
    halves[name] = present = [(" " + name + " ") in " " + call[0] + " " for call in calls]
    means = [sum(float(row[column]) for row, there in zip(last, present) if there == side) / 6
             for side in (True, False) for column in (1, 2)]
    means = [means[0], 100 * means[1], means[2], 100 * means[3]]
    for got, expected, digits in zip(given, means + [means[2] - means[0], means[1] - means[3]], (4, 2) * 3):
        assert abs(float(got) - expected) <= 0.51 * 10 ** -digits, (name, given, means)
assert len(halves) == 8 and all(sum(half) == 6 for half in halves.values()), halves
for one, other in itertools.combinations(halves.values(), 2):
    assert sum(a and b for a, b in zip(one, other)) == 3, "two ingredients meet too often, or too rarely"
END
result $? "each ingredient six times, any two of them three times together; the means are Python's"
ablation --validation 32 && trainings 0 && same "$out" "$dir/first"
result $? "once more: nothing is trained, the table is the same"
