/* Loops over every index, sums in double, no threads. */
#include "kernels/naive.h"

void pad_backward_naive(const float *d_outputs, const int shape[4], const int paddings[4][2],
                        float *d_inputs) {
    int size[4]; /* of the outputs */
    for (int a = 0; a < 4; a++)
        size[a] = paddings[a][0] + shape[a] + paddings[a][1];

    for (int i = 0; i < shape[0]; i++)
        for (int j = 0; j < shape[1]; j++)
            for (int k = 0; k < shape[2]; k++)
                for (int l = 0; l < shape[3]; l++) {
                    size_t to = (((size_t)i * shape[1] + j) * shape[2] + k) * shape[3] + l;
                    size_t from = (size_t)i + paddings[0][0];
                    from = from * size[1] + j + paddings[1][0];
                    from = from * size[2] + k + paddings[2][0];
                    from = from * size[3] + l + paddings[3][0];
                    d_inputs[to] = d_outputs[from];
                }
}

/* The index of an output, and of its window. */
typedef struct Index {
    int n, y, x, c;
} Index;

/* Writes where the window's place (r, s) lies in the inputs; false if outside the image. */
static bool input_place(const PoolShape *shape, Index at, int r, int s, size_t *place) {
    int i = at.y * shape->strides + r - shape->pad_top;
    int j = at.x * shape->strides + s - shape->pad_left;
    if (i < 0 || i >= shape->in_height || j < 0 || j >= shape->in_width)
        return false;
    *place = image_index(shape->format, shape->in_height, shape->in_width, shape->channels, at.n, i,
                         j, at.c);
    return true;
}

static size_t output_place(const PoolShape *shape, Index at) {
    return image_index(shape->format, shape->out_height, shape->out_width, shape->channels, at.n,
                       at.y, at.x, at.c);
}

/* Moves to the next output; false after the last. */
static bool next_output(const PoolShape *shape, Index *at) {
    if (++at->c < shape->channels)
        return true;
    at->c = 0;
    if (++at->x < shape->out_width)
        return true;
    at->x = 0;
    if (++at->y < shape->out_height)
        return true;
    at->y = 0;
    return ++at->n < shape->batch;
}

static void clear_inputs(const PoolShape *shape, float *d_inputs) {
    size_t count = (size_t)shape->batch * shape->in_height * shape->in_width * shape->channels;
    for (size_t i = 0; i < count; i++)
        d_inputs[i] = 0;
}

void max_pool_forward_naive(const PoolShape *shape, const float *inputs, float *outputs,
                            uint8_t *winners) {
    Index at = {0};
    do {
        int winner = -1; /* none yet */
        float largest = 0;
        for (int r = 0; r < shape->pool_size; r++)
            for (int s = 0; s < shape->pool_size; s++) {
                size_t place;
                if (input_place(shape, at, r, s, &place) &&
                    (winner < 0 || inputs[place] > largest)) {
                    winner = r * shape->pool_size + s;
                    largest = inputs[place];
                }
            }
        size_t output = output_place(shape, at);
        outputs[output] = largest;
        if (winners)
            winners[output] = (uint8_t)winner;
    } while (next_output(shape, &at));
}

void max_pool_backward_naive(const PoolShape *shape, const uint8_t *winners, const float *d_outputs,
                             float *d_inputs) {
    clear_inputs(shape, d_inputs);
    Index at = {0};
    do {
        size_t output = output_place(shape, at), place;
        int r = winners[output] / shape->pool_size, s = winners[output] % shape->pool_size;
        if (input_place(shape, at, r, s, &place))
            d_inputs[place] += d_outputs[output];
    } while (next_output(shape, &at));
}

void average_pool_forward_naive(const PoolShape *shape, const float *inputs, float *outputs) {
    Index at = {0};
    do {
        double sum = 0;
        int count = 0;
        for (int r = 0; r < shape->pool_size; r++)
            for (int s = 0; s < shape->pool_size; s++) {
                size_t place;
                if (input_place(shape, at, r, s, &place)) {
                    sum += inputs[place];
                    count++;
                }
            }
        outputs[output_place(shape, at)] = (float)(sum / count);
    } while (next_output(shape, &at));
}

void average_pool_backward_naive(const PoolShape *shape, const float *d_outputs, float *d_inputs) {
    clear_inputs(shape, d_inputs);
    Index at = {0};
    do {
        int count = 0;
        size_t place;
        for (int r = 0; r < shape->pool_size; r++)
            for (int s = 0; s < shape->pool_size; s++)
                count += input_place(shape, at, r, s, &place);
        for (int r = 0; r < shape->pool_size; r++)
            for (int s = 0; s < shape->pool_size; s++)
                if (input_place(shape, at, r, s, &place))
                    d_inputs[place] += d_outputs[output_place(shape, at)] / count;
    } while (next_output(shape, &at));
}

void dense_forward_naive(int batch, int channels, int units, const float *inputs,
                         const float *kernel, const float *bias, float *outputs) {
    for (int n = 0; n < batch; n++)
        for (int k = 0; k < units; k++) {
            double sum = bias ? bias[k] : 0;
            for (int c = 0; c < channels; c++)
                sum += (double)inputs[(size_t)n * channels + c] * kernel[(size_t)c * units + k];
            outputs[(size_t)n * units + k] = (float)sum;
        }
}

void dense_backward_inputs_naive(int batch, int channels, int units, const float *d_outputs,
                                 const float *kernel, float *d_inputs) {
    for (int n = 0; n < batch; n++)
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int k = 0; k < units; k++)
                sum += (double)d_outputs[(size_t)n * units + k] * kernel[(size_t)c * units + k];
            d_inputs[(size_t)n * channels + c] = (float)sum;
        }
}

void dense_backward_kernel_naive(int batch, int channels, int units, const float *inputs,
                                 const float *d_outputs, float *d_kernel, float *d_bias) {
    for (int c = 0; c < channels; c++)
        for (int k = 0; k < units; k++) {
            double sum = 0;
            for (int n = 0; n < batch; n++)
                sum += (double)inputs[(size_t)n * channels + c] * d_outputs[(size_t)n * units + k];
            d_kernel[(size_t)c * units + k] = (float)sum;
        }
    for (int k = 0; d_bias && k < units; k++) {
        double sum = 0;
        for (int n = 0; n < batch; n++)
            sum += d_outputs[(size_t)n * units + k];
        d_bias[k] = (float)sum;
    }
}

void add_forward_naive(size_t count, const float *a, const float *b, float *outputs) {
    for (size_t i = 0; i < count; i++)
        outputs[i] = a[i] + b[i];
}

float mean_squared_error_forward_naive(size_t count, const float *predictions,
                                       const float *targets) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)predictions[i] - targets[i];
        sum += difference * difference;
    }
    return (float)(sum / (double)count);
}

void mean_squared_error_backward_naive(size_t count, const float *predictions, const float *targets,
                                       float d_loss, float *d_predictions) {
    for (size_t i = 0; i < count; i++)
        d_predictions[i] = d_loss * 2 * (predictions[i] - targets[i]) / (float)count;
}
