"""Chains and rules of nftables as the kernel lists them. Source: linux/netfilter/nf_tables.h."""

from __future__ import annotations

from typing import NamedTuple

from netdiag_probe.netfilter.nfnetlink import TABLES, Nfnetlink, Request, list_elements, string
from netdiag_probe.netfilter.table import BRIDGE, INET, NETDEV
from netdiag_probe.rtnetlink.netlink import iterate_attributes, number, read_attributes, text

_GET_CHAIN, _GET_RULE = 4, 7
_INET_INGRESS, _INGRESS = 5, 0
_REJECT = "reject"
BUILT_IN_CHAINS = frozenset(("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"))
"""Of iptables; others are its users'."""


class KernelRule(NamedTuple):
    """A rule."""

    handle: int
    rejects: bool


class OtherHooks(NamedTuple):
    """What chains of others hang on besides the usual hooks of IP."""

    has_bridge: bool
    devices: tuple[str, ...]
    """Those whose packets meet a chain before anything else."""


def read_rules(netlink: Nfnetlink, family: int, table: str, chain: str) -> list[KernelRule]:
    """Return the rules of a chain, in their order. Raise OSError."""
    request = Request(_GET_RULE, family, string(1, table) + string(2, chain))
    found = []
    for message in netlink.dump(TABLES, request):
        told = message.attributes
        if (text(told.get(1, b"")), text(told.get(2, b""))) == (table, chain):
            found.append(KernelRule(number(told.get(3, b""), "big"), _rejects(told.get(4, b""))))
    return found


def find_other_hooks(netlink: Nfnetlink) -> OtherHooks:
    """Return what chains of bridges and of devices there are. Raise OSError."""
    has_bridge, devices = False, dict[str, None]()
    for message in netlink.dump(TABLES, Request(_GET_CHAIN, 0, b"")):
        hook = message.attributes.get(4)
        if hook is None:
            continue
        told = read_attributes(hook)
        place = number(told.get(1, b""), "big")
        has_bridge |= message.family == BRIDGE
        if (message.family, place) in ((NETDEV, _INGRESS), (INET, _INET_INGRESS)):
            named = [told.get(3, b""), *(name for _, name in iterate_attributes(told.get(4, b"")))]
            devices.update(dict.fromkeys(text(name) for name in named if name))
    return OtherHooks(has_bridge, tuple(devices))


def has_built_in_chains(netlink: Nfnetlink, family: int, table: str) -> bool:
    """Tell whether a table has chains as iptables makes them. Raise OSError."""
    names = {
        text(message.attributes.get(3, b""))
        for message in netlink.dump(TABLES, Request(_GET_CHAIN, family, b""))
        if text(message.attributes.get(1, b"")) == table and 4 in message.attributes
    }
    return bool(names & BUILT_IN_CHAINS)


def _rejects(expressions: bytes) -> bool:
    """Tell whether a rule answers what it drops: by itself, or as iptables-nft has it done."""
    for expression in list_elements(expressions):
        name = text(expression.get(1, b""))
        target = text(read_attributes(expression.get(2, b"")).get(1, b""))
        if name == _REJECT or (name == "target" and target == _REJECT.upper()):
            return True
    return False
