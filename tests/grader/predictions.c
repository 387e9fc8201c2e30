/* Counts guesses. The lessons say which questions there are. */
#include "predictions.h"

#include "files.h"

#include <string.h>
#include <sys/stat.h>

enum { MOST_QUESTION = 4096, MOST_BYTES = 1 << 17 };

static const char mark[] = "**Predict:**";

/* The paragraph around a mark, as predict.sh keeps it: on one line, without pairs of asterisks. */
static void copy_question(const char *lesson, const char *at, char question[MOST_QUESTION]) {
    while (at > lesson && strncmp(at - 1, "\n\n", 2) != 0)
        at--;
    at += *at == '\n';
    size_t length = 0;
    while (*at && strncmp(at, "\n\n", 2) != 0 && length < MOST_QUESTION - 1)
        if (strncmp(at, "**", 2) == 0)
            at += 2;
        else
            question[length++] = *at++;
    question[length] = 0;
    for (char *end = question; (end = strchr(end, '\n'));)
        *end = ' ';
}

/* Lines of number, date, guess, question, with tabs between. */
static bool is_guessed(const char *guesses, const char *question) {
    const char *end = text_of("\t%s\n", question);
    for (const char *at = guesses; (at = strstr(at, end)); at++)
        if (at > guesses && !strchr("\t\n", at[-1]))
            return true;
    return false;
}

/* guesses NULL: counts all. */
static int count_questions(const char *chapter, const char *guesses) {
    const char *lesson = file_text(text_of("chapters/%s/README.md", chapter), NULL);
    int count = 0;
    for (const char *at = lesson; at && (at = strstr(at, mark)); at += strlen(mark)) {
        char question[MOST_QUESTION];
        copy_question(lesson, at, question);
        count += !guesses || is_guessed(guesses, question);
    }
    return count;
}

int predictions_asked(void) {
    int count = 0;
    for (const char *const *chapter = directory_names("chapters", ""); *chapter; chapter++)
        count += count_questions(*chapter, NULL);
    return count;
}

int predictions_guessed(const char *folder) {
    int count = 0;
    for (const char *const *chapter = directory_names("chapters", ""); *chapter; chapter++) {
        const char *path = text_of("%s/%.2s", folder, *chapter);
        struct stat status;
        if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MOST_BYTES)
            continue;
        const char *guesses = file_text(path, NULL);
        if (guesses)
            count += count_questions(*chapter, guesses);
    }
    return count;
}
