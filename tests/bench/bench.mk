# The benchmark: the kernels against the machine's peak, whole steps against PyTorch's and ONNX Runtime's.

BENCH := $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/bench/*.c))
$(BENCH): CPPFLAGS += -Ichapters

# Chapter 2 races the same passes on the same arrays.
BENCH += $(filter-out %/main.o,$(call chapter_objects,02_custom_conv))
BENCH_PYTHON ?= /usr/bin/python3

$(BUILD)/tests/bench: $(BENCH) $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(BENCH) $(LIBRARIES) $(LDLIBS) -o $@

.PHONY: mpi-bench
mpi-bench:
	@$(MAKE) --no-print-directory MPI=1 build/mpi/tests/bench

.PHONY: bench
bench: $(BUILD)/tests/bench $(if $(shell { pkg-config --exists ompi-c || mpicc --showme:version; } >/dev/null 2>&1 && echo yes),mpi-bench) ## measure kernels and steps, also PyTorch's and ONNX Runtime's (QUICK=1: in a minute)
	$(call SAY,with the functions of solutions/)
	$(BUILD)/tests/bench --out $(BUILD) --python $(BENCH_PYTHON) $(if $(QUICK),--quick) $(ARGS)

.PHONY: speedrun
speedrun: $(BUILD)/chapters/08_training $(BUILD)/tests/bench ## a recipe over seeds: accuracy and time, mean and deviation (RUNS=5 ARGS="--recipe long")
	@bash tests/bench/speedrun.sh $(BUILD) $(or $(RUNS),5) $(ARGS)

.PHONY: ablation
ablation: $(BUILD)/chapters/08_training ## what a recipe's ingredients are worth: eight in twelve trainings (40 minutes to two hours)
	@bash tests/bench/ablation.sh $(BUILD) $(ARGS)

.PHONY: bench-table
bench-table: ## the last benchmark's results as tables in Markdown
	@$(BENCH_PYTHON) tests/bench/readme_table.py $(BUILD)/bench.csv
