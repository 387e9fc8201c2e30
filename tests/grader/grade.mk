# Grading: make check, check-NN, hint-NN, diff-NN, reset-NN, run-NN, predict-NN, watch, grade-class.

GRADER  := $(BUILD)/grader
HARNESS := $(patsubst %.c,$(OBJ)/%.o,$(filter-out tests/exercises/test_%, \
    $(wildcard tests/exercises/*.c)))
EXERCISE_TESTS := $(patsubst %.c,$(OBJ)/%.o, \
    $(wildcard tests/exercises/test_$(or $(EXERCISE),*).c))
GRADER_OBJECTS := $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/grader/*.c tests/exercises/axes.c))

$(OBJ)/tests/%.o: CPPFLAGS += -Itests

$(BUILD)/libharness.a: $(HARNESS)

$(GRADER): $(GRADER_OBJECTS) $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# The exercises as a student finds them, derived from the solutions.
STUBS := $(patsubst solutions/%,$(BUILD)/stubs/%,$(wildcard solutions/*/*.c))
$(BUILD)/stubs/%.c: solutions/%.c tests/grader/stub.awk
	@mkdir -p $(@D)
	@awk -f tests/grader/stub.awk $< >$@.tmp
	@mv $@.tmp $@

# The wrong answers, made of the lists of mistakes; `misfits` says which could not be made.
MISTAKES := $(patsubst tests/exercises/mistakes/%.txt,$(BUILD)/mistakes/%/misfits, \
    $(wildcard tests/exercises/mistakes/*.txt))
$(BUILD)/mistakes/%/misfits: tests/exercises/mistakes/%.txt $$(wildcard solutions/*/$$*.c) \
    tests/grader/mistakes.awk
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@awk -v folder=$(@D) -f tests/grader/mistakes.awk $(filter solutions/%,$^) $< >$@.tmp
	@mv $@.tmp $@

# A student's file: warnings, but none that stops; what has no value is far from any sensible one.
STUDENT_FLAGS = -std=gnu17 -O1 -g -Wall -Wtype-limits -Werror=implicit-function-declaration \
    -Werror=incompatible-pointer-types -Werror=int-conversion -fno-omit-frame-pointer \
    -fstack-protector-strong $(UNSET_VARIABLES) $(SIMD_FLAGS_$(SIMD)) -Icommon
UNSET_VARIABLES := $(shell echo | $(CC) -ftrivial-auto-var-init=pattern -E - >/dev/null 2>&1 && \
    echo -ftrivial-auto-var-init=pattern)

# The sanitizers need more memory than a test may have; the tests' arrays are fenced in any case.
GRADE = $(if $(SANITIZER),$(error grading knows no SANITIZE; run-NN does))GRADE_CC='$(CC)' GRADE_CFLAGS='$(STUDENT_FLAGS)' GRADE_LIBS='$(CHECK_LIBS) $(LDLIBS)' \
    $(GRADER) --build $(BUILD) $(if $(EXERCISE),--function $(EXERCISE))
# check-1 is check-01.
CHAPTER = $(if $(filter 0 1 2 3 4 5 6 7 8 9,$*),0)$*
GRADE_OPTIONS = $(if $(TAP),--tap) $(if $(XML),--xml) $(if $(PICTURES),--pictures)
GRADE_PARTS := $(GRADER) $(STUBS) $(MISTAKES) $(EXERCISE_TESTS) $(BUILD)/libharness.a \
    $(BUILD)/libsolutions.a $(BUILD)/libcommon.a

.PHONY: grade-parts
grade-parts: $(GRADE_PARTS)

# Said before the first of the compiler's lines.
ifeq ($(wildcard $(GRADER)),)
$(GRADE_PARTS): | announce-grader
endif
.PHONY: announce-grader
announce-grader:
	$(call SAY,building the library, the tests and the grader: once, a minute or two)

.PHONY: check
check: $(GRADE_PARTS) ## grade exercises/ (check-NN: one chapter, every test; TAP=1 XML=1 PICTURES=1)
	@$(GRADE) $(GRADE_OPTIONS)

check-%: $(GRADE_PARTS)
	@$(GRADE) --chapter $(CHAPTER) $(GRADE_OPTIONS)

.PHONY: watch
watch: $(GRADE_PARTS) ## grade again on every save
	@bash tests/grader/watch.sh $(MAKE) --no-print-directory --ignore-errors check

.PHONY: hint-NN diff-NN reset-NN run-NN predict-NN
hint-NN: ## one hint more, below those before it (hint-05; EXERCISE=function)
diff-NN: ## your file beside the solution
reset-NN: ## back to the stub, with a backup (YES=1: unasked)
run-NN: ## run a chapter's program with your passing functions (ARGS="..." KERNELS=mine GRAPH=mine SOURCE=solutions)
predict-NN: ## guess first: ask a lesson's predictions, run its experiments, set guess beside result
hint-NN diff-NN reset-NN run-NN predict-NN:
	@echo "Give the chapter's number: make $(@:NN=05)"

hint-%: $(GRADE_PARTS)
	@$(GRADE) --hint --chapter $(CHAPTER)

diff-%: $(GRADE_PARTS)
	@function=$$($(GRADE) --current --chapter $(CHAPTER)) && \
	    bash tests/grader/diff.sh $(CHAPTER) "$$function"

.PHONY: reset-all
reset-all: $(STUBS) ## all of exercises/ back to the stubs, with backups (YES=1: unasked)
	@YES=$(YES) bash tests/grader/reset.sh $(BUILD)/stubs all

reset-%: $(STUBS)
	@YES=$(YES) bash tests/grader/reset.sh $(BUILD)/stubs $(CHAPTER) $(EXERCISE)

# A chapter's program with the student's passing functions, and the solutions of all others. The
# objects are made of the very files that were graded. One archive holds both, so that the linker
# takes what the program uses, and each function's only form.
GRADED  := $(if $(SANITIZER),build,$(OBJ:%/obj=%))
PASSING := $(patsubst %,$(OBJ)/exercises/%.o,$(shell cat $(GRADED)/grade/passing 2>/dev/null))

$(OBJ)/exercises/%.o: exercises/%.c $(GRADED)/grade/%/answer.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Wall -c $< -o $@
$(GRADED)/grade/%/answer.c: ;

FUNCTIONS := $(BUILD)/run/functions.a
.PHONY: FORCE
$(FUNCTIONS): $(PASSING) $(filter-out $(PASSING:$(OBJ)/exercises/%=$(OBJ)/solutions/%),$(SOLUTIONS)) FORCE
	@mkdir -p $(@D)
	@rm -f $@
	@$(AR) rcs $@ $(filter %.o,$^)

$(BUILD)/run/%: $$(call chapter_objects,$$*) $(FUNCTIONS) $(BUILD)/libcommon.a FORCE
	@$(CC) $(LDFLAGS) $(filter %.o,$^) -Wl,--start-group $(FUNCTIONS) $(BUILD)/libcommon.a -Wl,--end-group \
	    $(LDLIBS) -o $@

chapter_of = $(or $(notdir $(wildcard chapters/$(CHAPTER)_*)),$(error there is no chapter $*))
RUN_FOLDER := $(BUILD)/$(if $(filter solutions,$(SOURCE)),chapters,run)

# The banner counts the exercises' functions that the program calls: those that the linker put into it,
# but without KERNELS=mine of the loops, and without GRAPH=mine of the walk, those alone that the
# chapter's own objects call.
UNUSED = ^x$(if $(filter mine,$(KERNELS)),,|_loops$$$$)$(if $(filter mine,$(GRAPH)),,| backward_(step|walk)$$$$| last_uses$$$$)
NAMES_CALLED = nm $(BUILD)/chapters/$(chapter_of) | grep -Ev '$(UNUSED)'; \
    nm $(call chapter_objects,$(chapter_of)) | sed -n 's/ U / T /p'

# Sanitizers and MPI run what their build without them has graded.
ELSEWHERE := $(if $(filter $(BUILD),$(GRADED)),,SANITIZE= MPI= PROCESSES= BUILD=$(GRADED))

run-%: $(if $(ELSEWHERE),,$(GRADE_PARTS))
	@$(if $(filter solutions,$(SOURCE)),,$(MAKE) -s --no-print-directory $(ELSEWHERE) banner-$(CHAPTER))
	@$(MAKE) -sq $(RUN_FOLDER)/$(chapter_of) || $(MAKE) --no-print-directory $(RUN_FOLDER)/$(chapter_of)
	@KERNELS=$(KERNELS) GRAPH=$(GRAPH) SOURCE=$(SOURCE) TOGETHER='$(TOGETHER)' \
	    bash tests/grader/run.sh $(RUN_FOLDER)/$(chapter_of) $(ARGS)

banner-%: $(GRADE_PARTS) $$(BUILD)/chapters/$$(chapter_of)
	@{ $(NAMES_CALLED); } >$(BUILD)/chapters/symbols && \
	    $(GRADE) --banner --chapter $(CHAPTER) --symbols $(BUILD)/chapters/symbols

# A student's guesses lie in build/ whatever the build's folder: grade-class counts them there.
predict-%:
	@MAKE='$(MAKE)' bash tests/grader/predict.sh chapters/$(chapter_of)/README.md build/predictions/$(CHAPTER)

.PHONY: grade-class class-report
CLASS = --class '$(or $(DIR),$(error give the folder of submissions: DIR=folder))'
grade-class: $(GRADE_PARTS) ## grade a folder of submissions (DIR=folder OUT=class.csv)
	@$(GRADE) $(CLASS) --csv '$(or $(OUT),class.csv)'

class-report: $(GRADE_PARTS) ## the same as a page, with a page for each student (DIR=folder OUT=report.html)
	@$(GRADE) $(CLASS) --report '$(or $(OUT),report.html)'

# For who writes exercises: stubs and wrong answers must fail, solutions pass. EXERCISE=function.
.PHONY: prove
prove: $(GRADE_PARTS)
	@$(GRADE) --prove
