/* Writes down what a program writes into a folder and what of it has reached the disk, so that a power cut can be
 * played afterwards: power.py makes the folder as a disk would have it that forgot what was not synced.
 *
 *   POWER_CUT_FOLDER  the folder that is watched
 *   POWER_CUT_LOG     the record
 *   POWER_CUT_REFUSE  a file with the number of an error: while it is there, every write into the folder fails with it
 *
 * A record has a head of 40 octets (kind, length of the name, length of the data, file, offset or size, and for a sync
 * how much of the record it covers), then the name, then the data. Records stand in the order of the acts. A sync
 * is recorded after it was done, and covers only what was recorded before it began. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int record = -1;
static const char *refusal;
/* The file of each descriptor: its inode; 0 is none of ours, 1 the folder itself. */
static uint64_t file_of[FILES];

struct head {
  uint32_t kind, name;
  uint64_t data, file, offset, covers;
};

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("POWER_CUT_LOG");
  folder = getenv("POWER_CUT_FOLDER");
  if (!log || !folder) return;
  refusal = getenv("POWER_CUT_REFUSE");
  folder_length = strlen(folder);
  record = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(uint32_t kind, const char *name, const void *data, uint64_t length, uint64_t file, uint64_t offset,
                uint64_t covers) {
  struct head head = {kind, name ? (uint32_t)strlen(name) : 0, length, file, offset, covers};
  struct iovec parts[3] = {{&head, sizeof head}, {(void *)name, head.name}, {(void *)data, length}};
  if (syscall(SYS_writev, record, parts, 3) < 0) abort();
}

/* How long the record is: that of all programs that write into the folder, so a place in it is a moment. */
static uint64_t now(void) { return (uint64_t)syscall(SYS_lseek, record, 0L, SEEK_END); }

/* The name within the folder; NULL for others, and for the shared memory, which nobody expects to last. */
static const char *ours(const char *path) {
  static __thread char whole[PATH_MAX];
  if (record < 0 || !path) return NULL;
  if (path[0] != '/') {
    char here[PATH_MAX];
    if (syscall(SYS_getcwd, here, sizeof here) < 0) return NULL;
    strcpy(whole, here);
    strcat(whole, "/");
    strncat(whole, path, sizeof whole - strlen(whole) - 1);
    path = whole;
  }
  if (strncmp(path, folder, folder_length) != 0 || path[folder_length] != '/') return NULL;
  path += folder_length + 1;
  size_t length = strlen(path);
  if (length == 0 || strchr(path, '/') || (length > 4 && strcmp(path + length - 4, "-shm") == 0)) return NULL;
  return path;
}

static int is_folder(const char *path) {
  if (record < 0 || strncmp(path, folder, folder_length) != 0) return 0;
  path += folder_length;
  return *path == 0 || strcmp(path, "/") == 0;
}

static int opened(int fd, const char *path, int existed) {
  if (fd < 0 || fd >= FILES) return fd;
  const char *name = ours(path);
  pthread_mutex_lock(&lock);
  file_of[fd] = is_folder(path) ? 1 : 0;
  if (name) {
    struct stat found;
    if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
      file_of[fd] = found.st_ino;
      put(existed ? 'E' : 'O', name, NULL, 0, found.st_ino, 0, 0);
    }
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static int exists(const char *path) { return access(path, F_OK) == 0; }

#define OPEN(name)                                                     \
  int name(const char *path, int flags, ...) {                         \
    REAL(name);                                                        \
    mode_t mode = 0;                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                               \
      va_list more;                                                    \
      va_start(more, flags);                                           \
      mode = va_arg(more, mode_t);                                     \
      va_end(more);                                                    \
    }                                                                  \
    int existed = record >= 0 && exists(path);                         \
    int fd = real(path, flags, mode);                                  \
    if (fd >= 0 && record >= 0 && (flags & O_TRUNC)) {                 \
      opened(fd, path, existed);                                       \
      pthread_mutex_lock(&lock);                                       \
      if (fd < FILES && file_of[fd] > 1) put('T', NULL, NULL, 0, file_of[fd], 0, 0); \
      pthread_mutex_unlock(&lock);                                     \
      return fd;                                                       \
    }                                                                  \
    return record < 0 ? fd : opened(fd, path, existed);                \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < FILES) file_of[fd] = 0;
  return real(fd);
}

/* Whether writes fail just now; the error is set. */
static int refused(void) {
  if (!refusal) return 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, refusal, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  char text[8] = {0};
  syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  errno = atoi(text);
  return errno != 0;
}

static int watched(int fd) { return record >= 0 && fd >= 0 && fd < FILES && file_of[fd] > 1; }

#define PWRITE(name, type)                                             \
  ssize_t name(int fd, const void *data, size_t length, type offset) { \
    REAL(name);                                                        \
    if (!watched(fd)) return real(fd, data, length, offset);           \
    if (refused()) return -1;                                          \
    pthread_mutex_lock(&lock);                                         \
    ssize_t done = real(fd, data, length, offset);                     \
    if (done > 0) put('W', NULL, data, (uint64_t)done, file_of[fd], (uint64_t)offset, 0); \
    pthread_mutex_unlock(&lock);                                       \
    return done;                                                       \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  if (!watched(fd)) return real(fd, data, length);
  if (refused()) return -1;
  pthread_mutex_lock(&lock);
  ssize_t done = real(fd, data, length);
  off_t end = lseek(fd, 0, SEEK_CUR);
  if (done > 0) put('W', NULL, data, (uint64_t)done, file_of[fd], (uint64_t)(end - done), 0);
  pthread_mutex_unlock(&lock);
  return done;
}

#define TRUNCATE(name, type)                                           \
  int name(int fd, type size) {                                        \
    REAL(name);                                                        \
    if (!watched(fd)) return real(fd, size);                           \
    if (refused()) return -1;                                          \
    pthread_mutex_lock(&lock);                                         \
    int done = real(fd, size);                                         \
    if (done == 0) put('T', NULL, NULL, 0, file_of[fd], (uint64_t)size, 0); \
    pthread_mutex_unlock(&lock);                                       \
    return done;                                                       \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                     \
  int name(int fd) {                                                   \
    REAL(name);                                                        \
    if (record < 0 || fd < 0 || fd >= FILES || file_of[fd] == 0) return real(fd); \
    pthread_mutex_lock(&lock);                                         \
    uint64_t covers = now();                                             \
    pthread_mutex_unlock(&lock);                                       \
    int done = real(fd);                                               \
    int kept = errno;                                                  \
    pthread_mutex_lock(&lock);                                         \
    if (done == 0) put('S', NULL, NULL, 0, file_of[fd], 0, covers);    \
    pthread_mutex_unlock(&lock);                                       \
    errno = kept;                                                      \
    return done;                                                       \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
  REAL(unlink);
  const char *name = ours(path);
  if (!name) return real(path);
  pthread_mutex_lock(&lock);
  int done = real(path);
  if (done == 0) put('U', name, NULL, 0, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

/* The second name stands where data stand. */
static void put_pair(uint32_t kind, const char *from, const char *to) {
  char name[PATH_MAX];
  strncpy(name, ours(from), sizeof name - 1);
  name[sizeof name - 1] = 0;
  const char *other = ours(to);
  put(kind, name, other, strlen(other), 0, 0, 0);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  if (!ours(from) || !ours(to)) return real(from, to);
  pthread_mutex_lock(&lock);
  int done = real(from, to);
  if (done == 0) put_pair('R', from, to);
  pthread_mutex_unlock(&lock);
  return done;
}

int linkat(int one, const char *from, int other, const char *to, int flags) {
  REAL(linkat);
  if (one != AT_FDCWD || other != AT_FDCWD || !ours(from) || !ours(to)) return real(one, from, other, to, flags);
  pthread_mutex_lock(&lock);
  int done = real(one, from, other, to, flags);
  if (done == 0) put_pair('L', from, to);
  pthread_mutex_unlock(&lock);
  return done;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
