#ifndef TBENCH_SOCKETS_H
#define TBENCH_SOCKETS_H
// epoll(7), which Swift's Glibc module leaves out; plain declarations, no wrappers needed.
#include <sys/epoll.h>
#include <stdint.h>
// An enum of an unsigned type whose last bit Swift's importer reads as negative.
static const uint32_t tbench_EPOLLET = 1U << 31;
// setrlimit(2) for RLIMIT_NOFILE, whose resource number is an enum in one C library and an int in another.
int tbench_raise_open_files(uint64_t wanted, uint64_t *granted);
#endif
