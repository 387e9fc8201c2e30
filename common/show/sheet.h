/* A sheet of pictures side by side, written as one PNG.
 *
 * Pictures stand in rows, each with its caption under it. All are enlarged by the same whole
 * factor, so that their sizes can be compared. */
#ifndef SHOW_SHEET_H
#define SHOW_SHEET_H

typedef enum SheetColours {
    SHEET_GREY,   /* 0 black, full white */
    SHEET_RGB,    /* the same for red, green and blue */
    SHEET_SIGNED, /* -full blue, 0 white, +full red */
} SheetColours;

typedef struct SheetPicture {
    const float *values; /* (H, W, channels) */
    int height, width;
    int channels; /* default 1 */
    int channel;  /* the one to show; SHEET_RGB: the first of the three */
    SheetColours colours;
    float full;        /* the value shown at full strength; default 1 */
    int before, after; /* rows and columns on each side that are padding: tinted */
} SheetPicture;

typedef struct Sheet Sheet;

Sheet *sheet_new(const char *title);

/* The next picture in the row; the caption's lines are divided by '\n'. */
void sheet_add(Sheet *sheet, SheetPicture picture, const char *caption, ...)
    __attribute__((format(printf, 3, 4)));

/* The next picture begins a new row. */
void sheet_next_row(Sheet *sheet);

/* Writes directory/name, says so on standard output and frees the sheet. */
void sheet_write(Sheet *sheet, const char *directory, const char *name);

#endif
