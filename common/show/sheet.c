#include "show/sheet.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/integers.h"
#include "base/memory.h"
#include "show/canvas.h"
#include "show/picture.h"

enum { MAX_PICTURES = 64, MAX_LINES = 4, LINE_BYTES = 128, LEVELS = 255 };
enum { LARGEST_SIDE = 256, GAP = 24, CAPTION_GAP = 8, TITLE_SCALE = 3, CAPTION_SCALE = 2 };

static const Colour TEXT = {40, 40, 40}, FRAME = {170, 170, 170};

typedef struct Item {
    int height, width, row, column;
    Colour *pixels;
    char lines[MAX_LINES][LINE_BYTES];
    int num_lines;
} Item;

struct Sheet {
    Arena *arena;
    const char *title;
    int count, row, column; /* the next picture's */
    Item items[MAX_PICTURES];
};

Sheet *sheet_new(const char *title) {
    Arena *arena = arena_new();
    Sheet *sheet = arena_alloc(arena, sizeof *sheet);
    sheet->arena = arena;
    sheet->title = arena_printf(arena, "%s", title);
    return sheet;
}

void sheet_next_row(Sheet *sheet) {
    sheet->row++;
    sheet->column = 0;
}

static unsigned char level(float fraction) {
    return (unsigned char)lrintf(fminf(fmaxf(fraction, 0), 1) * LEVELS);
}

static Colour colour_of(const SheetPicture *picture, const float *values) {
    float full = picture->full != 0 ? picture->full : 1;
    float value = values[picture->channel] / full;
    if (picture->colours == SHEET_RGB)
        return (Colour){level(value), level(values[picture->channel + 1] / full),
                        level(values[picture->channel + 2] / full)};
    if (picture->colours == SHEET_SIGNED)
        return (Colour){level(1 + value), level(1 - fabsf(value)), level(1 - value)};
    return (Colour){level(value), level(value), level(value)};
}

/* Half way to a blue that no grey picture has. */
static Colour tinted(Colour colour) {
    static const Colour tint = {70, 150, 255};
    return (Colour){(unsigned char)((colour.red + tint.red) / 2),
                    (unsigned char)((colour.green + tint.green) / 2),
                    (unsigned char)((colour.blue + tint.blue) / 2)};
}

static bool is_padding(const SheetPicture *picture, int y, int x) {
    return y < picture->before || x < picture->before || y >= picture->height - picture->after ||
           x >= picture->width - picture->after;
}

static void split_lines(Item *item, const char *caption) {
    while (*caption && item->num_lines < MAX_LINES) {
        int length = (int)strcspn(caption, "\n");
        snprintf(item->lines[item->num_lines++], LINE_BYTES, "%.*s", length, caption);
        caption += length + (caption[length] == '\n');
    }
}

void sheet_add(Sheet *sheet, SheetPicture picture, const char *caption, ...) {
    require(sheet->count < MAX_PICTURES, "sheet: more than %d pictures", MAX_PICTURES);
    Item *item = &sheet->items[sheet->count++];
    *item = (Item){.height = picture.height,
                   .width = picture.width,
                   .row = sheet->row,
                   .column = sheet->column++};
    int channels = picture.channels ? picture.channels : 1;
    item->pixels =
        arena_alloc(sheet->arena, (size_t)picture.height * picture.width * sizeof(Colour));
    for (int y = 0; y < picture.height; y++)
        for (int x = 0; x < picture.width; x++) {
            size_t at = (size_t)y * picture.width + x;
            Colour colour = colour_of(&picture, picture.values + at * (size_t)channels);
            item->pixels[at] = is_padding(&picture, y, x) ? tinted(colour) : colour;
        }
    char text[MAX_LINES * LINE_BYTES];
    va_list arguments;
    va_start(arguments, caption);
    vsnprintf(text, sizeof text, caption, arguments);
    va_end(arguments);
    split_lines(item, text);
}

static int zoom_of(const Sheet *sheet) {
    int side = 1;
    for (int i = 0; i < sheet->count; i++)
        side = max_int(side, max_int(sheet->items[i].height, sheet->items[i].width));
    return max_int(1, LARGEST_SIDE / side);
}

static int item_width(const Item *item, int zoom) {
    int width = item->width * zoom;
    for (int i = 0; i < item->num_lines; i++)
        width = max_int(width, canvas_text_width(CAPTION_SCALE, item->lines[i]));
    return width;
}

/* Where the column begins; of the column after the last: where the sheet ends. */
static int column_left(const Sheet *sheet, int column, int zoom) {
    int left = GAP;
    for (int before = 0; before < column; before++) {
        int width = 0;
        for (int i = 0; i < sheet->count; i++)
            if (sheet->items[i].column == before)
                width = max_int(width, item_width(&sheet->items[i], zoom));
        left += width > 0 ? width + GAP : 0;
    }
    return left;
}

/* Heights of the pictures in a row and of all their captions. */
typedef struct RowSize {
    int pictures, whole;
} RowSize;

static RowSize row_size(const Sheet *sheet, int row, int zoom) {
    int pictures = 0, lines = 0;
    for (int i = 0; i < sheet->count; i++) {
        const Item *item = &sheet->items[i];
        if (item->row != row)
            continue;
        pictures = max_int(pictures, item->height * zoom);
        lines = max_int(lines, item->num_lines);
    }
    int captions = CAPTION_GAP + lines * canvas_text_height(CAPTION_SCALE);
    return (RowSize){pictures, pictures + captions + GAP};
}

static void draw_item(Image *canvas, const Item *item, int zoom, int top, int left,
                      int caption_top) {
    canvas_fill(canvas, top - 1, left - 1, item->height * zoom + 2, item->width * zoom + 2, FRAME);
    for (int y = 0; y < item->height; y++)
        for (int x = 0; x < item->width; x++)
            canvas_fill(canvas, top + y * zoom, left + x * zoom, zoom, zoom,
                        item->pixels[(size_t)y * item->width + x]);
    for (int i = 0; i < item->num_lines; i++)
        canvas_text(canvas, caption_top + i * canvas_text_height(CAPTION_SCALE), left,
                    CAPTION_SCALE, TEXT, item->lines[i]);
}

static Image draw(const Sheet *sheet) {
    int zoom = zoom_of(sheet);
    int title_height = canvas_text_height(TITLE_SCALE);
    int height = GAP + title_height + GAP;
    for (int row = 0; row <= sheet->row; row++)
        height += row_size(sheet, row, zoom).whole;
    int width = max_int(2 * GAP + canvas_text_width(TITLE_SCALE, sheet->title),
                        column_left(sheet, sheet->count, zoom));
    Image canvas = canvas_new(height, width);
    canvas_text(&canvas, GAP, GAP, TITLE_SCALE, TEXT, sheet->title);
    int top = GAP + title_height + GAP, row = 0;
    for (int i = 0; i < sheet->count; i++) {
        const Item *item = &sheet->items[i];
        for (; row < item->row; row++)
            top += row_size(sheet, row, zoom).whole;
        int caption_top = top + row_size(sheet, row, zoom).pictures + CAPTION_GAP;
        draw_item(&canvas, item, zoom, top, column_left(sheet, item->column, zoom), caption_top);
    }
    return canvas;
}

void sheet_write(Sheet *sheet, const char *directory, const char *name) {
    char path[PICTURE_PATH];
    picture_path(path, directory, name);
    Image canvas = draw(sheet);
    image_write_png(path, &canvas);
    picture_announce(path);
    image_free(&canvas);
    arena_free(sheet->arena);
}
