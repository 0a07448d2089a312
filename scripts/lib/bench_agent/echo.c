// The bare opponents of tbench's agent and client: Longhorn's 26-byte header over TCP, in as little C as it takes.
//
//   echo serve                              answers every message from nothing; prints its port
//   echo drive PORT KIND BYTES DEPTH SECS CONNS   a closed loop; prints count, mean, p50 and p99 in ns as JSON
//
// KIND is 0 read, 1 write or 6 ping. One thread; messages that are ready together leave together.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEADER = 26, ROOM = 4 << 20 };

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what) { perror(what); exit(1); }

static uint32_t get32(const char *p) { uint32_t v; memcpy(&v, p, 4); return v; }

static void header(char *p, uint32_t seq, uint32_t kind, uint64_t offset, uint32_t size, uint32_t data) {
    uint16_t magic = 0x1b01;
    memcpy(p, &magic, 2); memcpy(p + 2, &seq, 4); memcpy(p + 6, &kind, 4);
    memcpy(p + 10, &offset, 8); memcpy(p + 18, &size, 4); memcpy(p + 22, &data, 4);
}

static void all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k <= 0) die("send");
        p += k; n -= (size_t)k;
    }
}

static void nodelay(int fd) { int on = 1; setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); }

// One thread a connection, as a replica has at least; forked, so that nothing is shared.
static void answer(int fd) {
    char *in = malloc(ROOM), *out = malloc(ROOM);
    size_t have = 0;
    memset(out, 1, ROOM);
    for (;;) {
        ssize_t k = recv(fd, in + have, ROOM - have, 0);
        if (k <= 0) exit(0);
        have += (size_t)k;
        size_t used = 0, filled = 0;
        while (have - used >= HEADER) {
            const char *m = in + used;
            uint32_t kind = get32(m + 6), size = get32(m + 18), data = get32(m + 22);
            if (have - used < HEADER + (size_t)data) break;
            uint64_t offset; memcpy(&offset, m + 10, 8);
            uint32_t back = kind == 0 ? size : 0;
            if (filled + HEADER + back > ROOM) { all(fd, out, filled); filled = 0; }
            header(out + filled, get32(m + 2), 2, offset, size, back);
            filled += HEADER + back;
            used += HEADER + (size_t)data;
        }
        if (filled) all(fd, out, filled);
        memmove(in, in + used, have - used);
        have -= used;
    }
}

static void serve(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    if (bind(listener, (void *)&a, n) || listen(listener, 16) || getsockname(listener, (void *)&a, &n)) die("listen");
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, 0, 0);
        if (fd < 0) die("accept");
        nodelay(fd);
        if (fork() == 0) answer(fd);
        close(fd);
    }
}

static int order(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void drive(int port, uint32_t kind, uint32_t bytes, int depth, double seconds, int conns) {
    struct pollfd fds[8];
    char *in[8], *out = malloc(ROOM);
    size_t have[8] = {0};
    int mine[8] = {0};
    memset(out, 1, ROOM);
    for (int c = 0; c < conns; c++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        if (connect(fd, (void *)&a, sizeof a)) die("connect");
        nodelay(fd);
        fds[c] = (struct pollfd){.fd = fd, .events = POLLIN};
        in[c] = malloc(ROOM);
        mine[c] = depth / conns + (c < depth % conns);
    }
    uint32_t most = 50u << 20 >> 2, count = 0, seq = 0;
    uint32_t *took = malloc(4ul * most);
    uint64_t began[65536];
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), blocks = kind == 6 ? 1 : (256u << 20) / bytes, x = 88172645463325252ull, sum = 0;
    uint32_t data = kind == 1 ? bytes : 0, back = kind == 0 ? bytes : 0;
    int flying = 0;
    uint64_t t = start;
    int wanted[8];
    memcpy(wanted, mine, sizeof mine);
    for (;;) {
        for (int c = 0; c < conns && t < end; c++) {
            size_t filled = 0;
            for (; wanted[c] > 0; wanted[c]--) {
                x ^= x << 13; x ^= x >> 7; x ^= x << 17;
                header(out + filled, ++seq, kind, kind == 6 ? 0 : x % blocks * bytes, kind == 6 ? 0 : bytes, data);
                filled += HEADER + data;
                began[seq & 65535] = now();
                flying++;
            }
            if (filled) all(fds[c].fd, out, filled);
        }
        if (!flying) break;
        if (conns > 1 && poll(fds, (nfds_t)conns, 1000) <= 0) die("poll");
        for (int c = 0; c < conns; c++) {
            if (conns > 1 && !fds[c].revents) continue;
            ssize_t k = recv(fds[c].fd, in[c] + have[c], ROOM - have[c], 0);
            if (k <= 0) die("recv");
            have[c] += (size_t)k;
            t = now();
            size_t used = 0;
            while (have[c] - used >= HEADER + back) {
                if (get32(in[c] + used + 6) != 2) { fprintf(stderr, "kind %u\n", get32(in[c] + used + 6)); exit(1); }
                uint64_t d = t - began[get32(in[c] + used + 2) & 65535];
                sum += d;
                if (count < most) took[count++] = d > UINT32_MAX ? UINT32_MAX : (uint32_t)d;
                used += HEADER + back;
                wanted[c]++;
                flying--;
            }
            memmove(in[c], in[c] + used, have[c] - used);
            have[c] -= used;
        }
    }
    double took_seconds = (double)(now() - start) / 1e9;
    qsort(took, count, 4, order);
    printf("{\"requests\": %u, \"per_second\": %.0f, \"mean_ns\": %.0f, \"p50_ns\": %u, \"p99_ns\": %u}\n", count,
           count / took_seconds, (double)sum / count, took[count / 2], took[(uint64_t)count * 99 / 100]);
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "serve")) serve();
    if (argc != 8 || strcmp(argv[1], "drive")) return 64;
    drive(atoi(argv[2]), (uint32_t)atoi(argv[3]), (uint32_t)atoi(argv[4]), atoi(argv[5]), atof(argv[6]), atoi(argv[7]));
}
