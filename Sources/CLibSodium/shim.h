#ifndef TBENCH_CLIBSODIUM_H
#define TBENCH_CLIBSODIUM_H
#include <sodium.h>
#endif
