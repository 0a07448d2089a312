// FS_IOC_FIEMAP, which is variadic and ends in a flexible array.
#ifndef TBENCH_EXTENTS_H
#define TBENCH_EXTENTS_H
#include <stdint.h>
// Asks for the first extent of a range, after writing the file's dirty pages back (FIEMAP_FLAG_SYNC).
// mapped: how many extents the kernel wrote, 0 or 1. Returns what the call returns.
int tbench_first_extent(int fd, uint64_t start, uint64_t length, uint32_t *mapped);
#endif
