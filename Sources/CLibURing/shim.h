#ifndef TBENCH_CLIBURING_H
#define TBENCH_CLIBURING_H
// First, so that the C library's feature macros are those of Swift's Glibc module: liburing.h defines
// _XOPEN_SOURCE, which would give fd_set other member names here than there.
#include <features.h>
#include <liburing.h>
#endif
