#include "include/tbench_network.h"
#include <linux/tcp.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#define SAME_PLACE(field) _Static_assert(offsetof(struct tcp_info, tcpi_##field) == tbench_tcpi_##field, #field)
SAME_PLACE(lost);
SAME_PLACE(pmtu);
SAME_PLACE(rtt);
SAME_PLACE(rttvar);
SAME_PLACE(snd_mss);
SAME_PLACE(rcv_mss);
SAME_PLACE(snd_cwnd);
SAME_PLACE(total_retrans);
SAME_PLACE(segs_out);
SAME_PLACE(min_rtt);

#define SAME_NUMBER(name) _Static_assert((int)tbench_##name == (int)name, #name)
SAME_NUMBER(ETHTOOL_GRXCSUM);
SAME_NUMBER(ETHTOOL_GTXCSUM);
SAME_NUMBER(ETHTOOL_GTSO);
SAME_NUMBER(ETHTOOL_GGSO);
SAME_NUMBER(ETHTOOL_GFLAGS);
SAME_NUMBER(ETHTOOL_GGRO);
SAME_NUMBER(ETH_FLAG_LRO);
SAME_NUMBER(IP_MTU_DISCOVER);
SAME_NUMBER(IP_MTU);
SAME_NUMBER(IP_PMTUDISC_PROBE);
SAME_NUMBER(IPV6_MTU_DISCOVER);
SAME_NUMBER(IPV6_MTU);
SAME_NUMBER(IPV6_PMTUDISC_PROBE);
SAME_NUMBER(IPV6_DONTFRAG);
SAME_NUMBER(IP_PKTINFO);
SAME_NUMBER(IPV6_RECVPKTINFO);

static int ask(int socket, const char *name, void *question) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_data = question;
    return ioctl(socket, SIOCETHTOOL, &request);
}

int tbench_ethtool_value(int socket, const char *name, uint32_t command, uint32_t *value) {
    struct ethtool_value question = {.cmd = command};
    int result = ask(socket, name, &question);
    *value = question.data;
    return result;
}

int tbench_ethtool_driver(int socket, const char *name, char *driver) {
    struct ethtool_drvinfo question = {.cmd = ETHTOOL_GDRVINFO};
    int result = ask(socket, name, &question);
    memcpy(driver, question.driver, 32);
    return result;
}

int tbench_interface_mtu(int socket, const char *name, int *mtu) {
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    int result = ioctl(socket, SIOCGIFMTU, &request);
    *mtu = request.ifr_mtu;
    return result;
}
