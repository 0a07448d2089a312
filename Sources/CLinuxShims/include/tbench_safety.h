#ifndef TBENCH_SAFETY_H
#define TBENCH_SAFETY_H
#include <stdint.h>
// One system call each, for what the Swift importer drops: variadic calls, ioctl numbers, GNU-only
// functions. Each returns what the call returns; errno is the call's.

// ioctl_list(2): BLKGETSIZE64, BLKROGET, BLKSSZGET, BLKRRPART.
int tbench_safety_device_size(int fd, uint64_t *bytes);
int tbench_safety_device_read_only(int fd, int *read_only);
int tbench_safety_logical_block(int fd, int *bytes);
int tbench_safety_reread_partitions(int fd);

// openat2(2) with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_XDEV.
int tbench_safety_open_beneath(int directory, const char *name, int flags);

// unshare(2) and setns(2), for the calling thread.
int tbench_safety_unshare_mounts(void);
int tbench_safety_unshare_fs(void);
int tbench_safety_join_mounts(int fd);

// mount(2) and umount2(2).
int tbench_safety_make_mounts_private(void);
int tbench_safety_mount(const char *source, const char *target, const char *type);
int tbench_safety_unmount(const char *target, int detach);

// fallocate(2), mode 0.
int tbench_safety_allocate(int fd, int64_t offset, int64_t length);

// pipe2(2) with O_CLOEXEC.
int tbench_safety_pipe(int ends[2]);

// makedev(3).
unsigned tbench_safety_major(uint64_t device);
unsigned tbench_safety_minor(uint64_t device);
#endif
