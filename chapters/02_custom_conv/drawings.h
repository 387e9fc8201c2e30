/* Drawings of a convolution over numbers: a window that slides, and the two ways of a gradient back
 * to the inputs. */
#ifndef DRAWINGS_H
#define DRAWINGS_H

/* A 3x3 window at two places of a padded image of 4x4 numbers: 02_window.png. */
void draw_window(const char *out);

/* d_inputs of the lesson's row of three pixels, scattered and gathered: 02_gather.png. */
void draw_gather(const char *out);

#endif
