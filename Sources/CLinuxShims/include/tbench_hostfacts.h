#ifndef TBENCH_HOSTFACTS_H
#define TBENCH_HOSTFACTS_H
/* statfs(2): Swift's Glibc module has only statvfs(3), which does not give the filesystem's type. */
#include <sys/statfs.h>
#endif
