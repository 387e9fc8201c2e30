/* Compiles an answer and looks at what came of it. */
#include "object.h"

#include "command.h"
#include "files.h"
#include "rules.h"
#include "sandbox.h"

#include <ctype.h>
#include <string.h>

enum { COMPILE_SECONDS = 120, COMPILE_CPU_SECONDS = 20, COMPILE_MEGABYTES = 1024, LOG_LINES = 12 };

/* A command for what the student's file has a hand in. */
static Command limited_command(const Settings *settings) {
    return (Command){.cpu_seconds = 1 + (int)(COMPILE_CPU_SECONDS * settings->limit_scale),
                     .megabytes = COMPILE_MEGABYTES};
}

static const char *folder_of(const char *path) {
    return text_of("%.*s", (int)(strrchr(path, '/') - path), path);
}

static bool refuse(Verdict *verdict, const char *message) {
    verdict->status = STATUS_NOT_COMPILED;
    verdict->message = message;
    return false;
}

static const char *text_in(const Answer *answer, const char *name) {
    const char *text = file_text(in_directory(answer, name), NULL);
    return text ? text : "";
}

static bool includes_allowed(const Answer *answer, Verdict *verdict) {
    const char *folders[2] = {"common", folder_of(answer->source)};
    const char *foreign = rules_foreign_file(text_in(answer, "answer.d"), folders);
    return !foreign ||
           refuse(verdict, text_of("%s includes %s. Include headers of the lesson, of C "
                                   "and of your own folder alone.",
                                   answer->source, foreign));
}

/* The log's lines about files of the source's folder: they quote nothing else that is included. */
static const char *lines_of_folder(const char *source, const char *log) {
    const char *folder = text_of("%s/", folder_of(source)), *lines = "";
    for (const char *line = log; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *one = text_of("%.*s", (int)strcspn(line, "\n"), line);
        bool begins = strncmp(one, folder, strlen(folder)) == 0 && !strstr(one, "../");
        if (begins || strstr(one, source))
            lines = text_of("%s%s\n", lines, one);
    }
    return lines;
}

/* The source must be compiled under the name that the student knows, so the copy in the answer's
 * directory is for comparisons alone. */
static bool compile(const Settings *settings, const Answer *answer, Verdict *verdict) {
    Command command = limited_command(settings);
    if (settings->sandbox) {
        sandbox_begin(&command, answer->directory);
        sandbox_show(&command, "common");
        sandbox_show(&command, folder_of(answer->source));
    }
    command_add(&command, settings->compiler);
    command_add_words(&command, settings->flags);
    command_add_words(&command, "-S -MD -MT answer -MF");
    command_add(&command, in_directory(answer, "answer.d"));
    command_add(&command, answer->source);
    command_add(&command, "-o");
    command_add(&command, in_directory(answer, "answer.s"));
    const char *log = in_directory(answer, "compile.log");
    int status = command_run(&command, log, COMPILE_SECONDS);
    verdict->warnings = file_head(log, LOG_LINES);
    if (status == 0 || !includes_allowed(answer, verdict)) /* whose lines its errors quote */
        return status == 0;
    if (status == COMMAND_TIMED_OUT || strstr(verdict->warnings, "terminated program") ||
        strstr(verdict->warnings, "out of memory"))
        return refuse(verdict, "The compiler did not come to an end within its limits of time and "
                               "memory.");
    if (!*text_in(answer, "answer.d")) /* it broke off before it said what is included */
        verdict->warnings = lines_of_folder(answer->source, verdict->warnings);
    return refuse(verdict, *verdict->warnings ? verdict->warnings : "The compiler was stopped.");
}

static bool assemble(const Settings *settings, const Answer *answer, Verdict *verdict) {
    const char *word = rules_assembly(text_in(answer, "answer.s"));
    if (word)
        return refuse(verdict, text_of("%s holds assembly (%s); the exercises are to be written in "
                                       "C alone.",
                                       answer->source, word));
    Command command = limited_command(settings);
    if (settings->sandbox)
        sandbox_begin(&command, answer->directory);
    command_add(&command, settings->compiler);
    command_add(&command, "-c");
    command_add(&command, in_directory(answer, "answer.s"));
    command_add(&command, "-o");
    command_add(&command, in_directory(answer, "answer.o"));
    const char *log = in_directory(answer, "assemble.log");
    return command_run(&command, log, COMPILE_SECONDS) == 0 ||
           refuse(verdict, text_of("What the compiler made of %s cannot be assembled: %s",
                                   answer->source, file_head(log, LOG_LINES)));
}

/* objdump's table: a line "  3 .data  00000000 ..." for each section. */
static bool sections_allowed(const Answer *answer, Verdict *verdict) {
    Command command = {0};
    command_add_words(&command, "objdump -hw");
    command_add(&command, in_directory(answer, "answer.o"));
    const char *log = in_directory(answer, "sections.log");
    if (command_run(&command, log, COMPILE_SECONDS) != 0)
        return refuse(verdict, text_of("objdump cannot read what %s became: %s", answer->source,
                                       file_head(log, LOG_LINES)));
    for (const char *line = file_text(log, NULL); line && *line;) {
        const char *at = line + strspn(line, " ");
        if (isdigit((unsigned char)*at)) {
            at += strspn(at, "0123456789");
            at += strspn(at, " ");
            const char *name = text_of("%.*s", (int)strcspn(at, " \n"), at);
            if (!rules_allow_section(name))
                return refuse(verdict, text_of("%s has a section %s: no code of an answer may run "
                                               "before or after the tests (constructors, "
                                               "destructors).",
                                               answer->source, name));
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return true;
}

typedef struct Symbol {
    const char *name;
    char type; /* nm's letter */
} Symbol;

/* The next of nm's lines "name type value size"; false at the end. */
static bool next_symbol(const char **line, Symbol *symbol) {
    if (!*line || !**line)
        return false;
    size_t length = strcspn(*line, " \n"), whole = strcspn(*line, "\n");
    symbol->name = text_of("%.*s", (int)length, *line);
    symbol->type = length < whole ? (*line)[length + 1] : '?';
    *line += whole + ((*line)[whole] == '\n');
    return true;
}

static bool is_undefined(Symbol symbol) {
    return symbol.type == 'U' || symbol.type == 'w' || symbol.type == 'v';
}

/* Others see capital letters and unique symbols (u); an indirect one (i) has code that runs at the
 * start. */
static bool is_public(Symbol symbol) {
    return !is_undefined(symbol) &&
           (isupper((unsigned char)symbol.type) || symbol.type == 'u' || symbol.type == 'i');
}

/* The object must define the exercise's function, and nothing else that others could see. */
static bool has_its_symbol(const Answer *answer, Verdict *verdict) {
    Command command = {0};
    command_add_words(&command, "nm -P");
    command_add(&command, in_directory(answer, "answer.o"));
    const char *log = in_directory(answer, "symbols.log");
    command_run(&command, log, COMPILE_SECONDS);

    const char *function = answer->exercise->function, *other = NULL;
    bool defined = false;
    Symbol symbol;
    for (const char *line = file_text(log, NULL); next_symbol(&line, &symbol);) {
        if (strcmp(symbol.name, function) == 0 && symbol.type == 'T')
            defined = true;
        else if (is_public(symbol))
            other = symbol.name;
    }
    if (defined && !other)
        return true;
    return refuse(verdict,
                  defined ? text_of("%s also defines %s. Write `static` before it: other files "
                                    "must not see your helpers.",
                                    answer->source, other)
                          : text_of("%s does not define the function %s; is its name spelled so?",
                                    answer->source, function));
}

bool object_make(const Settings *settings, const Answer *answer, Verdict *verdict) {
    return compile(settings, answer, verdict) && includes_allowed(answer, verdict) &&
           assemble(settings, answer, verdict) && has_its_symbol(answer, verdict) &&
           sections_allowed(answer, verdict);
}

bool object_calls_allowed(const Answer *answer, Verdict *verdict) {
    Symbol symbol;
    for (const char *line = text_in(answer, "symbols.log"); next_symbol(&line, &symbol);)
        if (is_undefined(symbol) && !rules_allow_call(answer->exercise, symbol.name))
            return refuse(verdict,
                          text_of("%s uses %s. An answer to this exercise may call C's own "
                                  "functions for numbers, memory, text and printing, and "
                                  "what the headers of the lesson are there to give it.",
                                  answer->source, symbol.name));
    return true;
}
