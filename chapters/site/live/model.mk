# What the page "Tags" offers: a trained network with its log, and test images as if photographed. The
# network is the one that `make train` left on Fashion-MNIST, or else a short training's.

SITE_MODEL := build/site-model
SITE_TAGS  := build/site/tags
# The first test image of each class.
GARMENTS   := 0 1 2 4 6 8 9 13 18 19

$(SITE_MODEL)/model.safetensors: $(wildcard build/training/model.safetensors) | $(BUILD)/chapters/08_training
	@mkdir -p $(@D)
	$(Q)if grep -qs 'Ankle boot' build/training/model.safetensors && [ -e build/training/log.csv ]; then \
	    cp build/training/log.csv build/training/model.safetensors $(@D); \
	else \
	    echo '  train the network that the page "Tags" offers: two epochs, a few minutes'; \
	    $(BUILD)/chapters/08_training --epochs 2 --out $(@D); \
	fi

.PHONY: site-model
site-model: $(SITE_MODEL)/model.safetensors $(BUILD)/chapters/11_classify
	$(Q)$(BUILD)/chapters/11_classify --model $< --out $(SITE_MODEL) \
	    $(GARMENTS:%=--imitation %) >$(SITE_MODEL)/tags.txt
	$(Q)mkdir -p $(SITE_TAGS)
	$(Q)cp $< $(SITE_MODEL)/log.csv $(GARMENTS:%=$(SITE_MODEL)/imitation-%.png) $(SITE_TAGS)
