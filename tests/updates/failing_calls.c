/* Which system call fails? Of those that change something below a folder the one with a number, for every program that
 * is started with this library.
 *
 * FAULT_FOLDER is the folder, FAULT_AT the number of the call, from 1 on, and FAULT_ERRNO how it fails. With
 * FAULT_LASTING all later ones fail too but for those that remove, as on a disk that stays full. FAULT_LOG is a file
 * that gets the name of each call. The environment is looked at in each call, so that a forked child can set it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int below(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int below_of(int handle) {
    char link[64], path[PATH_MAX];
    if (!getenv("FAULT_FOLDER")) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return below(path);
}

static int below_at(int folder, const char *path) {
    return *path == '/' || folder == AT_FDCWD ? below(path) : below_of(folder);
}

static int fails(const char *call, int removes) {
    static int calls;
    const char *log = getenv("FAULT_LOG"), *at = getenv("FAULT_AT"), *error = getenv("FAULT_ERRNO");
    int number = ++calls, wanted = at ? atoi(at) : 0;
    if (log) {
        char line[64];
        int length = snprintf(line, sizeof line, "%s\n", call);
        int handle = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT, 0600);
        syscall(SYS_write, handle, line, length);
        syscall(SYS_close, handle);
    }
    if (number != wanted && !(getenv("FAULT_LASTING") && number > wanted && !removes)) return 0;
    errno = error ? atoi(error) : EIO;
    return 1;
}

#define REAL(result, name, ...) ((result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

#define OPEN(name)                                                                                                   \
    int name(const char *path, int flags, ...) {                                                                     \
        va_list more;                                                                                                \
        va_start(more, flags);                                                                                       \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                      \
        va_end(more);                                                                                                \
        if (flags & (O_WRONLY | O_RDWR) && below(path) && fails("open", 0)) return -1;                               \
        return REAL(int, #name, const char *, int, ...)(path, flags, mode);                                          \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                 \
    int name(int folder, const char *path, int flags, ...) {                                                         \
        va_list more;                                                                                                \
        va_start(more, flags);                                                                                       \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                      \
        va_end(more);                                                                                                \
        if (flags & (O_WRONLY | O_RDWR) && below_at(folder, path) && fails("open", 0)) return -1;                    \
        return REAL(int, #name, int, const char *, int, ...)(folder, path, flags, mode);                             \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int handle, const void *content, size_t size) {
    if (below_of(handle) && fails("write", 0)) return -1;
    return REAL(ssize_t, "write", int, const void *, size_t)(handle, content, size);
}

int fsync(int handle) {
    if (below_of(handle) && fails("fsync", 0)) return -1;
    return REAL(int, "fsync", int)(handle);
}

int rename(const char *from, const char *to) {
    if (below(to) && fails("rename", 0)) return -1;
    return REAL(int, "rename", const char *, const char *)(from, to);
}

int renameat(int from_folder, const char *from, int folder, const char *to) {
    if (below_at(folder, to) && fails("rename", 0)) return -1;
    return REAL(int, "renameat", int, const char *, int, const char *)(from_folder, from, folder, to);
}

int renameat2(int from_folder, const char *from, int folder, const char *to, unsigned flags) {
    if (below_at(folder, to) && fails("rename", 0)) return -1;
    return REAL(int, "renameat2", int, const char *, int, const char *, unsigned)(from_folder, from, folder, to, flags);
}

int link(const char *from, const char *to) {
    if (below(to) && fails("link", 0)) return -1;
    return REAL(int, "link", const char *, const char *)(from, to);
}

int linkat(int from_folder, const char *from, int folder, const char *to, int flags) {
    if (below_at(folder, to) && fails("link", 0)) return -1;
    return REAL(int, "linkat", int, const char *, int, const char *, int)(from_folder, from, folder, to, flags);
}

int mkdir(const char *path, mode_t mode) {
    if (below(path) && fails("mkdir", 0)) return -1;
    return REAL(int, "mkdir", const char *, mode_t)(path, mode);
}

int unlink(const char *path) {
    if (below(path) && fails("unlink", 1)) return -1;
    return REAL(int, "unlink", const char *)(path);
}

int unlinkat(int folder, const char *path, int flags) {
    if (below_at(folder, path) && fails("unlink", 1)) return -1;
    return REAL(int, "unlinkat", int, const char *, int)(folder, path, flags);
}

int rmdir(const char *path) {
    if (below(path) && fails("rmdir", 1)) return -1;
    return REAL(int, "rmdir", const char *)(path);
}
