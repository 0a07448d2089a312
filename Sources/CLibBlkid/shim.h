#ifndef TBENCH_CLIBBLKID_H
#define TBENCH_CLIBBLKID_H
#include <blkid/blkid.h>
#endif
