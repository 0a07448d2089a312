#include "tbench_arguments.h"
#include <stddef.h>

static int argument_count;
static char **argument_values;

// glibc calls constructors with main's parameters (see __libc_csu_init, call_init in csu/libc-start.c).
__attribute__((constructor)) static void remember(int count, char **values) {
    argument_count = count;
    argument_values = values;
}

int tbench_argument_count(void) { return argument_values == NULL ? 0 : argument_count; }

const char *tbench_argument(int index) {
    return index >= 0 && index < tbench_argument_count() ? argument_values[index] : NULL;
}
