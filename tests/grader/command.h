/* Other programs: the compiler, nm, addr2line, the test programs. */
#ifndef GRADER_COMMAND_H
#define GRADER_COMMAND_H

enum { COMMAND_TIMED_OUT = -1 };

/* A command line that grows; every word is kept apart. */
typedef struct Command {
    const char *words[256];
    int count;
    int cpu_seconds; /* of computing, for each of its processes; 0: no limit */
    int megabytes;   /* of memory, likewise; 0: the usual limit */
} Command;

void command_add(Command *command, const char *word);

/* Adds each of the words that spaces divide. */
void command_add_words(Command *command, const char *words);

/* Runs it with both outputs going to the file, ended after so many seconds, its memory limited,
 * with little of the environment and no other open files. What it leaves running is ended; so when
 * it is called, this process must have no other children. Returns its exit status, 128 + the
 * signal's number, or COMMAND_TIMED_OUT. */
int command_run(Command *command, const char *output, double seconds);

#endif
