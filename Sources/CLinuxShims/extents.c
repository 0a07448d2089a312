#define _GNU_SOURCE
#include "tbench_extents.h"
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

int tbench_first_extent(int fd, uint64_t start, uint64_t length, uint32_t *mapped) {
    _Alignas(struct fiemap) char space[sizeof(struct fiemap) + sizeof(struct fiemap_extent)];
    memset(space, 0, sizeof space);
    struct fiemap *map = (struct fiemap *)space;
    map->fm_start = start;
    map->fm_length = length;
    map->fm_flags = FIEMAP_FLAG_SYNC;
    map->fm_extent_count = 1;
    int result = ioctl(fd, FS_IOC_FIEMAP, map);
    *mapped = map->fm_mapped_extents;
    return result;
}
