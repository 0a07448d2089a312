#ifndef TBENCH_NETWORK_H
#define TBENCH_NETWORK_H
#include <stdint.h>
/* TCP_INFO by offset: the C library's struct tcp_info is older than the kernel's, and an older kernel fills less of it. */
enum {
    tbench_tcpi_lost = 32,
    tbench_tcpi_pmtu = 60,
    tbench_tcpi_rtt = 68,
    tbench_tcpi_rttvar = 72,
    tbench_tcpi_snd_mss = 16,
    tbench_tcpi_rcv_mss = 20,
    tbench_tcpi_snd_cwnd = 80,
    tbench_tcpi_total_retrans = 100,
    tbench_tcpi_segs_out = 136,
    tbench_tcpi_min_rtt = 148,
};
/* ETHTOOL_GTSO and its like: one number. SIOCETHTOOL takes a pointer in a union, which Swift cannot spell. */
enum {
    tbench_ETHTOOL_GRXCSUM = 0x14,
    tbench_ETHTOOL_GTXCSUM = 0x16,
    tbench_ETHTOOL_GTSO = 0x1e,
    tbench_ETHTOOL_GGSO = 0x23,
    tbench_ETHTOOL_GFLAGS = 0x25,
    tbench_ETHTOOL_GGRO = 0x2b,
    tbench_ETH_FLAG_LRO = 1 << 15,
};
int tbench_ethtool_value(int socket, const char *name, uint32_t command, uint32_t *value);
/* ETHTOOL_GDRVINFO; driver has room for 32 bytes. */
int tbench_ethtool_driver(int socket, const char *name, char *driver);
/* SIOCGIFMTU, for containers without /sys. */
int tbench_interface_mtu(int socket, const char *name, int *mtu);
/* Discovery of the path MTU by datagrams that must not be fragmented; ip(7), ipv6(7). */
enum {
    tbench_IP_MTU_DISCOVER = 10,
    tbench_IP_MTU = 14,
    tbench_IP_PMTUDISC_PROBE = 3,
    tbench_IPV6_MTU_DISCOVER = 23,
    tbench_IPV6_MTU = 24,
    tbench_IPV6_PMTUDISC_PROBE = 3,
    tbench_IPV6_DONTFRAG = 62,
    tbench_IP_PKTINFO = 8,
    tbench_IPV6_RECVPKTINFO = 49,
};
#endif
