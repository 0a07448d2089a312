// What tbench needs as the init of a guest.
#ifndef TBENCH_GUEST_H
#define TBENCH_GUEST_H
// finit_module(2) without parameters; is_compressed lets the kernel decompress the module itself (Linux 5.17).
int tbench_load_module(int fd, int is_compressed);
// mount(2) without options; devtmpfs must not be nodev.
int tbench_mount_plain(const char *type, const char *target);
// reboot(2) with RB_POWER_OFF; returns only on failure.
int tbench_power_off(void);
#endif
