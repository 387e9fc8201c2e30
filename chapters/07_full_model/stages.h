/* A model's stages as a row of boxes: as high as their maps, and the wider the more channels. */
#ifndef STAGES_H
#define STAGES_H

#include "graph/graph.h"

/* Draws the images and the stages that multiply or leave fewer values into directory/07_stages.png.
 * Call before graph_compile(). */
void stages_draw(const Graph *graph, const char *title, const char *directory);

#endif
