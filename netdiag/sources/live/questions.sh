# What nodes are asked. 'ask NAME COMMAND...' keeps what a command prints as the document NAME, and
# 'has PROGRAM' tells whether there is one.

ask_ip() {
    if ! ip -j link >/dev/null 2>&1; then
        ask ip_link.txt ip link
        ask ip_addr.txt ip addr
        ask ip_route.txt ip route show table all
        ask ip_rule.txt ip rule
        ask ip_neigh.txt ip neigh
        return
    fi
    ask ip_link.json ip -s -d -j link
    ask ip_addr.json ip -j addr
    ask ip_route.json ip -j route show table all
    ask ip_rule.json rules
    ask ip_neigh.json ip -j neigh
}

# rules: those of both families, each with its own.
rules() {
    for family in 4:inet 6:inet6; do
        ip -j "-${family%:*}" rule 2>/dev/null |
            sed "s/{\"priority\"/{\"family\":\"${family#*:}\",\"priority\"/g"
    done
}

# ask_backend NAME PROGRAM USUAL: the rules of that backend of iptables which USUAL does not show.
ask_backend() {
    has "$2" || return 0
    [ "$(readlink -f "$(command -v "$2")")" != "$(readlink -f "$(command -v "$3")")" ] || return 0
    ask "$1" "$2" -c
}

ask_node() {
    ask_ip
    ask bridge_fdb.json bridge -j fdb
    ask bridge_link.json bridge -d -j link
    ask iptables-save-c.txt iptables-save -c
    ask_backend iptables-nft-save.txt iptables-nft-save iptables-save
    [ ! -e /proc/net/ip_tables_names ] ||
        ask_backend iptables-legacy-save.txt iptables-legacy-save iptables-save
    ask ip6tables-save.txt ip6tables-save -c
    ask nft.txt nft list ruleset
    [ ! -e /sys/module/ip_set ] || ask ipset-save.txt ipset save
    [ ! -e /proc/net/ip_vs ] || ask ipvsadm.txt ipvsadm -Ln
    [ ! -e /proc/sys/net/netfilter/nf_conntrack_count ] || ask conntrack.txt conntrack -L
    ask ss.txt ss -lntu
    ask tc_qdisc.json tc -s -j qdisc
    ask wg.txt wireguard
    ask sysctl_forward_rp.txt settings
    ask netstat.txt cat /proc/net/snmp /proc/net/netstat
    ask hostname.txt uname -n
}

wireguard() {
    wg show 2>/dev/null | sed 's,[A-Za-z0-9+/]\{43\}=,(hidden),g'
}

# settings: those that decide what becomes of a packet, as sysctl prints them.
settings() {
    set --
    for file in /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/forwarding \
        /proc/sys/net/ipv4/conf/*/proxy_arp /proc/sys/net/ipv4/conf/*/rp_filter \
        /proc/sys/net/ipv4/conf/*/accept_local /proc/sys/net/ipv4/conf/*/src_valid_mark \
        /proc/sys/net/ipv4/icmp_echo_ignore_all /proc/sys/net/ipv4/neigh/default/gc_thresh3 \
        /proc/sys/net/ipv6/conf/*/forwarding /proc/sys/net/ipv6/conf/*/disable_ipv6 \
        /proc/sys/net/bridge/bridge-nf-call-* /proc/sys/net/netfilter/nf_conntrack_count \
        /proc/sys/net/netfilter/nf_conntrack_max; do
        [ ! -r "$file" ] || set -- "$@" "$file"
    done
    awk '{ name = substr(FILENAME, 11); gsub(/\./, "\001", name); gsub("/", ".", name)
        gsub(/\001/, "/", name); print name " = " $0 }' "$@"
}

# files_of ROOT: the configuration files that are there and hold no secret.
files_of() {
    for file in "$1"/etc/cni/net.d/*.conf* "$1"/run/flannel/subnet.env \
        "$1"/etc/kube-flannel/*.json "$1"/etc/docker/daemon.json \
        "$1"/var/lib/kubelet/kubeadm-flags.env "$1"/var/lib/calico/mtu \
        "$1"/var/lib/calico/nodename; do
        [ -f "$file" ] || continue
        if grep -qi -e token -e passw -e secret -e key-data -e psk -- "$file"; then
            secret "$file"
        else
            echo "$file"
        fi
    done
}
