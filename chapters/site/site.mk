# The course as pages, whose programs run in the browser: build/site; as a book: build/book.
# PROGRAMS= makes the pages alone, without WebAssembly.

SITE_MODULES := chapters/site/node_modules
SITE_DATA    := build/site/data/t10k-labels-idx1-ubyte.gz
PROGRAMS     ?= programs

$(SITE_MODULES):
	@echo 'The packages that pages are built with are missing; type make setup SITE=1' >&2
	@false

.PHONY: site
site: $(SITE_MODULES) ## make the course's pages in build/site (PROGRAMS=: the text alone)
	$(Q)node chapters/site/build/site.mjs
	$(Q)$(if $(PROGRAMS),$(MAKE) site-programs site-model)
	@echo build/site/index.html

$(SITE_DATA): chapters/site/build/data.mjs chapters/site/page/data.js | $(SITE_MODULES)
	$(call SAY,copy Fashion-MNIST into $(@D))
	$(Q)node $<

# A build of its own, as SIMD=avx2 is; what it leaves is copied.
.PHONY: site-programs
site-programs: $(SITE_DATA)
	$(Q)$(MAKE) SIMD=wasm all build/wasm/live.wasm kit
	$(Q)mkdir -p build/site/programs build/site/kit
	$(Q)cp -r build/wasm/kit/site/. build/site/kit
	$(Q)for program in $(CHAPTERS); do \
	    cp build/wasm/chapters/$$program build/site/programs/$$program.wasm || exit 1; done
	$(Q)cp build/wasm/live.wasm build/site/programs

.PHONY: serve
serve: ## show build/site at an address of this machine (PORT=8000)
	@[ -e build/site/index.html ] || { echo 'There is no build/site; type make site' >&2; exit 1; }
	@node chapters/site/build/serve.mjs build/site $(PORT)

.PHONY: site-test
site-test: ## the pages' own tests, in Chromium
	$(Q)$(MAKE) SIMD=sse build/sse/chapters/08_training
	bash tests/site/run.sh

# The benchmark's steps, as a page's program.
$(BUILD)/tests/step: $(patsubst %.c,$(OBJ)/%.o,tests/site/bench/step.c tests/bench/step.c) \
    $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call SAY,link $@)
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(LIBRARIES) $(LDLIBS) -o $@

.PHONY: site-bench
site-bench: $(SITE_MODULES) ## the pages' speed beside ONNX Runtime Web, TensorFlow.js and SIMD=sse
	$(Q)$(MAKE) SIMD=wasm build/wasm/tests/step
	$(Q)$(MAKE) SIMD=sse build/sse/tests/bench
	$(Q)node tests/site/bench/bench.mjs build/sse/tests/bench $(ARGS)

.PHONY: book
book: $(SITE_MODULES) ## make the course as EPUB and PDF in build/book
	$(Q)node chapters/site/build/book.mjs

include chapters/site/live/model.mk
