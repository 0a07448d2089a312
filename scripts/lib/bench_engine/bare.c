// The least a program can do: random 4 KiB reads, or NOPs, in a loop without statistics.
//
// What tbench's loop is compared with. No latency is recorded, no clock is read per I/O, nothing is checked but the results.
//   bare nop      -    0     DEPTH BATCH COMPLETE SECONDS
//   bare io_uring FILE BYTES DEPTH BATCH COMPLETE SECONDS
//   bare libaio   FILE BYTES DEPTH BATCH COMPLETE SECONDS
//   bare sync     FILE BYTES 1     1     1        SECONDS
// Prints one line of JSON.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libaio.h>
#include <liburing.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096 };

static const char *mode;
static int file = -1;
static uint64_t blocks = 1;
static unsigned depth, batch, complete;
static char *memory;
static uint64_t seed = 88172645463325252u, calls, ios;
static int64_t until;

static void die(const char *what, int code) {
    fprintf(stderr, "bare %s: %s: %s\n", mode, what, strerror(code));
    exit(1);
}

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// Looks at the clock only now and then.
static int is_over(void) {
    static unsigned turns;
    return (++turns & 63) == 0 && now(CLOCK_MONOTONIC) >= until;
}

static uint64_t next_offset(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint64_t)(((unsigned __int128)seed * blocks) >> 64) * BLOCK;
}

static void run_uring(int is_nop) {
    struct io_uring ring;
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SINGLE_ISSUER |
                 IORING_SETUP_DEFER_TASKRUN};
    int result = io_uring_queue_init_params(depth, &ring, &parameters);
    if (result < 0) die("io_uring_setup", -result);
    io_uring_register_ring_fd(&ring);
    struct iovec vector = {memory, (size_t)depth * BLOCK};
    if (!is_nop) {
        result = io_uring_register_files(&ring, &file, 1);
        if (result < 0) die("register files", -result);
        result = io_uring_register_buffers(&ring, &vector, 1);
        if (result < 0) die("register buffers", -result);
    }
    unsigned *idle = malloc(depth * sizeof *idle), idle_count = depth, in_flight = 0;
    for (unsigned i = 0; i < depth; i++) idle[i] = i;
    for (;;) {
        unsigned count = 0;
        while (count < batch && idle_count > 0) {
            struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
            unsigned slot = idle[--idle_count];
            if (is_nop)
                io_uring_prep_nop(entry);
            else {
                io_uring_prep_read_fixed(entry, 0, memory + (size_t)slot * BLOCK, BLOCK, next_offset(), 0);
                io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
            }
            io_uring_sqe_set_data64(entry, slot);
            count++;
        }
        in_flight += count;
        unsigned wait = idle_count == 0 ? (complete < in_flight ? complete : in_flight) : 0;
        unsigned ready = io_uring_cq_ready(&ring);
        if (count > 0 || ready < wait) {
            calls++;
            result = io_uring_submit_and_wait(&ring, wait);
            if (result < 0 && result != -EINTR) die("io_uring_enter", -result);
        } else if (ready == 0) {
            calls++;
            io_uring_get_events(&ring);
        }
        struct io_uring_cqe *completion;
        unsigned head, seen = 0;
        io_uring_for_each_cqe(&ring, head, completion) {
            if (completion->res != (is_nop ? 0 : BLOCK)) die("read", completion->res < 0 ? -completion->res : EIO);
            idle[idle_count++] = (unsigned)completion->user_data;
            seen++;
        }
        io_uring_cq_advance(&ring, seen);
        in_flight -= seen;
        ios += seen;
        if (is_over()) break;
    }
}

static void run_libaio(void) {
    io_context_t context = 0;
    int result = io_setup((int)depth, &context);
    if (result < 0) die("io_setup", -result);
    struct iocb *blocks_ = calloc(depth, sizeof *blocks_), **ready = malloc(depth * sizeof *ready);
    struct io_event *events = malloc(depth * sizeof *events);
    unsigned *idle = malloc(depth * sizeof *idle), idle_count = depth, in_flight = 0;
    for (unsigned i = 0; i < depth; i++) idle[i] = i;
    for (;;) {
        unsigned count = 0;
        while (count < batch && idle_count > 0) {
            unsigned slot = idle[--idle_count];
            io_prep_pread(&blocks_[slot], file, memory + (size_t)slot * BLOCK, BLOCK, (long long)next_offset());
            ready[count++] = &blocks_[slot];
        }
        for (unsigned done = 0; done < count;) {
            calls++;
            result = io_submit(context, count - done, ready + done);
            if (result < 0 && result != -EINTR) die("io_submit", -result);
            if (result > 0) done += (unsigned)result;
        }
        in_flight += count;
        unsigned wait = idle_count == 0 ? (complete < in_flight ? complete : in_flight) : 0;
        calls++;
        int got = io_getevents(context, wait, depth, events, NULL);
        if (got < 0 && got != -EINTR) die("io_getevents", -got);
        for (int i = 0; i < got; i++) {
            if ((long)events[i].res != BLOCK) die("read", EIO);
            idle[idle_count++] = (unsigned)(events[i].obj - blocks_);
        }
        if (got > 0) {
            in_flight -= (unsigned)got;
            ios += (unsigned)got;
        }
        if (is_over()) break;
    }
    io_destroy(context);
}

static void run_sync(void) {
    while (!is_over()) {
        calls++;
        if (pread(file, memory, BLOCK, (off_t)next_offset()) != BLOCK) die("pread", errno);
        ios++;
    }
}

int main(int count, char **argument) {
    if (count != 8) {
        fprintf(stderr, "usage: bare MODE FILE BYTES DEPTH BATCH COMPLETE SECONDS\n");
        return 64;
    }
    mode = argument[1];
    depth = (unsigned)atoi(argument[4]);
    batch = (unsigned)atoi(argument[5]);
    complete = (unsigned)atoi(argument[6]);
    if (strcmp(mode, "nop") != 0) {
        blocks = strtoull(argument[3], NULL, 10) / BLOCK;
        file = open(argument[2], O_RDONLY | O_DIRECT);
        if (file < 0) die("open", errno);
    }
    if (posix_memalign((void **)&memory, 4096, (size_t)depth * BLOCK) != 0) die("memory", ENOMEM);
    memset(memory, 1, (size_t)depth * BLOCK);
    struct rusage before, after;
    int64_t start = now(CLOCK_MONOTONIC);
    until = start + (int64_t)(atof(argument[7]) * 1e9);
    getrusage(RUSAGE_SELF, &before);
    if (strcmp(mode, "nop") == 0)
        run_uring(1);
    else if (strcmp(mode, "io_uring") == 0)
        run_uring(0);
    else if (strcmp(mode, "libaio") == 0)
        run_libaio();
    else
        run_sync();
    int64_t elapsed = now(CLOCK_MONOTONIC) - start;
    getrusage(RUSAGE_SELF, &after);
    double user = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1e9 +
                  (after.ru_utime.tv_usec - before.ru_utime.tv_usec) * 1e3;
    printf("{\"ios\": %llu, \"elapsed_ns\": %lld, \"user_ns\": %.0f, \"calls\": %llu}\n", (unsigned long long)ios,
           (long long)elapsed, user, (unsigned long long)calls);
    return 0;
}
