/* Standard streams as the caller left them. A closed one would lend its number to the next file,
 * and that file would get what is printed: /dev/null takes its place. What could not be printed,
 * for want of room perhaps, ends with a message and exit status 1. The linker takes streams_check()
 * into every program (Makefile). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void streams_check(void);

static void check_written(void) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return;
    fprintf(stderr,
            "error: not all could be written to standard output; free some room, or send it "
            "elsewhere [%s:%d]\n",
            __FILE__, __LINE__);
    _exit(EXIT_FAILURE);
}

/* Registered before main() begins, so that of all that is done at the exit it comes last. */
__attribute__((constructor(102))) void streams_check(void) {
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++)
        if (fcntl(number, F_GETFD) < 0)
            open("/dev/null", O_RDWR); /* takes the lowest number that is free: this */
    atexit(check_written);
}
