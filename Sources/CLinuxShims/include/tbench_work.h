// Work for a processor that takes the same number of cycles in a debug and a release build, sanitized or not.
#ifndef TBENCH_WORK_H
#define TBENCH_WORK_H
#include <stdint.h>
// Runs a chain of steps of some 4 cycles each, starting from a value. Returns its end, for the caller to keep, so that
// no compiler leaves the chain out.
uint64_t tbench_dependent_steps(uint64_t value, uint64_t steps);
#endif
