#define _GNU_SOURCE
#include "CLinuxShims.h"
#include <fcntl.h>
const int tbench_O_DIRECT = O_DIRECT;
