# SIMD=wasm: the same sources for a browser's WebAssembly, by Debian's clang and wasi-libc. What a page
# cannot do (start programs, receive signals) stands in this folder instead, file by file.

WASM      := chapters/site/wasm
SOURCES   := build/sources
CC        := clang-19 --target=wasm32-wasi
AR        := llvm-ar-19
LIBRARY_FLAGS = -isystem $(SOURCES)/zlib -isystem $(SOURCES)/jansson/src \
    -isystem $(SOURCES)/jansson/android -isystem $(SOURCES)/protobuf-c -isystem $(STB_INCLUDE)
CFLAGS    := -std=gnu17 -O3 -g0 -fopenmp-simd -fno-math-errno -fno-trapping-math $(SIMD_FLAGS_wasm) \
    -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS \
    -D_WASI_EMULATED_SIGNAL -isystem /usr/include/wasm32-wasi -I$(WASM)
WARNINGS  += -Wno-unknown-pragmas -Wno-gnu-folding-constant
LDFLAGS   := -nodefaultlibs -L/usr/lib/wasm32-wasi -Wl,-z,stack-size=8388608,--strip-debug \
    -Wl,--max-memory=4294967296
LDLIBS     = -lwasi-emulated-getpid \
    -lwasi-emulated-process-clocks -lwasi-emulated-signal -lm -lc -lc-printscan-long-double \
    $(wildcard /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a)

$(SOURCES)/fetched:
	$(call SAY,fetch $(@D))
	$(Q)bash $(WASM)/fetch.sh $(@D)

# Other people's code, as it is: no warnings.
ZLIB    := adler32 crc32 deflate gzclose gzlib gzread gzwrite inffast inflate inftrees trees zutil
JANSSON := dump error hashtable hashtable_seed load memory pack_unpack strbuffer strconv utf value \
    version
OTHERS  := $(ZLIB:%=zlib/%) $(JANSSON:%=jansson/src/%) protobuf-c/protobuf-c/protobuf-c
$(OTHERS:%=$(SOURCES)/%.c): $(SOURCES)/fetched ;
$(OBJ)/others/%.o: $(SOURCES)/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) -DHAVE_UNISTD_H -DHAVE_STDINT_H $(CFLAGS) -w -c $< -o $@

# This linker takes archives in any order.
LIBRARIES = $(BUILD)/libsolutions.a $(BUILD)/libcommon.a

REPLACED := base/contained.c show/program.c training/interrupt.c
COMMON   := $(filter-out $(REPLACED:%.c=$(OBJ)/common/%.o),$(COMMON)) \
    $(patsubst %.c,$(OBJ)/$(WASM)/%.o,$(notdir $(REPLACED)) argp.c) \
    $(OTHERS:%=$(OBJ)/others/%.o)
$(COMMON): | $(SOURCES)/fetched

# The library's tests: what is about processes is left out, and Check is a stand-in.
CHECK      := tests/site/check
PROCESSES  := expect_error test_base test_options test_contained
TESTS      := $(filter-out $(PROCESSES:%=$(OBJ)/tests/library/%.o),$(TESTS)) \
    $(patsubst %.c,$(OBJ)/%.o,$(wildcard $(CHECK)/*.c))
CHECK_LIBS :=
$(TESTS): CPPFLAGS += -I$(CHECK) -Itests

include chapters/site/live/live.mk

# Their loops are short, and a browser unrolls none; the sums are in the same order.
$(OBJ)/common/kernels/batch_norm%: CFLAGS += -mllvm -force-vector-interleave=4
