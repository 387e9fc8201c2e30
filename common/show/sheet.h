/* A sheet of pictures side by side, written as one PNG.
 *
 * Pictures stand in rows; each has a caption of up to a few lines under it. All are enlarged by the
 * same whole factor, so that sizes can be compared. */
#ifndef SHOW_SHEET_H
#define SHOW_SHEET_H

typedef enum SheetColours {
    SHEET_GREY,   /* black, white; three channels are red, green, blue */
    SHEET_SIGNED, /* blue below zero, white at zero, red above; black is the deepest blue's value */
} SheetColours;

typedef struct SheetPicture {
    const float *values; /* (H, W, channels) */
    int height, width;
    int channels; /* stride between pixels of one channel's picture; default 1 */
    int channel;
} SheetPicture;

#endif
