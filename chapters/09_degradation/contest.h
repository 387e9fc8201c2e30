/* The networks that are compared, and their training: all with the same options, each in its own
 * folder below the directory of the options. */
#ifndef CONTEST_H
#define CONTEST_H

#include "models/plain.h"
#include "training/trainer.h"

enum { MOST_CANDIDATES = 4, CANDIDATE_NAME = 16 };

typedef enum Kind { PLAIN, RESIDUAL, KINDS } Kind;

typedef struct Candidate {
    char name[CANDIDATE_NAME]; /* "plain56", "resnet56": also the folder's name */
    Kind kind;
    ResNetModel model;
} Candidate;

typedef struct Contest {
    Candidate candidates[MOST_CANDIDATES];
    int count;
    Dataset training, test;
    TrainerOptions trainer; /* all but the model */
    Arena *arena;           /* of paths and numbers */
} Contest;

/* Adds a network of `layers` layers, in the CIFAR form. */
void contest_add(Contest *contest, int layers, Kind kind);

/* Records a Candidate's layers. */
RecordLayers candidate_layers;

/* Trains the candidates in turn. Ends the program before the first if a folder cannot be
 * written. */
void contest_train(const Contest *contest);

/* Where a file of the candidate's training lies: trainer_log_file, ... */
const char *contest_path(const Contest *contest, const Candidate *candidate, const char *file);

#endif
