#define _GNU_SOURCE
#include "tbench_guest.h"
#include <sys/mount.h>
#include <stddef.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

// linux/module.h, newer than the headers of Debian 12.
enum { module_init_compressed_file = 4 };

int tbench_load_module(int fd, int is_compressed) {
    return (int)syscall(SYS_finit_module, fd, "", is_compressed ? module_init_compressed_file : 0);
}

int tbench_mount_plain(const char *type, const char *target) {
    return mount(type, target, type, 0, NULL);
}

int tbench_power_off(void) { return reboot(RB_POWER_OFF); }
