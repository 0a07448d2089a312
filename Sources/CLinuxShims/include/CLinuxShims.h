#ifndef TBENCH_LINUX_SHIMS_H
#define TBENCH_LINUX_SHIMS_H
extern const int tbench_O_DIRECT;
#include "tbench_hostfacts.h"
#endif
