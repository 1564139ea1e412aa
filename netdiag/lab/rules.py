"""Packet filter rules as network plugins and kube-proxy put them on a node.

``Rules``: table -> lines ``-A CHAIN …``, in the language of ``iptables-restore``; chains are those
that the lines name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

Rules = Mapping[str, Sequence[str]]

BUILT_IN: Final = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "raw": ("PREROUTING", "OUTPUT"),
}


def joined(*several: Rules) -> dict[str, list[str]]:
    """Return the rules of several programs in one, in this order."""
    found: dict[str, list[str]] = {}
    for rules in several:
        for table, lines in rules.items():
            found.setdefault(table, []).extend(lines)
    return found


def restorable(rules: Rules) -> str:
    """Return the rules as ``iptables-restore`` reads them."""
    return "".join(_table(name, lines) for name, lines in rules.items())


def _table(name: str, lines: Sequence[str]) -> str:
    named = {line.split()[1] for line in lines} | {
        words[words.index("-j") + 1] for line in lines if "-j" in (words := line.split())
    }
    own = sorted(chain for chain in named if "-" in chain and chain not in BUILT_IN[name])
    declared = [f":{chain} ACCEPT [0:0]" for chain in BUILT_IN[name]]
    declared += [f":{chain} - [0:0]" for chain in own]
    return "\n".join([f"*{name}", *declared, *lines, "COMMIT"]) + "\n"


def flannel_rules(network: str, subnet: str) -> Rules:
    """Return flanneld's: accept in FORWARD, masquerade what leaves the pod network."""
    said = '-m comment --comment "flanneld forward"'
    masq = '-m comment --comment "flanneld masq"'
    chain = "-A FLANNEL-POSTRTG"
    return {
        "filter": (
            f"-A FORWARD {said} -j FLANNEL-FWD",
            f"-A FLANNEL-FWD -s {network} {said} -j ACCEPT",
            f"-A FLANNEL-FWD -d {network} {said} -j ACCEPT",
        ),
        "nat": (
            f"-A POSTROUTING {masq} -j FLANNEL-POSTRTG",
            f"{chain} -m mark --mark 0x4000/0x4000 {masq} -j RETURN",
            f"{chain} -s {subnet} -d {network} {masq} -j RETURN",
            f"{chain} -s {network} -d {subnet} {masq} -j RETURN",
            f"{chain} ! -s {network} -d {subnet} {masq} -j RETURN",
            f"{chain} -s {network} ! -d 224.0.0.0/4 {masq} -j MASQUERADE --random-fully",
            f"{chain} ! -s {network} -d {network} {masq} -j MASQUERADE --random-fully",
        ),
    }
