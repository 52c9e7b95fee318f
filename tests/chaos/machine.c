/* A machine that fails on demand: preloaded into the bot, it stands between it and the C library.
 *
 * Below MACHINE_FOLDER it notes every change of a file or folder, and every sync, in MACHINE_JOURNAL, in the order in
 * which they happened. From that journal tests/chaos/disk.py builds what a disk would hold after a power cut.
 * MACHINE_CONTROL is a small file, shared as memory, whose words can be turned while the bot runs (see `enum word`).
 * MACHINE_SYNC_DELAY_MS makes every sync slower, with nothing else set.
 *
 * Memory maps are not noted: SQLite maps only its -shm file, which does not outlive a power cut anyway.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The words of the control file, 64 bits each. */
enum word {
    CLOCK_SHIFT_NS, /* added to the wall clock */
    WRITE_ERRNO,    /* what a write that needs more room ends with (ENOSPC), or every write (any other number) */
    SYNC_ERRNO,     /* what a sync ends with */
    SYNC_DELAY_US,  /* how much longer a sync takes */
    LOOP_STALL_US,  /* how long the next turn of the event loop stands still; taken back when it begins */
    WORDS
};

#define MOST_FILES 65536

struct record {
    uint32_t size; /* of the whole record */
    uint32_t kind;
    int64_t fd;
    int64_t number; /* offset, length, flags of an open, or serial number of a sync */
    uint64_t at;    /* monotonic nanoseconds */
    uint32_t first; /* bytes of the path, or of the data */
    uint32_t second;
};

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t begun = PTHREAD_ONCE_INIT;
static char folder[PATH_MAX];
static size_t folder_length;
static int journal = -1;
static volatile int64_t *control;
static int64_t delay_us;
static int64_t syncs;
static unsigned char is_noted[MOST_FILES];
static int (*real_clock)(clockid_t, struct timespec *);
static int (*real_epoll)(int, struct epoll_event *, int, int);

static void begin(void) {
    const char *where = getenv("MACHINE_FOLDER"), *notes = getenv("MACHINE_JOURNAL");
    const char *words = getenv("MACHINE_CONTROL"), *delay = getenv("MACHINE_SYNC_DELAY_MS");
    real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    real_epoll = dlsym(RTLD_NEXT, "epoll_wait");
    if (delay != NULL)
        delay_us = (int64_t)(atof(delay) * 1000);
    if (words != NULL) {
        int fd = syscall(SYS_openat, AT_FDCWD, words, O_RDWR | O_CLOEXEC, 0);
        void *page = fd < 0 ? MAP_FAILED : mmap(NULL, WORDS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (page == MAP_FAILED)
            abort();
        control = page;
    }
    if (where != NULL && notes != NULL) {
        folder_length = strlen(strncpy(folder, where, sizeof folder - 1));
        journal = syscall(SYS_openat, AT_FDCWD, notes, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (journal < 0)
            abort();
    }
}

static int64_t word(enum word which) {
    pthread_once(&begun, begin);
    return control == NULL ? 0 : __atomic_load_n(&control[which], __ATOMIC_RELAXED);
}

static uint64_t monotonic(void) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

static void rest(int64_t us) {
    struct timespec left = {us / 1000000, us % 1000000 * 1000};
    while (us > 0 && nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

/* --- the journal ------------------------------------------------------------------------------------------- */

static void note(char kind, int64_t fd, int64_t number, const void *first, size_t a, const void *second, size_t b) {
    int before = errno;
    struct record head = {sizeof head + a + b, (uint32_t)kind, fd, number, monotonic(), a, b};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)first, a}, {(void *)second, b}};
    if (syscall(SYS_writev, journal, parts, 3) != (long)head.size)
        abort(); /* a journal with a hole would accuse the bot of what it has not done */
    errno = before;
}

/* The absolute path, if it is one to be noted; SQLite's shared memory is not. */
static int is_watched(int at, const char *path, char *whole) {
    pthread_once(&begun, begin);
    if (journal < 0 || path == NULL)
        return 0;
    if (path[0] == '/') {
        strncpy(whole, path, PATH_MAX - 1)[PATH_MAX - 1] = 0;
    } else {
        char link[64], above[PATH_MAX];
        ssize_t got;
        if (at == AT_FDCWD)
            strcpy(link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        got = readlink(link, above, sizeof above - 1);
        if (got < 0)
            return 0;
        above[got] = 0;
        if (snprintf(whole, PATH_MAX, "%s/%s", above, path) >= PATH_MAX)
            return 0;
    }
    size_t length = strlen(whole);
    if (strncmp(whole, folder, folder_length) != 0 || (whole[folder_length] != '/' && whole[folder_length] != 0))
        return 0;
    return length < 4 || strcmp(whole + length - 4, "-shm") != 0;
}

static int noted(int fd) { return fd >= 0 && fd < MOST_FILES && is_noted[fd]; }

/* --- files ------------------------------------------------------------------------------------------------- */

static int do_open(int at, const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    if (!is_watched(at, path, whole))
        return syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&order);
    int fd = syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0 && fd < MOST_FILES) {
        is_noted[fd] = 1;
        note('o', fd, flags & (O_CREAT | O_TRUNC), whole, strlen(whole), NULL, 0);
    }
    pthread_mutex_unlock(&order);
    return fd;
}

#define MODE(flags, last)                                                                                              \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                             \
        va_list more;                                                                                                  \
        va_start(more, last);                                                                                          \
        mode = va_arg(more, mode_t);                                                                                   \
        va_end(more);                                                                                                  \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    return do_open(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    return do_open(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    return do_open(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
    MODE(flags, flags)
    return do_open(at, path, flags, mode);
}

int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
    if (fd >= 0 && fd < MOST_FILES)
        is_noted[fd] = 0;
    return syscall(SYS_close, fd);
}

/* Whether a write up to `end` must fail, and how. */
static int64_t refused(int fd, int64_t end) {
    int64_t how = word(WRITE_ERRNO);
    struct stat now;
    if (how != ENOSPC)
        return how;
    return fstat(fd, &now) == 0 && end <= now.st_size ? 0 : how; /* what has its room already may be overwritten */
}

static ssize_t do_pwrite(int fd, const void *data, size_t count, off64_t where) {
    if (!noted(fd))
        return syscall(SYS_pwrite64, fd, data, count, where);
    int64_t how = refused(fd, where + (int64_t)count);
    if (how != 0) {
        errno = how;
        return -1;
    }
    pthread_mutex_lock(&order);
    ssize_t written = syscall(SYS_pwrite64, fd, data, count, where);
    if (written > 0)
        note('w', fd, where, data, written, NULL, 0);
    pthread_mutex_unlock(&order);
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t count, off_t where) { return do_pwrite(fd, data, count, where); }
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t where) { return do_pwrite(fd, data, count, where); }

ssize_t write(int fd, const void *data, size_t count) {
    if (!noted(fd))
        return syscall(SYS_write, fd, data, count);
    int64_t how = refused(fd, lseek(fd, 0, SEEK_CUR) + (int64_t)count);
    if (how != 0) {
        errno = how;
        return -1;
    }
    pthread_mutex_lock(&order);
    ssize_t written = syscall(SYS_write, fd, data, count);
    if (written > 0)
        note('w', fd, lseek(fd, 0, SEEK_CUR) - written, data, written, NULL, 0);
    pthread_mutex_unlock(&order);
    return written;
}

static int do_truncate(int fd, off64_t length) {
    if (!noted(fd))
        return syscall(SYS_ftruncate, fd, length);
    int64_t how = refused(fd, length);
    if (how != 0) {
        errno = how;
        return -1;
    }
    pthread_mutex_lock(&order);
    int failed = syscall(SYS_ftruncate, fd, length);
    if (!failed)
        note('t', fd, length, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&order);
    return failed;
}

int ftruncate(int fd, off_t length) { return do_truncate(fd, length); }
int ftruncate64(int fd, off64_t length) { return do_truncate(fd, length); }

/* What was written before a sync began is safe once it has ended; what came meanwhile need not be. */
static int do_sync(int fd, long which) {
    pthread_once(&begun, begin);
    int is_ours = noted(fd);
    int64_t serial = 0;
    if (is_ours) {
        pthread_mutex_lock(&order);
        serial = ++syncs;
        note('s', fd, serial, NULL, 0, NULL, 0);
        pthread_mutex_unlock(&order);
    }
    int failed = syscall(which, fd);
    if (is_ours || journal < 0)
        rest(delay_us + word(SYNC_DELAY_US));
    if (is_ours && word(SYNC_ERRNO) != 0) {
        errno = word(SYNC_ERRNO);
        return -1;
    }
    if (is_ours && !failed) {
        pthread_mutex_lock(&order);
        note('d', fd, serial, NULL, 0, NULL, 0);
        pthread_mutex_unlock(&order);
    }
    return failed;
}

int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

/* --- names ------------------------------------------------------------------------------------------------- */

static int do_rename(int from_at, const char *from, int to_at, const char *to) {
    char before[PATH_MAX], after[PATH_MAX];
    int is_ours = is_watched(from_at, from, before) & is_watched(to_at, to, after);
    pthread_mutex_lock(&order);
    int failed = syscall(SYS_renameat, from_at, from, to_at, to);
    if (is_ours && !failed)
        note('r', 0, 0, before, strlen(before), after, strlen(after));
    pthread_mutex_unlock(&order);
    return failed;
}

int rename(const char *from, const char *to) { return do_rename(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int from_at, const char *from, int to_at, const char *to) { return do_rename(from_at, from, to_at, to); }

static int do_link(int from_at, const char *from, int to_at, const char *to, int flags) {
    char before[PATH_MAX], after[PATH_MAX];
    int is_ours = is_watched(from_at, from, before) & is_watched(to_at, to, after);
    pthread_mutex_lock(&order);
    int failed = syscall(SYS_linkat, from_at, from, to_at, to, flags);
    if (is_ours && !failed)
        note('l', 0, 0, before, strlen(before), after, strlen(after));
    pthread_mutex_unlock(&order);
    return failed;
}

int link(const char *from, const char *to) { return do_link(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    return do_link(from_at, from, to_at, to, flags);
}

static int do_unlink(int at, const char *path, int flags) {
    char whole[PATH_MAX];
    int is_ours = is_watched(at, path, whole);
    pthread_mutex_lock(&order);
    int failed = syscall(SYS_unlinkat, at, path, flags);
    if (is_ours && !failed)
        note('u', 0, 0, whole, strlen(whole), NULL, 0);
    pthread_mutex_unlock(&order);
    return failed;
}

int unlink(const char *path) { return do_unlink(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return do_unlink(at, path, flags); }
int remove(const char *path) {
    int failed = do_unlink(AT_FDCWD, path, 0);
    return failed && errno == EISDIR ? do_unlink(AT_FDCWD, path, AT_REMOVEDIR) : failed;
}
int rmdir(const char *path) { return do_unlink(AT_FDCWD, path, AT_REMOVEDIR); }

static int do_mkdir(int at, const char *path, mode_t mode) {
    char whole[PATH_MAX];
    int is_ours = is_watched(at, path, whole);
    pthread_mutex_lock(&order);
    int failed = syscall(SYS_mkdirat, at, path, mode);
    if (is_ours && !failed)
        note('m', 0, 0, whole, strlen(whole), NULL, 0);
    pthread_mutex_unlock(&order);
    return failed;
}

int mkdir(const char *path, mode_t mode) { return do_mkdir(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return do_mkdir(at, path, mode); }

/* --- the wall clock, and the event loop -------------------------------------------------------------------- */

int clock_gettime(clockid_t which, struct timespec *now) {
    int64_t shift = word(CLOCK_SHIFT_NS);
    int failed = real_clock == NULL ? syscall(SYS_clock_gettime, which, now) : real_clock(which, now);
    if (failed || shift == 0 || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE))
        return failed;
    int64_t all = (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + shift;
    now->tv_sec = all / 1000000000;
    now->tv_nsec = all % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (told != NULL)
        *told = exact.tv_sec;
    return exact.tv_sec;
}

int epoll_wait(int set, struct epoll_event *events, int most, int timeout) {
    if (word(LOOP_STALL_US) != 0)
        rest(__atomic_exchange_n(&control[LOOP_STALL_US], 0, __ATOMIC_RELAXED));
    return real_epoll(set, events, most, timeout);
}
