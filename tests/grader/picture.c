/* Draws the map (n, c) of an image, or (c, k) of a kernel, in which the first difference lies. */
#include "picture.h"

#include "base/memory.h"
#include "base/output_file.h"
#include "files.h"
#include "records.h"
#include "show/sheet.h"

#include <math.h>
#include <stdlib.h>

/* A map's place in an array: its first value and the steps between its rows and columns. */
typedef struct Map {
    int height, width;
    size_t first, row_step, column_step;
} Map;

static const RecordRead *failed_comparison(const Records *records) {
    for (int i = 0; i < records->count; i++)
        if (records->items[i].record.differs && records->items[i].expected)
            return &records->items[i];
    return NULL;
}

static bool is_different(float got, float expected) {
    return !(fabsf(got - expected) <= 1e-4f * (1 + fabsf(expected)));
}

static size_t first_difference(const RecordRead *item) {
    size_t count = axes_count(item->record.axes), at = 0;
    while (at + 1 < count && !is_different(item->values[at], item->expected[at]))
        at++;
    return at;
}

/* Rows are h or r, columns w or s; where there are none, the two last axes. */
static void find_axes(const Axes *axes, int *rows, int *columns) {
    *rows = axes->rank - 2;
    *columns = axes->rank - 1;
    for (int a = 0; a < axes->rank; a++) {
        if (axes->letter[a] == 'h' || axes->letter[a] == 'r')
            *rows = a;
        if (axes->letter[a] == 'w' || axes->letter[a] == 's')
            *columns = a;
    }
}

static Map map_through(const Axes *axes, size_t at) {
    size_t steps[MAX_AXES + 1];
    steps[axes->rank] = 1;
    for (int a = axes->rank - 1; a >= 0; a--)
        steps[a] = steps[a + 1] * (size_t)axes->size[a];
    if (axes->rank < 2)
        return (Map){1, (int)steps[0], 0, 0, 1};
    int rows, columns;
    find_axes(axes, &rows, &columns);
    Map map = {axes->size[rows], axes->size[columns], at, steps[rows + 1], steps[columns + 1]};
    map.first -= at / map.row_step % (size_t)map.height * map.row_step;
    map.first -= at / map.column_step % (size_t)map.width * map.column_step;
    return map;
}

static float *cut_map(const Map *map, const float *values) {
    float *cut = memory_new((size_t)map->height * (size_t)map->width, sizeof *cut);
    for (int y = 0; y < map->height; y++)
        for (int x = 0; x < map->width; x++)
            cut[y * map->width + x] =
                values[map->first + (size_t)y * map->row_step + (size_t)x * map->column_step];
    return cut;
}

static float largest(const float *values, size_t count) {
    float most = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            most = fmaxf(most, fabsf(values[i]));
    return most > 0 ? most : 1;
}

static void draw(const char *folder, const char *name, const RecordRead *item) {
    size_t at = first_difference(item);
    Map map = map_through(&item->record.axes, at);
    size_t count = (size_t)map.height * (size_t)map.width;
    float *got = cut_map(&map, item->values), *expected = cut_map(&map, item->expected);
    float *difference = memory_new(count, sizeof *difference);
    for (size_t i = 0; i < count; i++) {
        float distance = got[i] - expected[i];
        difference[i] = isfinite(distance) ? distance : INFINITY; /* never written: full strength */
    }
    char place[AXES_TEXT];
    axes_text(item->record.axes, at, place);
    float full = largest(expected, count), most = largest(difference, count);
    SheetPicture picture = {.height = map.height, .width = map.width, .colours = SHEET_SIGNED};

    Sheet *sheet = sheet_new(text_of("%s, the map through %s", item->record.name, place));
    picture.full = full;
    picture.values = got;
    sheet_add(sheet, picture, "yours");
    picture.values = expected;
    sheet_add(sheet, picture, "expected\nred +%.3g, blue -%.3g", full, full);
    picture.full = most;
    picture.values = difference;
    sheet_add(sheet, picture, "difference\nred +%.3g, blue -%.3g", most, most);
    sheet_write(sheet, folder, text_of("%s.png", name));
    free(got);
    free(expected);
    free(difference);
}

static void draw_failed_tests(const char *folder, const Result *result) {
    for (int t = 0; t < result->verdict.num_tests; t++) {
        const TestVerdict *test = &result->verdict.tests[t];
        Records records = records_read(result->answer.directory, test->name);
        const RecordRead *failed = test->kind == KIND_PASSED ? NULL : failed_comparison(&records);
        if (failed && axes_count(failed->record.axes) > 1)
            draw(folder, text_of("%s-%s", result->answer.exercise->function, test->name), failed);
        records_free(&records);
    }
}

void pictures_draw(const Settings *settings, const Result *results, const char *chapter) {
    const char *folder = text_of("%s/pictures", settings->out);
    output_make_directory(folder);
    for (int e = 0; e < num_exercises; e++)
        if (exercise_in_chapter(&exercises[e], chapter))
            draw_failed_tests(folder, &results[e]);
}
