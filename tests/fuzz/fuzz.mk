# Fuzzing: the same targets in a program by clang for libFuzzer, and in one that replays an input.

FUZZ_CC    ?= clang
FUZZ_BUILD := build/fuzz
FUZZ_FLAGS := -std=gnu17 -O2 -g -fopenmp -fno-math-errno -fno-trapping-math $(SIMD_FLAGS_$(SIMD)) \
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

FUZZ_TARGETS := $(patsubst %.c,$(OBJ)/%.o, \
    $(filter-out %/fuzzer.c %/replay.c,$(wildcard tests/fuzz/*.c)) \
    $(patsubst %,tests/%.c,library/arrays library/random_graph library/graph_twins \
        grader/records grader/files exercises/axes))
FUZZ_MAINS   := $(CHAPTERS:%=$(OBJ)/mains/%.o)
FUZZ_PARTS   := $(FUZZ_TARGETS) $(FUZZ_MAINS)
$(OBJ)/tests/fuzz/%.o: CPPFLAGS += -Ichapters

# Where numbers are computed, comparisons have nothing to tell about the input.
ifdef FUZZING
$(OBJ)/common/kernels/%.o $(OBJ)/solutions/%.o $(OBJ)/tests/library/%.o: \
    CPPFLAGS += -fno-sanitize-coverage=trace-cmp
endif

# A chapter as one object, of which others see main_NN_name() alone.
$(OBJ)/mains/%.o: $$(call chapter_objects,$$*)
	@mkdir -p $(@D)
	$(Q)$(LD) -r $^ -o $@.tmp
	$(Q)objcopy --redefine-sym main=main_$* --keep-global-symbol=main_$* $@.tmp $@
	@rm $@.tmp

# The functions that tests/fuzz/ puts before the real ones.
REPLAY_WRAPS := options_read
FUZZER_WRAPS := $(REPLAY_WRAPS) exit argp_parse argp_error fopen fmemopen fclose gzbuffer

$(BUILD)/tests/replay: $(OBJ)/tests/fuzz/replay.o $(FUZZ_PARTS) $(CHAPTER_PARTS) \
    $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(REPLAY_WRAPS:%=-Wl,--wrap=%) $(filter %.o,$^) $(LIBRARIES) $(LDLIBS) -o $@

$(BUILD)/fuzzer: $(OBJ)/tests/fuzz/fuzzer.o $(FUZZ_PARTS) $(CHAPTER_PARTS) \
    $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(FUZZER_WRAPS:%=-Wl,--wrap=%) \
	    $(filter %.o,$^) $(LIBRARIES) $(LDLIBS) -o $@

.PHONY: fuzz
SECONDS ?= 60
JOBS    ?= 1
fuzz: ## look for inputs that crash (SECONDS=60 for each target; TARGETS="idx csv" JOBS=1)
	@echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	    $(FUZZ_CC) -fsanitize=fuzzer -fopenmp -x c - -o /dev/null 2>/dev/null || \
	    { echo 'fuzz: $(FUZZ_CC) has no libFuzzer or no OpenMP; make setup MACHINES=1 installs them'; exit 1; }
	@$(MAKE) --no-print-directory FUZZING=1 BUILD=$(FUZZ_BUILD) CC=$(FUZZ_CC) \
	    CFLAGS='$(FUZZ_FLAGS)' LDFLAGS='-fopenmp -fsanitize=fuzzer,address,undefined' \
	    WARNINGS=-Wno-pass-failed $(FUZZ_BUILD)/fuzzer
	@JOBS=$(JOBS) bash tests/fuzz/fuzz.sh $(FUZZ_BUILD) $(SECONDS) $(TARGETS)
