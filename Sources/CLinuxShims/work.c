#include "tbench_work.h"

__attribute__((no_sanitize("thread", "address"), noinline))
uint64_t tbench_touching_steps(uint64_t value, uint64_t units, const uint64_t *lines, uint64_t mask) {
    for (; units > 0; units--) {
        // Eighty-eight steps, each of which needs the one before: multiply and add, 3 + 1 cycles on today's processors.
        for (int step = 0; step < 88; step++) {
            value = value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            // Else a compiler folds several steps into one with other constants.
            __asm__ volatile("" : "+r"(value));
        }
        // A line somewhere, which the next step needs: some 50 cycles from a third-level cache.
        value += lines[((value >> 32) & mask) * 8];
    }
    return value;
}
