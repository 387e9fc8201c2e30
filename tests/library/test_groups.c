/* Sums over groups: the tree by hand, groups against one group, and processes against one process,
 * bit for bit. */
#include "arrays.h"
#include "cases.h"
#include "expect_error.h"

#include "14_many_machines/crew.h"
#include "base/memory.h"
#include "kernels/groups.h"
#include "layers/layers.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* In order, 2^24 swallows each 1; along the tree the last two ones meet first. */
static const float NUMBERS[] = {16777216, 1, 1, 1};

static void write_number(void *context, int group, float *sum) {
    (void)context;
    *sum = NUMBERS[group];
}

START_TEST(tree_by_hand) {
    float sum, room[2];
    groups_sum(0, 4, 1, write_number, NULL, &sum, room);
    ck_assert(((16777216.0F + 1) + 1) + 1 == 16777216.0F);
    ck_assert(sum == 16777218.0F);
    ck_assert_int_eq(groups_levels(1), 0);
    ck_assert_int_eq(groups_levels(8), 3);
}
END_TEST

START_TEST(combined_by_hand) {
    double values[] = {1, 10, 2, 20, 3, 30, 4, 40, NAN, NAN};
    groups_combine((Groups){.count = 4}, 2, values, combine_sums);
    ck_assert(values[0] == 10 && values[1] == 100);
}
END_TEST

enum { BATCH = 16, SIDE = 12, CLASSES = 10, WIDTH = 32 };

/* What one process leaves. */
typedef struct Trace {
    float loss;
    float *gradients, *moving;
    size_t count, moving_count;
} Trace;

typedef struct Job {
    bool loops, ghost;
    bool strangers; /* the processes know nothing of each other, and drop nothing */
    int groups;
    Trace traces[BATCH];
} Job;

/* Winograd's and direct convolutions, batch norms that are fused and one that is not, dropout. */
static Tensor *record(Tensor *images, Tensor *labels, float rate) {
    BatchNormOptions norm = {.is_training = true};
    Tensor *x = conv2d(
        images, (Conv2DOptions){.filters = WIDTH, .kernel_size = 3, .padding = PADDING_SAME});
    Tensor *y = relu(batch_normalization(x, norm));
    y = conv2d(y, (Conv2DOptions){.filters = WIDTH, .kernel_size = 3, .padding = PADDING_SAME});
    y = relu(batch_normalization(add(y, x), norm));
    y = conv2d(y, (Conv2DOptions){.filters = 2 * WIDTH, .kernel_size = 1, .strides = 2});
    y = dropout(global_average_pool2d(relu(batch_normalization(y, norm))), rate, true);
    y = dense(flatten(y), (DenseOptions){.units = CLASSES});
    return softmax_cross_entropy(y, labels, 0.1F);
}

static void write_batch(Tensor *images, Tensor *labels, int batch, int rank) {
    Random random = random_stream(5, 0);
    float *pixels = random_normals(&random, (size_t)BATCH * SIDE * SIDE * 3), numbers[BATCH];
    for (int n = 0; n < BATCH; n++)
        numbers[n] = (float)(n * 7 % CLASSES);
    tensor_write(images, pixels + (size_t)rank * batch * SIDE * SIDE * 3);
    tensor_write(labels, numbers + rank * batch);
    free(pixels);
}

static void step(void *context, const Communicator *communicator) {
    Job *job = context;
    int batch = BATCH / communicator->size;
    omp_set_num_threads(communicator->size > 1 ? 1 : 2);
    Params *params = params_new(3);
    bool joined = communicator->size > 1 && !job->strangers;
    GraphOptions options = {
        .loops = job->loops,
        .ghost = job->ghost,
        .seed = 4,
        .groups = {.count = job->groups / communicator->size,
                   .first = job->groups / communicator->size * communicator->rank,
                   .communicator = joined ? communicator : NULL}};
    Graph *graph = graph_new(params, options);
    Tensor *images = graph_input(graph, "images", shape4(batch, SIDE, SIDE, 3));
    Tensor *labels = graph_input(graph, "labels", shape1(batch));
    Tensor *loss = record(images, labels, job->strangers ? 0 : 0.25F);
    graph_compile(graph, loss, true);
    write_batch(images, labels, batch, communicator->rank);
    graph_forward(graph);
    graph_backward(graph, NULL);
    Trace *trace = &job->traces[communicator->rank];
    tensor_read(loss, &trace->loss);
    trace->count = params_block_count(params);
    trace->gradients = memory_new(trace->count, sizeof(float));
    memcpy(trace->gradients, params_gradients(params), trace->count * sizeof(float));
    trace->moving_count = params_moving_block_count(params);
    trace->moving = memory_new(trace->moving_count, sizeof(float));
    memcpy(trace->moving, params_moving_values(params), trace->moving_count * sizeof(float));
    graph_free(graph);
    params_free(params);
}

static void trace_free(Trace *trace) {
    free(trace->gradients);
    free(trace->moving);
}

static void write_gradients(void *context, int rank, float *sum) {
    const Job *job = context;
    memcpy(sum, job->traces[rank].gradients, job->traces[0].count * sizeof(float));
}

static void write_moving(void *context, int rank, float *sum) {
    const Job *job = context;
    memcpy(sum, job->traces[rank].moving, job->traces[0].moving_count * sizeof(float));
}

/* What the processes leave together: sums of gradients along the tree, means of moving averages. */
static Trace run_job(Job job, int processes) {
    crew_run(processes, step, &job);
    Trace whole = job.traces[0];
    float *room = memory_new(whole.count * 4, sizeof(float));
    whole.gradients = memory_new(whole.count, sizeof(float));
    whole.moving = memory_new(whole.moving_count, sizeof(float));
    groups_sum(0, processes, whole.count, write_gradients, &job, whole.gradients, room);
    groups_sum(0, processes, whole.moving_count, write_moving, &job, whole.moving, room);
    for (size_t i = 0; i < whole.moving_count; i++)
        whole.moving[i] /= (float)processes;
    for (int rank = 0; rank < processes; rank++) {
        ck_assert_msg(job.strangers || job.traces[rank].loss == whole.loss,
                      "process %d has another loss", rank);
        trace_free(&job.traces[rank]);
    }
    free(room);
    return whole;
}

static Trace run(bool loops, int groups, int processes) {
    return run_job((Job){.loops = loops, .groups = groups}, processes);
}

/* Other orders of the same sums, and the loops against the kernels. */
START_TEST(near_one_group) {
    Trace one = run(false, 1, 1);
    for (int groups = 2; groups <= BATCH; groups *= 2)
        for (int loops = 0; loops < 2; loops++) {
            Trace more = run(loops, groups, 1);
            assert_near(&more.loss, &one.loss, 1, 1e-6, 0, "loss of %d groups", groups);
            assert_near(more.gradients, one.gradients, one.count, 2e-6, 0, "%d groups%s", groups,
                        loops ? " on the loops" : "");
            trace_free(&more);
        }
    trace_free(&one);
}
END_TEST

static void expect_same_bits(const Job *job) {
    Trace one = run_job(*job, 1);
    for (int processes = 2; processes <= job->groups && processes <= CREW_MOST; processes *= 2) {
        Trace more = run_job(*job, processes);
        ck_assert_msg(same_bits(&one.loss, &more.loss, 1), "%d processes: loss %.9g and %.9g",
                      processes, (double)one.loss, (double)more.loss);
        ck_assert_msg(same_bits(one.gradients, more.gradients, one.count),
                      "%d groups, %d processes: other gradients", job->groups, processes);
        ck_assert_msg(same_bits(one.moving, more.moving, one.moving_count),
                      "%d groups, %d processes: other moving averages", job->groups, processes);
        trace_free(&more);
    }
    trace_free(&one);
}

START_TEST(same_bits_on_any_number_of_processes) {
    expect_same_bits(&(Job){.groups = 1 << _i});
    expect_same_bits(&(Job){.groups = 1 << _i, .ghost = true});
}
END_TEST

/* One ghost group is the whole batch. */
START_TEST(one_ghost_group) {
    Trace plain = run(false, 1, 1), one = run_job((Job){.groups = 1, .ghost = true}, 1);
    assert_near(one.gradients, plain.gradients, plain.count, 1e-6, 0, "one ghost group");
    assert_near(one.moving, plain.moving, plain.moving_count, 1e-6, 0, "one ghost group's moving");
    trace_free(&one);
    trace_free(&plain);
}
END_TEST

/* Four ghost groups are four networks of a quarter of the batch each, whose mean loss counts. */
START_TEST(four_ghost_groups) {
    Job job = {.groups = 4, .strangers = true};
    Trace quarters = run_job(job, 4);
    for (size_t i = 0; i < quarters.count; i++)
        quarters.gradients[i] /= 4;
    job.ghost = true;
    Trace ghost = run_job(job, 1);
    assert_near(ghost.gradients, quarters.gradients, ghost.count, 1e-6, 0, "four ghost groups");
    assert_near(ghost.moving, quarters.moving, ghost.moving_count, 1e-6, 0,
                "their moving averages");
    trace_free(&quarters);
    trace_free(&ghost);
}
END_TEST

static void three_groups(const void *unused) {
    (void)unused;
    run(false, 3, 1);
}

START_TEST(groups_that_do_not_fit) {
    expect_error(three_groups, NULL, "a batch of 16 images in 3 groups", NULL);
}
END_TEST

TCase *groups_tests(void) {
    TCase *tests = tcase_create("groups");
    tcase_add_test(tests, tree_by_hand);
    tcase_add_test(tests, combined_by_hand);
    tcase_add_test(tests, near_one_group);
    tcase_add_loop_test(tests, same_bits_on_any_number_of_processes, 1, 5);
    tcase_add_test(tests, one_ghost_group);
    if (CREW_MOST >= 4)
        tcase_add_test(tests, four_ghost_groups);
    tcase_add_test(tests, groups_that_do_not_fit);
    return tests;
}
