#define _GNU_SOURCE
#include "tbench_io.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

_Static_assert(tbench_IOSQE_FIXED_FILE == IOSQE_FIXED_FILE, "kernel ABI");
_Static_assert(tbench_IOSQE_IO_LINK == IOSQE_IO_LINK, "kernel ABI");
_Static_assert(tbench_IORING_FSYNC_DATASYNC == IORING_FSYNC_DATASYNC, "kernel ABI");

int tbench_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

int tbench_fallocate(int fd, int mode, off_t offset, off_t length) {
    return fallocate(fd, mode, offset, length);
}

int tbench_memfd_create(const char *name, unsigned int flags) {
    return memfd_create(name, flags);
}

int tbench_set_thread_name(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

int tbench_pin_attributes(pthread_attr_t *attributes, int cpu) {
    if (cpu < 0 || cpu >= CPU_SETSIZE) return ERANGE;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return pthread_attr_setaffinity_np(attributes, sizeof set, &set);
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_usec * 1000;
}

void tbench_thread_usage(uint64_t *user_ns, uint64_t *system_ns) {
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) != 0) return;
    *user_ns = nanoseconds(usage.ru_utime);
    *system_ns = nanoseconds(usage.ru_stime);
}
