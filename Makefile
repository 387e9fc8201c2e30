# ResNet in C, piece by piece. `make help` lists what there is to do.

# No built-in rules: to look through them for each file takes longer than all else.
MAKEFLAGS += -r

SIMD ?= native
SOURCE ?= exercises
KERNELS ?=
GRAPH ?=
ARGS ?=

# MACHINE=aarch64-linux-gnu: for another processor, with Debian's cross compiler and multiarch.
# SANITIZE=1: the address and undefined-behaviour sanitizers; SANITIZE=thread, with clang.
# MPI=1: programs of which several processes work together (PROCESSES=4 implies it); MPI=smpi: the same
# for SimGrid's simulated machines.
CC        := $(MACHINE:%=%-)gcc
SANITIZER := $(patsubst 1,address,$(SANITIZE))

MPI       := $(or $(MPI),$(PROCESSES:%=1))

# Each build has its own folder, so that objects never mix: build/avx2, build/clang-thread, ... But
# MPI=1 changes one file alone: its programs, in build/mpi, are made of the other build's objects.
BUILD_NAME := $(filter-out native,$(SIMD)) $(filter-out gcc,$(notdir $(CC))) $(SANITIZER) $(filter smpi,$(MPI))
empty      :=
comma      := ,
folder      = build$(addprefix /,$(subst $(empty) ,-,$(strip $1)))
BUILD      ?= $(call folder,$(BUILD_NAME) $(patsubst 1,mpi,$(filter 1,$(MPI))))
BUILD      := $(BUILD)
OBJ        := $(if $(filter 1,$(MPI)),$(call folder,$(BUILD_NAME)),$(BUILD))/obj

ifeq ($(MPI),smpi)
CC := smpicc
endif

# V=1 shows the compiler's command lines.
Q   := $(if $(V),,@)
SAY = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,echo '  $(1)')

SIMD_FLAGS_native  = $(if $(MACHINE),,-march=native)
SIMD_FLAGS_avx512 := -march=x86-64-v4
SIMD_FLAGS_avx2   := -march=x86-64-v3
SIMD_FLAGS_sse    := -march=x86-64
SIMD_FLAGS_scalar := -DSIMD_SCALAR
SIMD_FLAGS_wasm   := -msimd128
ifndef SIMD_FLAGS_$(SIMD)
$(error SIMD=$(SIMD) is unknown; use scalar, sse, avx2, avx512, native or wasm)
endif

WARNINGS := -Wall -Wextra -Werror
CFLAGS   := -std=gnu17 $(if $(SANITIZER),-O2,-O3) -g -fopenmp -fno-math-errno -fno-trapping-math \
    $(SIMD_FLAGS_$(SIMD))
# gcc 12 for AArch64 breaks off where it makes vectors of reductions by these.
ifeq ($(firstword $(subst -, ,$(or $(MACHINE),$(shell uname -m)))),aarch64)
CFLAGS += -fno-builtin-fmax -fno-builtin-fmin
endif
# What is headers alone; setup looks there, too.
STB_INCLUDE  ?= /usr/include/stb
ONNX_INCLUDE ?= /usr/include
# Asked when the first of them is needed, so that `make setup train` can install the packages first.
PKG_CONFIG    = $(MACHINE:%=PKG_CONFIG_LIBDIR=/usr/lib/%/pkgconfig:/usr/share/pkgconfig) pkg-config
LIBRARY_FLAGS = $(eval LIBRARY_FLAGS := $(shell $(PKG_CONFIG) --cflags jansson zlib libprotobuf-c) -isystem $(STB_INCLUDE))$(LIBRARY_FLAGS)
LDLIBS        = $(eval LDLIBS := $(shell $(PKG_CONFIG) --libs jansson zlib libprotobuf-c) $(if $(MPI),$(call mpi_flags,libs,link)) -lm)$(LDLIBS)
mpi_flags     = $(if $(filter 1,$(MPI)),$(shell $(PKG_CONFIG) --$1 ompi-c 2>/dev/null || mpicc --showme:$2))
CHECK_LIBS    = $(eval CHECK_LIBS := $(shell $(PKG_CONFIG) --libs check))$(CHECK_LIBS)
CPPFLAGS      = -Icommon -I$(OBJ) -MMD -MP $(LIBRARY_FLAGS)
LDFLAGS      := -fopenmp -Wl,--undefined=processor_check -Wl,--undefined=streams_check
ifdef SANITIZER
SANITIZER_FLAGS := -fsanitize=$(patsubst address,address$(comma)undefined,$(SANITIZER))
CFLAGS  += $(SANITIZER_FLAGS) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += $(SANITIZER_FLAGS)
endif

ONNX      := $(OBJ)/onnx/onnx.pb-c
COMMON    := $(patsubst %.c,$(OBJ)/%.o,$(filter-out common/base/$(if $(MPI),alone,mpi).c, \
    $(wildcard common/*/*.c common/*/*/*.c))) $(ONNX).o
SOLUTIONS := $(patsubst %.c,$(OBJ)/%.o,$(wildcard solutions/*/*.c))
TESTS     := $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/library/*.c))
CHAPTERS  := $(patsubst chapters/%/main.c,%,$(wildcard chapters/*/main.c))
C_FILES   := $(wildcard common/*/*.[ch] common/*/*/*.[ch] chapters/*/*.[ch] solutions/*/*.c \
    tests/*/*.[ch])
PAGE_FILES := $(wildcard chapters/site/*/*.[ch] chapters/site/*/*/*.[ch] tests/site/*/*.[ch])
EXERCISE_FILES := $(wildcard exercises/*/*.c tests/exercises/*/*/*.c)

.PHONY: all
all: $(CHAPTERS:%=$(BUILD)/chapters/%)

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(call SAY,compile $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) -c $< -o $@

# C code that reads and writes ONNX files, from the ONNX project's own description of them.
$(ONNX).c:
	$(call SAY,generate $@)
	$(Q)mkdir -p $(@D)
	$(Q)$$(command -v protoc-c || echo protoc) -I$(ONNX_INCLUDE) --c_out=$(OBJ) onnx/onnx.proto
$(ONNX).h: $(ONNX).c ;
$(ONNX).o: $(ONNX).c
	$(call SAY,compile $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
$(COMMON) $(TESTS): | $(ONNX).h
$(OBJ)/common/base/mpi.o: CPPFLAGS += $(call mpi_flags,cflags,compile)
$(TESTS): CPPFLAGS += -Ichapters
# Others' code, which shifts bits out of an int.
$(OBJ)/common/data/stb.o: CFLAGS += -fno-sanitize=undefined

ifeq ($(SIMD),wasm)
include chapters/site/wasm/wasm.mk
endif

# Archives are made anew, so that a file that is gone leaves no object behind.
$(BUILD)/libcommon.a: $(COMMON)
$(BUILD)/libsolutions.a: $(SOLUTIONS)
$(BUILD)/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# The library calls what readers write (common/pieces, common/models), and that calls the library:
# the two are one group.
LIBRARIES ?= -Wl,--start-group $(BUILD)/libsolutions.a $(BUILD)/libcommon.a -Wl,--end-group

# A chapter's program: main.c and whatever stands beside it, but for what only SimGrid can run.
SIMULATED       := chapters/14_many_machines/simulated_step
chapter_objects = $(patsubst %.c,$(OBJ)/%.o,$(filter-out $(SIMULATED).c,$(wildcard chapters/$1/*.c)))

.SECONDEXPANSION:
$(BUILD)/chapters/%: $$(call chapter_objects,$$*) $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(LIBRARIES) $(LDLIBS) -o $@

# The chapters' own code that the library's tests call: all of a chapter but its main().
CHAPTER_PARTS := $(filter-out %/main.o,$(call chapter_objects,11_classify) \
    $(call chapter_objects,13_regression) $(call chapter_objects,14_many_machines)) \
    $(OBJ)/chapters/12_regularization/weights.o

# A training step of many simulated machines; with MPI=smpi alone.
$(BUILD)/simulated_step: $(OBJ)/$(SIMULATED).o \
    $(filter-out %/main.o,$(call chapter_objects,14_many_machines)) $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(LIBRARIES) $(LDLIBS) -o $@

# The tests count the program's own calls of these: tests/library/allocations.c.
ALLOCATORS := malloc calloc realloc aligned_alloc posix_memalign

$(BUILD)/tests/library: $(TESTS) $(CHAPTER_PARTS) $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(ALLOCATORS:%=-Wl,--wrap=%) $(TESTS) $(CHAPTER_PARTS) $(LIBRARIES) $(CHECK_LIBS) $(LDLIBS) -o $@

# Writes networks as ONNX, and what they compute: tests/commands/test_onnx.sh.
$(BUILD)/tests/onnx_models: $(OBJ)/tests/onnx/write_models.o $(BUILD)/libsolutions.a \
    $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $< $(LIBRARIES) $(LDLIBS) -o $@

# Damages a training's files and reads them: tests/faults/run.sh.
$(BUILD)/tests/damage: $(OBJ)/tests/faults/damage.o $(BUILD)/libsolutions.a \
    $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $< $(LIBRARIES) $(LDLIBS) -o $@

.PHONY: setup
setup: ## install the packages and find or fetch Fashion-MNIST (MACHINES=1: test-builds' too; SITE=1: the pages'; MPI=1: PROCESSES=')
	MACHINES='$(MACHINES)' SITE='$(SITE)' MPI='$(MPI)' bash datasets/setup.sh

# What starts several processes of a program.
TOGETHER := $(PROCESSES:%=bash chapters/14_many_machines/together.sh %)

.PHONY: train
train: $(BUILD)/chapters/08_training ## train chapter 8's model on Fashion-MNIST, with solutions/ (ARGS="..."; PROCESSES=4: by so many, with MPI)
	$(call SAY,with the functions of solutions/; make run-08 trains with yours)
	$(TOGETHER) $(BUILD)/chapters/08_training $(ARGS)

.PHONY: plot
plot: $(BUILD)/chapters/08_training ## draw the curves of build/training again (ARGS="--out DIR": of another)
	$(BUILD)/chapters/08_training --plot $(ARGS)

# SimGrid's programs are another build's.
.PHONY: scaling
scaling: $(BUILD)/chapters/14_many_machines ## chapter 14 on up to 1,024 simulated machines (ARGS="--nodes 256 --gbits 25"; with MPI=1 in make setup)
	@command -v smpicc >/dev/null || { echo "error: smpicc is missing; install SimGrid: make setup MPI=1" >&2; exit 1; }
	$(Q)$(MAKE) --no-print-directory MPI=smpi BUILD=build/smpi build/smpi/chapters/08_training build/smpi/simulated_step
	BUILD=$(BUILD) bash chapters/14_many_machines/scaling.sh $(ARGS)

TEST_PROGRAMS := library onnx_models damage replay
.PHONY: test-programs
test-programs: $(TEST_PROGRAMS:%=$(BUILD)/tests/%) all grade-parts

.PHONY: test
test: test-programs ## the repository's own tests
	bash tests/run.sh $(BUILD)

.PHONY: test-library
test-library: $(BUILD)/tests/library
	bash tests/run.sh $(BUILD) library

# Compilers, vector widths, sanitizers, valgrind and AArch64, as far as this machine has them. The
# slow ones run a part of the suites, unless ALL=1.
.PHONY: test-builds
test-builds: ## the library's tests in every build: widths, clang, sanitizers, AArch64 (ALL=1: all of each)
	ALL=$(ALL) bash tests/builds.sh

.PHONY: faults
faults: $(BUILD)/chapters/08_training $(BUILD)/tests/damage ## kill trainings, fail their calls, damage their files
	bash tests/faults/run.sh $(BUILD)

.PHONY: format
format: ## lay out all C files by .clang-format
	@clang-format -i $(C_FILES) $(PAGE_FILES) $(EXERCISE_FILES)

# One file at a time: over many at once, clang-tidy 14 reports what is not there. NODES: how far the
# analyzer goes into a function; clang's own 225000 takes more than twice as long.
NODES ?= 40000
.PHONY: lint
lint: MPI_FLAGS = $(shell $(PKG_CONFIG) --cflags ompi-c 2>/dev/null)
lint: $(ONNX).h ## clang-tidy over all C files but exercises and stb
	@printf '%s\n' $(filter-out common/data/stb.c $(if $(MPI_FLAGS),,common/base/mpi.c) $(if $(wildcard /usr/include/smpi/mpi.h),,$(SIMULATED).c),$(filter %.c,$(C_FILES))) | xargs -P $(shell nproc) -I FILE \
	    clang-tidy --quiet FILE -- -std=gnu17 -fopenmp -Icommon -Itests -Ichapters -I$(OBJ) $(LIBRARY_FLAGS) $(MPI_FLAGS) \
	    -Xclang -analyzer-config -Xclang max-nodes=$(NODES)

.PHONY: clean
clean: ## remove what make built; trainings, and builds by SIMD= or MPI=, stay
	rm -rf build/obj build/chapters build/tests build/*.a build/run build/grade build/stubs build/mistakes

.PHONY: help
help: ## list all of these
	@sed -n 's/^\([a-z][a-zA-Z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | \
	    awk -F'\t' '{ printf "%-20s %s\n", $$1, $$2 }'

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
.SECONDARY:
include tests/grader/grade.mk
ifeq ($(SIMD),wasm)
include chapters/site/kit/kit.mk
endif
include tests/bench/bench.mk
include tests/fuzz/fuzz.mk
include chapters/site/site.mk
