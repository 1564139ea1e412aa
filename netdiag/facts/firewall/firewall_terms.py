"""Terms of packet filters in which iptables and nft are compared: hooks, protocols, ICMP, marks."""

from __future__ import annotations

from typing import Final, NamedTuple

from netdiag.model.protocols import IP_PROTOCOL_NAMES

WHOLE_MARK: Final = 0xFFFFFFFF

_PROTOCOL_NAMES: Final = {
    **{str(number): name.lower() for number, name in IP_PROTOCOL_NAMES.items()},
    "1": "icmp", "2": "igmp", "4": "ipencap", "6": "tcp", "17": "udp", "41": "ipv6",
    "47": "gre", "50": "esp", "51": "ah", "58": "ipv6-icmp", "132": "sctp", "136": "udplite",
    "icmpv6": "ipv6-icmp", "icmp6": "ipv6-icmp", "ipip": "ipencap",
}  # fmt: skip
"""``/etc/protocols``' names, which iptables-save prints, by number and by other names."""
ICMP_TYPES: Final = {
    "echo-reply": "0", "destination-unreachable": "3", "source-quench": "4", "redirect": "5",
    "echo-request": "8", "router-advertisement": "9", "router-solicitation": "10",
    "time-exceeded": "11", "parameter-problem": "12", "timestamp-request": "13",
    "timestamp-reply": "14", "info-request": "15", "info-reply": "16",
    "address-mask-request": "17", "address-mask-reply": "18",
}  # fmt: skip
ICMPV6_TYPES: Final = {
    "destination-unreachable": "1", "packet-too-big": "2", "time-exceeded": "3",
    "parameter-problem": "4", "echo-request": "128", "echo-reply": "129",
    "mld-listener-query": "130", "mld-listener-report": "131", "mld-listener-done": "132",
    "nd-router-solicit": "133", "nd-router-advert": "134", "nd-neighbor-solicit": "135",
    "nd-neighbor-advert": "136", "nd-redirect": "137", "router-renumbering": "138",
    "ind-neighbor-solicit": "141", "ind-neighbor-advert": "142",
    "mld2-listener-report": "143",
}  # fmt: skip
"""nft's names; iptables-save prints numbers."""

_HOOK_PRIORITIES: Final = {"raw": -300, "mangle": -150, "filter": 0, "security": 50}
_NAT_PRIORITIES: Final = {"prerouting": -100, "output": -100, "input": 100, "postrouting": 100}
_BUILT_IN_HOOKS: Final = {
    "PREROUTING": "prerouting", "INPUT": "input", "FORWARD": "forward",
    "OUTPUT": "output", "POSTROUTING": "postrouting",
}  # fmt: skip


class Hook(NamedTuple):
    """Where the kernel enters a chain."""

    name: str
    priority: int | None
    type: str


def built_in_hook(table: str, chain: str) -> Hook | None:
    """Return the hook of an iptables chain; None = a chain that is only jumped to.

    Priorities are those of ``include/uapi/linux/netfilter_ipv4.h``.
    """
    name = _BUILT_IN_HOOKS.get(chain)
    if name is None:
        return None
    if table == "nat":
        return Hook(name, _NAT_PRIORITIES.get(name), "nat")
    kind = "route" if table == "mangle" and name == "output" else "filter"
    return Hook(name, _HOOK_PRIORITIES.get(table), kind)


def protocol_name(text: str) -> str:
    """Return a protocol's name as iptables-save prints it, of a number or of another name."""
    return _PROTOCOL_NAMES.get(text, text)


def with_host_length(address: str) -> str:
    """Return a lone address as the prefix that iptables-save prints for it."""
    if "/" in address or not address:
        return address
    if ":" in address:
        return f"{address}/128"
    return f"{address}/32" if address.count(".") == 3 and address[-1].isdigit() else address


def number_or_none(text: str) -> int | None:
    """Return a decimal or ``0x`` number; None = it is none that fits 64 bits."""
    if not 0 < len(text) <= 20 or not text.isascii():
        return None
    if text.isdigit():
        return int(text)
    if text[:2].lower() != "0x":
        return None
    try:
        return int(text[2:], 16)
    except ValueError:
        return None


def mark_change(operation: str, value: str, and_value: str | None = None) -> str | None:
    """Return ``VALUE/MASK`` of ``--set-xmark`` for set, or, and, xor of a mark; None = no number.

    The kernel does ``mark = (mark & ~MASK) ^ VALUE`` (``net/netfilter/xt_mark.c``); ``and_value``
    is what an ``and`` keeps before ``or`` or ``xor``.
    """
    number = number_or_none(value)
    kept = WHOLE_MARK if and_value is None else number_or_none(and_value)
    if number is None or kept is None:
        return None
    new_bits, kept_bits = {
        "set": (number, 0),
        "or": (number, kept & ~number),
        "and": (0, kept & number),
        "xor": (number, kept),
    }[operation]
    return f"{new_bits:#x}/{kept_bits ^ WHOLE_MARK:#x}"


def short_hex(text: str) -> str:
    """Return ``0x00004000`` as iptables prints it: ``0x4000``."""
    number = number_or_none(text)
    return text if number is None else f"{number:#x}"
