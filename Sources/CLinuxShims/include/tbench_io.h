// What IOEngines needs and the Swift importer drops: GNU-only and variadic calls, and flag macros.
#ifndef TBENCH_IO_H
#define TBENCH_IO_H
#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

// openat(2); the mode is used only with O_CREAT.
int tbench_openat(int directory, const char *path, int flags, mode_t mode);
// fallocate(2).
int tbench_fallocate(int fd, int mode, off_t offset, off_t length);
// memfd_create(2).
int tbench_memfd_create(const char *name, unsigned int flags);
// pthread_setname_np(3) on the calling thread; at most 15 bytes.
int tbench_set_thread_name(const char *name);
// pthread_attr_setaffinity_np(3) with a set of one CPU; ERANGE outside 0 ... CPU_SETSIZE - 1.
int tbench_pin_attributes(pthread_attr_t *attributes, int cpu);

// getrusage(2) of the calling thread; both stay as they are where it fails.
void tbench_thread_usage(uint64_t *user_ns, uint64_t *system_ns);

// Macros over enum constants and shifts, which do not import; io.c asserts that they are the kernel's.
static const uint32_t tbench_IOSQE_FIXED_FILE = 1U << 0;
static const uint32_t tbench_IOSQE_IO_LINK = 1U << 2;
static const uint32_t tbench_IORING_FSYNC_DATASYNC = 1U << 0;
// Linux 6.10, newer than the headers of Debian 12: a NOP completes with its length as the result.
static const uint32_t tbench_IORING_NOP_INJECT_RESULT = 1U << 0;
#endif
