#include "tbench_work.h"

__attribute__((no_sanitize("thread", "address"), noinline))
uint64_t tbench_dependent_steps(uint64_t value, uint64_t steps) {
    // Each step needs the one before: multiply and add, 3 + 1 cycles on today's processors. No memory is touched.
    for (; steps > 0; steps--) {
        value = value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        // Else a compiler folds several steps into one with other constants.
        __asm__ volatile("" : "+r"(value));
    }
    return value;
}
