// ICU's data is 32 MiB of the static binary: names of months, collations, calendars, of which tbench uses nothing. This is
// ICU's own way to go without: a package with an empty table of contents. Hidden, so that a dynamic build is not touched.
// See: icu4c/source/stubdata/stubdata.cpp. The symbol's name carries ICU's version; a toolchain with another one ignores this.
#include <stdint.h>

__attribute__((visibility("hidden"), used, aligned(16))) const struct {
    uint16_t header_size;
    uint8_t magic1, magic2;
    uint16_t size, reserved;
    uint8_t big_endian, charset, size_of_uchar, reserved2;
    uint8_t format[4], format_version[4], data_version[4];
    uint8_t padding[8];
    uint32_t count, reserved3;
    int32_t name_and_data[4];
} icudt76_dat = {
    .header_size = 32, .magic1 = 0xda, .magic2 = 0x27, .size = 20, .size_of_uchar = 2,
    .format = {'T', 'o', 'C', 'P'}, .format_version = {1}, .data_version = {76},
};
