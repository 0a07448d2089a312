// Work for a processor that takes the same number of cycles in a debug and a release build, sanitized or not.
#ifndef TBENCH_WORK_H
#define TBENCH_WORK_H
#include <stdint.h>
// Runs a chain of units, starting from a value. A unit is 88 steps of some 4 cycles and one load from a random one of
// the `mask + 1` lines of 64 bytes (a power of two); 400 cycles when it comes from a third-level cache. Returns the end
// of the chain, for the caller to keep, so that no compiler leaves it out.
uint64_t tbench_touching_steps(uint64_t value, uint64_t units, const uint64_t *lines, uint64_t mask);
#endif
