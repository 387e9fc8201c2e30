/* Counts guesses. The lessons say which questions there are. */
#include "predictions.h"

#include "files.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_QUESTIONS = 64, MOST_BYTES = 1 << 17 };

static int questions_of(const char *chapter) {
    static const char mark[] = "**Predict:**";
    const char *lesson = file_text(text_of("chapters/%s/README.md", chapter), NULL);
    int count = 0;
    while (lesson && (lesson = strstr(lesson, mark)) && count < MOST_QUESTIONS) {
        lesson += strlen(mark);
        count++;
    }
    return count;
}

int predictions_asked(void) {
    int count = 0;
    for (const char *const *chapter = directory_names("chapters", ""); *chapter; chapter++)
        count += questions_of(*chapter);
    return count;
}

/* Lines of number, date, guess, question, with tabs between; of a question the first counts. */
static int count_guesses(const char *text, int questions) {
    bool guessed[MOST_QUESTIONS + 1] = {false};
    int count = 0;
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
        char *behind;
        long number = strtol(text, &behind, 10);
        size_t date = *behind == '\t' ? strcspn(behind + 1, "\t\n") : 0;
        const char *guess = behind + 1 + date; /* its tab, if all is well */
        if (date == 0 || *guess != '\t' || strcspn(guess + 1, "\t\n") == 0 || number < 1 ||
            number > questions || guessed[number])
            continue;
        guessed[number] = true;
        count++;
    }
    return count;
}

int predictions_guessed(const char *folder) {
    int count = 0;
    for (const char *const *chapter = directory_names("chapters", ""); *chapter; chapter++) {
        const char *path = text_of("%s/%.2s", folder, *chapter);
        struct stat status;
        if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MOST_BYTES)
            continue;
        const char *text = file_text(path, NULL);
        if (text)
            count += count_guesses(text, questions_of(*chapter));
    }
    return count;
}
