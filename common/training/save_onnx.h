/* Trained networks as ONNX files. */
#ifndef TRAINING_SAVE_ONNX_H
#define TRAINING_SAVE_ONNX_H

#include "training/classifier.h"

/* Writes the classifier's network as export/onnx.h describes it, with its normalisation and the
 * names of its classes. */
void save_onnx(const Classifier *classifier, const char *path);

#endif
