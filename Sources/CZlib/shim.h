#ifndef TBENCH_CZLIB_H
#define TBENCH_CZLIB_H
#include <zlib.h>
#endif
