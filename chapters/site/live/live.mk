# live.wasm: the module that the pages "Tags" and "Train here" call (SIMD=wasm alone).

LIVE := chapters/site/live
LIVE_OBJECTS := $(patsubst %.c,$(OBJ)/%.o,$(wildcard $(LIVE)/*.c) \
    $(filter-out %/main.c,$(wildcard chapters/11_classify/*.c)))
$(OBJ)/$(LIVE)/%.o: CPPFLAGS += -Ichapters
$(BUILD)/live.wasm: $(LIVE_OBJECTS) $(BUILD)/libsolutions.a $(BUILD)/libcommon.a
	$(call SAY,link $@)
	$(Q)$(CC) -mexec-model=reactor $(LDFLAGS) $(LIVE_OBJECTS) $(LIBRARIES) $(LDLIBS) -o $@
