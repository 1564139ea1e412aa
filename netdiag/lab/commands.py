"""What is asked of a node and a pod for a bundle's facts: document -> command."""

from __future__ import annotations

from typing import Final

POD_FACTS: Final = {
    "ip_link.json": ("ip", "-s", "-d", "-j", "link"),
    "ip_addr.json": ("ip", "-j", "addr"),
    "ip_route.json": ("ip", "-j", "route", "show", "table", "all"),
    "ip_neigh.json": ("ip", "-j", "neigh"),
}

NODE_FACTS: Final = {
    **POD_FACTS,
    "ip_rule.json": ("ip", "-j", "rule"),
    "bridge_fdb.json": ("bridge", "-j", "fdb"),
    "bridge_link.json": ("bridge", "-j", "link"),
    "iptables-save-c.txt": ("iptables-save", "-c"),
    "nft.txt": ("nft", "list", "ruleset"),
    "conntrack.txt": ("conntrack", "-L"),
    "ss.txt": ("ss", "-lntu"),
    "tc_qdisc.json": ("tc", "-s", "-j", "qdisc"),
    "sysctl_forward_rp.txt": (
        "sysctl", "-a", "-r", r"forward|rp_filter|proxy_arp$|bridge-nf-call|icmp_echo_ignore_all",
    ),
    "netstat.txt": ("cat", "/proc/net/snmp", "/proc/net/netstat"),
    "hostname.txt": ("hostname",),
}  # fmt: skip

WIREGUARD: Final = {"wg.txt": ("wg", "show")}
"""Shows no private keys."""
