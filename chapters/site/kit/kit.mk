# The kit: what the exercises' page compiles, links and grades a student's file with. build/wasm/kit/
#     root/               headers, libraries and objects, as the compiler in the page sees them
#     judge               the grader, as WebAssembly
#     wrong/FUNCTION/     the wrong answers' verdicts and records
#     site/               what becomes build/site/kit: these as one archive, the compiler, the exercises

KIT      := $(BUILD)/kit
KIT_ROOT := $(KIT)/root
KIT_HERE := chapters/site/kit

$(OBJ)/tests/exercises/%.o $(OBJ)/tests/grader/%.o: CPPFLAGS += -I$(KIT_HERE)
$(OBJ)/$(KIT_HERE)/%.o: CPPFLAGS += -Itests -I$(KIT_HERE)

# wasi-libc knows no realpath(); in a page's files there are no links.
$(OBJ)/tests/grader/rules.o: CPPFLAGS += '-Drealpath(path, to)=strdup(path)'

# Of the harness, what needs processes, signals or pages stands in this folder instead.
KIT_REPLACED := harness harness_confine harness_faults harness_walls
KIT_HARNESS  := $(filter-out $(KIT_REPLACED:%=$(OBJ)/tests/exercises/%.o),$(HARNESS)) \
    $(OBJ)/$(KIT_HERE)/harness.o $(OBJ)/$(KIT_HERE)/harness_walls.o
KIT_GRADER   := answer diagnose exercises files grade object records rules verdict
KIT_HEADERS  := $(wildcard common/*/*.h common/*/*/*.h)
KIT_SYSTEM   := /usr/include/wasm32-wasi
KIT_CLANG    := /usr/lib/llvm-19/lib/clang/19
KIT_LIBC     := libc.a libm.a libc-printscan-long-double.a libwasi-emulated-getpid.a \
    libwasi-emulated-process-clocks.a libwasi-emulated-signal.a crt1-command.o

$(KIT_ROOT)/libharness.a: $(KIT_HARNESS)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(KIT)/judge: $(OBJ)/$(KIT_HERE)/judge.o $(KIT_GRADER:%=$(OBJ)/tests/grader/%.o) \
    $(OBJ)/tests/exercises/axes.o $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

KIT_TESTS := $(patsubst $(OBJ)/tests/exercises/%,$(KIT_ROOT)/tests/%,$(EXERCISE_TESTS))
$(KIT_ROOT)/tests/%.o: $(OBJ)/tests/exercises/%.o
	@mkdir -p $(@D)
	@cp $< $@

$(KIT_ROOT)/made: $(KIT_HERE)/kit.mk $(KIT_HEADERS) $(BUILD)/libcommon.a $(BUILD)/libsolutions.a \
    $(STUBS) $(wildcard tests/exercises/*.txt)
	@mkdir -p $(@D)/clang $(@D)/lib $(@D)/build
	@cp --parents tests/exercises/exercises.txt tests/exercises/rules.txt $(@D)
	@rm -rf $(@D)/build/stubs && cp -r $(BUILD)/stubs $(@D)/build
	@cp --parents $(KIT_HEADERS) $(@D)
	@cp $(BUILD)/libcommon.a $(BUILD)/libsolutions.a $(@D)
	@rm -rf $(@D)/include && cp -r $(KIT_SYSTEM) $(@D)/include && rm -rf $(@D)/include/c++
	@cp $(wildcard $(KIT_CLANG)/include/__std*.h $(KIT_CLANG)/include/std*.h) \
	    $(addprefix $(KIT_CLANG)/include/,float.h inttypes.h iso646.h limits.h tgmath.h) $(@D)/clang
	@cp $(KIT_LIBC:%=/usr/lib/wasm32-wasi/%) $(KIT_CLANG)/lib/wasi/libclang_rt.builtins-wasm32.a $(@D)/lib
	@touch $@


KIT_PARTS := $(KIT_ROOT)/made $(KIT_ROOT)/libharness.a $(KIT_TESTS) $(KIT)/judge
KIT_NODE  := $(addprefix chapters/site/,kit/native.mjs page/grading.js page/test_runner.js page/host.js)
# V8's first compiler alone: the second takes longer than these short tests gain by it.
KIT_WRONG := $(patsubst $(BUILD)/mistakes/%/misfits,$(KIT)/wrong/%/made,$(MISTAKES))
$(KIT_WRONG): $(KIT)/wrong/%/made: $(BUILD)/mistakes/%/misfits $(KIT_ROOT)/tests/test_%.o \
    $(KIT_PARTS) $(KIT_HERE)/wrong_answers.mjs $(KIT_NODE)
	$(call SAY,grade the wrong answers to $*)
	$(Q)node --liftoff-only $(KIT_HERE)/wrong_answers.mjs $(BUILD) $*
	@touch $@

# The archive of the same files is the same bytes.
$(KIT)/site/kit.tar.gz: $(KIT_PARTS) $(KIT_WRONG)
	@mkdir -p $(@D)
	$(call SAY,pack $@)
	$(Q)tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --exclude=made -cf $@.tmp -C $(KIT) \
	    root judge wrong
	$(Q)gzip -9nf $@.tmp
	@mv $@.tmp.gz $@

# The compiler, as npm has it; packed, since not every server packs what it sends.
CLANG := chapters/site/node_modules/@yowasp/clang/gen
$(KIT)/site/clang/bundle.js: $(CLANG)/bundle.js
	@mkdir -p $(@D)
	@cp $< $(CLANG)/llvm.core[2-4].wasm $(@D)
$(KIT)/site/clang/llvm.core.wasm.gz: $(CLANG)/llvm.core.wasm
	@mkdir -p $(@D)
	$(call SAY,pack $@)
	$(Q)gzip -9nc $< >$@.tmp
	@mv $@.tmp $@

KIT_SITE := $(addprefix $(KIT)/site/,kit.tar.gz clang/bundle.js clang/llvm.core.wasm.gz)
$(KIT)/site/exercises.json: $(KIT_SITE) $(KIT_HERE)/exercises.mjs $(STUBS) \
    $(wildcard tests/exercises/*.txt tests/exercises/hints/*.txt chapters/*/README.md)
	$(Q)node $(KIT_HERE)/exercises.mjs $(BUILD) >$@.tmp
	@mv $@.tmp $@

.PHONY: kit
kit: $(KIT)/site/exercises.json
