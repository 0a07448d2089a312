#ifndef TBENCH_ARGUMENTS_H
#define TBENCH_ARGUMENTS_H

// The process's arguments as the kernel passed them. Swift's CommandLine reads /proc/self/cmdline and is empty where
// /proc is not mounted; the C library hands both to every constructor.
int tbench_argument_count(void);
// One argument; valid for the life of the process. index: 0 ... tbench_argument_count() - 1.
const char *tbench_argument(int index);

#endif
