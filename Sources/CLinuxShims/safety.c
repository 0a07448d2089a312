#define _GNU_SOURCE
#include "tbench_safety.h"
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int tbench_safety_device_size(int fd, uint64_t *bytes) { return ioctl(fd, BLKGETSIZE64, bytes); }
int tbench_safety_device_read_only(int fd, int *read_only) { return ioctl(fd, BLKROGET, read_only); }
int tbench_safety_logical_block(int fd, int *bytes) { return ioctl(fd, BLKSSZGET, bytes); }
int tbench_safety_reread_partitions(int fd) { return ioctl(fd, BLKRRPART); }

int tbench_safety_open_beneath(int directory, const char *name, int flags) {
    struct open_how how = {
        .flags = (uint64_t)flags,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
    };
    return (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
}

int tbench_safety_unshare_mounts(void) { return unshare(CLONE_NEWNS); }
int tbench_safety_unshare_fs(void) { return unshare(CLONE_FS); }
int tbench_safety_join_mounts(int fd) { return setns(fd, CLONE_NEWNS); }

int tbench_safety_make_mounts_private(void) {
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}
int tbench_safety_mount(const char *source, const char *target, const char *type) {
    return mount(source, target, type, MS_NOSUID | MS_NODEV, NULL);
}
int tbench_safety_unmount(const char *target, int detach) {
    return umount2(target, (detach ? MNT_DETACH : 0) | UMOUNT_NOFOLLOW);
}

unsigned tbench_safety_major(uint64_t device) { return major(device); }
unsigned tbench_safety_minor(uint64_t device) { return minor(device); }

int tbench_safety_allocate(int fd, int64_t offset, int64_t length) {
    return fallocate(fd, 0, offset, length);
}

int tbench_safety_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
