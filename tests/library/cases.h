/* The test cases of suites that several files make up. */
#ifndef TESTS_CASES_H
#define TESTS_CASES_H

#include <check.h>

/* common/data */
TCase *idx_tests(void);
TCase *dataset_tests(void);
TCase *cifar10_tests(void);
TCase *image_folder_tests(void);
TCase *image_tests(void);
TCase *safetensors_tests(void);

/* common/kernels, but for the convolution */
TCase *batch_norm_tests(void);
TCase *batch_norm_loops_tests(void);
TCase *elementwise_tests(void);
TCase *loss_tests(void);
TCase *pool_tests(void);

/* common/graph */
TCase *recording_tests(void);
TCase *recording_error_tests(void);
TCase *accumulation_tests(void);
TCase *memory_plan_tests(void);
TCase *fuzz_tests(void);
TCase *walk_tests(void);
TCase *groups_tests(void);
TCase *pattern_tests(void);

/* common/layers */
TCase *gradient_tests(void);
TCase *dropout_tests(void);

/* the pre-activation ResNet */
TCase *resnet_parameter_tests(void);
TCase *resnet_training_tests(void);

/* the original ResNet */
TCase *original_model_tests(void);

/* common/training */
TCase *sgd_tests(void);
TCase *averaging_tests(void);
TCase *muon_tests(void);
TCase *hardness_tests(void);
TCase *batch_tests(void);
TCase *augmentation_tests(void);
TCase *checkpoint_tests(void);
TCase *state_tests(void);
TCase *threads_tests(void);
TCase *validation_tests(void);
TCase *training_options_tests(void);
TCase *weights_tests(void); /* chapter 12 */

/* what classifies photos */
TCase *photo_tests(void);
TCase *pretrained_tests(void);
TCase *comparison_tests(void);

#endif
