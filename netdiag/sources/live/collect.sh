#!/bin/sh
# Collects what 'netdiag analyze' reads from this node: captures of all interfaces, and what the node
# says of its network. Needs root, tcpdump and ip; reads only. Ping between the pods in question while
# it runs, then send the archive that it names at its end. Run it on both nodes at the same time.
#
#   sh collect.sh [SECONDS]      how long to capture; 30 without it
set -u
seconds=${1:-30}
case $seconds in '' | *[!0-9]* | 0) echo "usage: sh collect.sh [SECONDS]" >&2; exit 2 ;; esac
[ "$(id -u)" = 0 ] || { echo "this needs root: sudo sh $0 $seconds" >&2; exit 3; }
for program in tcpdump ip tar; do
    command -v $program >/dev/null 2>&1 || { echo "$program is not installed" >&2; exit 3; }
done

umask 077
node=$(hostname | tr -cd 'A-Za-z0-9._-')
node=${node:-node}
work=$(mktemp -d) || exit 1
captures=""
end() { # shellcheck disable=SC2086
    [ -z "$captures" ] || kill $captures 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

# ask NAME COMMAND...: what a command prints, as the document NAME; nothing where it is not there.
ask() {
    document=$1
    shift
    command -v "$1" >/dev/null 2>&1 || return 0
    "$@" >"$facts/$document" 2>/dev/null </dev/null || true
    [ -s "$facts/$document" ] || rm -f "$facts/$document"
}

ask_all() {
    facts=$work/$node/$1
    mkdir -p "$facts"
    ask ip_link.json ip -s -d -j link
    ask ip_addr.json ip -j addr
    ask ip_route.json ip -j route show table all
    ask ip_rule.json ip -j rule
    ask ip_neigh.json ip -j neigh
    ask bridge_fdb.json bridge -j fdb
    ask bridge_link.json bridge -j link
    ask iptables-save-c.txt iptables-save -c
    ask ip6tables-save.txt ip6tables-save
    ask nft.txt nft list ruleset
    ask ipset-save.txt ipset save
    ask ipvsadm.txt ipvsadm -Ln
    ask conntrack.txt conntrack -L
    ask ss.txt ss -lntu
    ask tc_qdisc.json tc -s -j qdisc
    ask wg.txt wg show
    ask sysctl_forward_rp.txt sysctl -a -r 'forward|rp_filter|proxy_arp$|bridge-nf-call'
    ask netstat.txt cat /proc/net/snmp /proc/net/netstat
    ask hostname.txt hostname
    for file in /etc/cni/net.d/*.conf* /run/flannel/subnet.env /etc/kube-flannel/*.json \
        /etc/docker/daemon.json /var/lib/kubelet/kubeadm-flags.env /var/lib/calico/mtu \
        /var/lib/calico/nodename; do
        [ -f "$file" ] || continue
        mkdir -p "$facts/files$(dirname "$file")"
        cp "$file" "$facts/files$file"
    done
}

mkdir -p "$work/$node"
for path in /sys/class/net/*; do
    interface=$(basename "$path")
    [ "$interface" != lo ] && [ -e "$path/ifindex" ] || continue
    tcpdump -p -n -U -s 256 -i "$interface" -w "$work/$node/$interface.pcap" 2>/dev/null &
    captures="$captures $!"
done
ask_all facts
echo "Capturing on $node for $seconds seconds: ping between the pods now." >&2
sleep "$seconds"
# shellcheck disable=SC2086
kill -INT $captures 2>/dev/null
wait
captures=""
ask_all facts-after

archive=netdiag-$node-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
tar -C "$work" -czf "$archive" "$node" || exit 1
echo "$archive"
