#include "include/tbench_sockets.h"
#include <sys/resource.h>

_Static_assert(EPOLLET == 1U << 31, "EPOLLET is bit 31");

int tbench_raise_open_files(uint64_t wanted, uint64_t *granted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    }
    *granted = limit.rlim_cur;
    return 0;
}
