/* Runs commands in bubblewrap. */
#include "sandbox.h"

#include "files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/seccomp.h>
#include <sys/prctl.h>
#endif

enum { SECONDS = 30, PATH_TEXT = 4096 };

static const char *limit = "--size 67108864"; /* bytes of /tmp, where bubblewrap knows that */

static const char *absolute(const char *path) {
    char here[PATH_TEXT];
    return path[0] == '/' || !getcwd(here, sizeof here) ? path : text_of("%s/%s", here, path);
}

static void mount(Command *command, const char *how, const char *path) {
    const char *words[] = {how, absolute(path), absolute(path)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        command_add(command, words[i]);
}

void sandbox_show(Command *command, const char *path) {
    mount(command, "--ro-bind", path);
}

/* Where programs and libraries are; /lib is a link to /usr/lib on most systems. */
static void show_system(Command *command) {
    static const char *const paths[] = {"/usr",
                                        "/bin",
                                        "/sbin",
                                        "/lib",
                                        "/lib32",
                                        "/lib64",
                                        "/libx32",
                                        "/etc/alternatives",
                                        "/etc/ld.so.cache"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char target[PATH_TEXT];
        ssize_t length = readlink(paths[i], target, sizeof target - 1);
        if (length > 0) {
            command_add(command, "--symlink");
            command_add(command, text_of("%.*s", (int)length, target));
            command_add(command, paths[i]);
        } else if (file_exists(paths[i])) {
            sandbox_show(command, paths[i]);
        }
    }
}

void sandbox_begin(Command *command, const char *writable) {
    char folder[PATH_TEXT];
    const char *here = getcwd(folder, sizeof folder) ? text_of("%s", folder) : "/";
    command_add_words(command, "bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL "
                               "--dev-bind /dev/null /dev/null");
    command_add_words(command, limit);
    command_add_words(command, "--tmpfs /tmp");
    show_system(command);
    command_add(command, "--dir");
    command_add(command, here);
    mount(command, "--bind", writable);
    command_add(command, "--chdir");
    command_add(command, here);
}

static bool runs(const char *build, const char *compiler) {
    Command command = {0};
    command_add_words(&command, "sh -c");
    command_add(&command, "\"$@\" || exit 1"); /* where there is no bwrap, too */
    command_add(&command, "sh");
    sandbox_begin(&command, build);
    command_add(&command, compiler);
    command_add(&command, "--version");
    return command_run(&command, text_of("%s/sandbox.log", build), SECONDS) == 0;
}

bool sandbox_works(const char *build, const char *compiler) {
    const char *wanted = getenv("GRADE_SANDBOX");
    if (wanted && strcmp(wanted, "none") == 0)
        return false;
    if (runs(build, compiler))
        return true;
    limit = ""; /* bubblewrap before 0.7 */
    return runs(build, compiler);
}

bool system_calls_are_filtered(void) {
#ifdef __linux__
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != 0 && errno == EFAULT;
#else
    return false;
#endif
}
