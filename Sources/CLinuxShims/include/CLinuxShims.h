#ifndef TBENCH_LINUX_SHIMS_H
#define TBENCH_LINUX_SHIMS_H
#include "tbench_arguments.h"
#include "tbench_io.h"
extern const int tbench_O_DIRECT;
#include "tbench_safety.h"
#include "tbench_hostfacts.h"
#include "tbench_sockets.h"
#include "tbench_network.h"
#include "tbench_extents.h"
#include "tbench_guest.h"
#include "tbench_work.h"
#endif
