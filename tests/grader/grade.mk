# Grading: make check, check-NN, hint-NN, diff-NN, reset-NN, run-NN, watch, grade-class.

GRADER  := $(BUILD)/grader
HARNESS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out tests/exercises/test_%, \
    $(wildcard tests/exercises/*.c)))
EXERCISE_TESTS := $(patsubst %.c,$(BUILD)/obj/%.o, \
    $(wildcard tests/exercises/test_$(or $(EXERCISE),*).c))
GRADER_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/grader/*.c tests/exercises/axes.c))

$(BUILD)/obj/tests/%.o: CPPFLAGS += -Itests

$(BUILD)/libharness.a: $(HARNESS)

$(GRADER): $(GRADER_OBJECTS) $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# A student's file: warnings, but none that stops; what has no value is far from any sensible one.
STUDENT_FLAGS = -std=gnu17 -O1 -g -Wall -Werror=implicit-function-declaration \
    -Werror=incompatible-pointer-types -Werror=int-conversion -fno-omit-frame-pointer \
    -fstack-protector-strong $(UNSET_VARIABLES) $(SIMD_FLAGS_$(SIMD)) -Icommon
UNSET_VARIABLES := $(shell echo | $(CC) -ftrivial-auto-var-init=pattern -E - >/dev/null 2>&1 && \
    echo -ftrivial-auto-var-init=pattern)

GRADE = GRADE_CC='$(CC)' GRADE_CFLAGS='$(STUDENT_FLAGS)' GRADE_LIBS='$(CHECK_LIBS) $(LDLIBS)' \
    $(GRADER) --build $(BUILD) $(if $(TAP),--tap) $(if $(XML),--xml)
GRADE_PARTS := $(GRADER) $(EXERCISE_TESTS) $(BUILD)/libharness.a $(BUILD)/libsolutions.a \
    $(BUILD)/libcommon.a

.PHONY: check grade-parts
grade-parts: $(GRADE_PARTS)

check: $(GRADE_PARTS)
	@$(GRADE)

check-%: $(GRADE_PARTS)
	@$(GRADE) --chapter $*

# For who writes exercises: stubs and wrong answers must fail, solutions pass. EXERCISE=function.
.PHONY: prove
prove: $(GRADE_PARTS)
	@$(GRADE) --prove $(if $(EXERCISE),--function $(EXERCISE))
