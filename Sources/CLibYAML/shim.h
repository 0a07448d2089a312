#ifndef TBENCH_CLIBYAML_H
#define TBENCH_CLIBYAML_H
#include <yaml.h>
#endif
