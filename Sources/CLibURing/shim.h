#ifndef TBENCH_CLIBURING_H
#define TBENCH_CLIBURING_H
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#include <liburing.h>
#endif
