#ifndef TBENCH_CLIBAIO_H
#define TBENCH_CLIBAIO_H
#include <libaio.h>
#endif
