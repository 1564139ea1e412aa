"""Which kind of document a text or a JSON value is, told by its content."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from netdiag.facts.documents import read_values

MAX_LINES_LOOKED_AT = 40

_MAC = r"(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}"
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)"

_STP_STATE = r"(forwarding|disabled|blocking|learning|listening)"
_NEIGHBOUR_STATE = r"(lladdr|FAILED|INCOMPLETE|NOARP|PERMANENT|STALE|router|proxy)"
_ROUTE_TYPE = r"((unicast|local|broadcast|blackhole|unreachable|prohibit|throw) )?"
_ROUTE_WORD = r"( (dev|via|proto|scope|metric|nhid|encap)\b| *$)"
_NET_TOOLS_ROUTE = (
    r"^(default|\d[\d.]{6,14})\s+(\*|\d[\d.]{6,14})\s+\d[\d.]{6,14}\s+[A-Zan!]+(\s+\d+){3}\s+\S+$"
)
"""A row below headings in any language."""
_TABLES = r"(filter|nat|mangle|raw|security)"

_TEXT_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("iptables-save", re.compile(rf"^(\*{_TABLES}$|:\w\S* (ACCEPT|DROP|-) \[)")),
    ("iptables-list", re.compile(r"^Chain \S+ \((policy|\d+ references)")),
    ("iptables-save", re.compile(r"^-[APN] \S+")),
    ("nft", re.compile(r"^table (ip|ip6|inet|arp|bridge|netdev) \S+ \{")),
    ("bridge_link", re.compile(rf"^\d+: \S+.*\bstate {_STP_STATE}\b")),
    ("ip_link", re.compile(r"^\d+: \S+: {1,8}<[\w,-]*>")),
    ("ip_link", re.compile(r"^\S+\s+(UP|DOWN|UNKNOWN|LOWERLAYERDOWN)\s+.*<[\w,-]*>")),
    ("ip_addr", re.compile(r"^\d+: \S+\s+inet6? ")),
    ("ip_addr", re.compile(rf"^\S+\s+(UP|DOWN|UNKNOWN|LOWERLAYERDOWN)\s+{_ADDRESS}/")),
    ("ip_rule", re.compile(r"^\d+:\s+(not )?from ")),
    ("bridge_fdb", re.compile(rf"^{_MAC} (dev|dst|self|master|vlan|via|permanent|extern_learn)\b")),
    ("ip_neigh", re.compile(rf"^{_ADDRESS} (dev \S+ +{_NEIGHBOUR_STATE}|lladdr {_MAC} )")),
    ("ip_route", re.compile(rf"^{_ROUTE_TYPE}(default|{_ADDRESS}(/\d+)?){_ROUTE_WORD}")),
    ("route_n", re.compile(_NET_TOOLS_ROUTE)),
    ("route_n", re.compile(r"^(Kernel IP(v6)? routing table|Destination\s+Gateway\s+Genmask)")),
    ("ifconfig", re.compile(r"^\S+(: flags=\d+<|\s+Link encap:)")),
    ("brctl", re.compile(r"^bridge name\s+bridge id")),
    ("arp", re.compile(r"^(Address\s+HWtype|IP address\s+HW type|\S+ \(\d[\d.]+\) at )")),
    ("calicoctl", re.compile(r"^NAME\s+CIDR\s")),
    ("kubectl", re.compile(r"^(NAMESPACE\s+)?NAME\s+(READY|STATUS|TYPE|DESIRED)\s")),
    ("etcd", re.compile(r"^\S*/network/(config|subnets/)")),
    ("net_conf", re.compile(r'^\s*"(Network|Backend)"\s*:')),
    ("snmp", re.compile(r"^(Ip|Icmp|Tcp|Udp|TcpExt|IpExt): [A-Z]\w+ ")),
    ("snmp", re.compile(r"^(#kernel$|IpInReceives\s)")),
    ("sysctl", re.compile(r"^(/proc/sys/)?net[./]\S+\s*[=:]\s*\S")),
    ("wg", re.compile(r"^interface: \S+")),
    ("sockets", re.compile(r"^(Netid|State)\s+.*Recv-Q")),
    ("conntrack", re.compile(r"^(ipv[46]\s+\d+\s+)?[a-z]+\s+\d+ \d+ .*\bsrc=")),
    ("ipset", re.compile(r"^(create|add) \S+ \S+")),
    ("ipvs", re.compile(r"^(IP Virtual Server|-A -[tuf] )")),
    ("qdisc", re.compile(r"^qdisc \S+ \S+ dev ")),
    ("subnet_env", re.compile(r"^FLANNEL_\w+=")),
    ("kubernetes", re.compile(r"^(- )?(apiVersion|kind): ")),
)
"""The first that a line matches is what the text is."""

_INET = re.compile(r"^\s+inet6? \S+/\d+ ")
"""Lines that ``ip addr`` has and ``ip link`` has not, whose others are the same."""

_JSON_KEYS: tuple[tuple[str, frozenset[str]], ...] = (
    ("kubernetes", frozenset(("kind",))),
    ("kubernetes", frozenset(("items",))),
    ("net_conf", frozenset(("Network", "Backend"))),
    ("net_conf", frozenset(("IPv6Network", "Backend"))),
    ("cni", frozenset(("cniVersion",))),
    ("cni", frozenset(("plugins",))),
    ("etcd", frozenset(("kvs",))),
    ("ip_addr", frozenset(("ifname", "addr_info"))),
    ("bridge_link", frozenset(("ifname", "master", "priority", "cost"))),
    ("bridge_fdb", frozenset(("mac", "ifname"))),
    ("ip_link", frozenset(("ifname", "mtu"))),
    ("ip_rule", frozenset(("priority", "src"))),
    ("ip_neigh", frozenset(("dst", "dev", "lladdr"))),
    ("qdisc", frozenset(("kind", "handle", "dev"))),
    ("ip_route", frozenset(("dst", "flags"))),
)
"""Keys that an object, or the first object of an array, has; the most telling first."""


def form_of_text(text: str) -> str | None:
    """Return what a text is, by the first line that tells; None if none does."""
    lines = [line[:1000] for line in text.splitlines()[:MAX_LINES_LOOKED_AT]]
    for line in lines:
        for form, pattern in _TEXT_FORMS:
            if pattern.match(line):
                has_addresses = form == "ip_link" and any(map(_INET.match, lines))
                return "ip_addr" if has_addresses else form
    return None


def form_of_json(data: bytes) -> str | None:
    """Return what a JSON document is; None if it is none, or one of no known form."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return _form_of_value(value)


def form_of_broken_json(data: bytes) -> str | None:
    """Return what a document is that is no valid JSON as a whole, by the first whole values."""
    values, _ = read_values(data)
    return next((form for value in values if (form := _form_of_value(value))), None)


def is_json(data: bytes) -> bool:
    """Return True if a document is JSON, whatever it says."""
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _form_of_value(value: Any) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return None
    keys = frozenset(first)
    if "state" in keys and {"dst", "dev"} <= keys and isinstance(first["state"], list):
        return "ip_neigh"
    if {"dev", "handle"} <= keys:
        return "qdisc"
    return next((form for form, wanted in _JSON_KEYS if wanted <= keys), None)
