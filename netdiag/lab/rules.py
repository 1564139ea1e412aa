"""Packet filter rules as network plugins and kube-proxy put them on a node.

``Rules``: table -> lines ``-A CHAIN …``, in the language of ``iptables-restore``; chains are those
that the lines name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


_ACCEPTED: Final = "-m mark --mark 0x10000/0x10000"
_ACCEPT: Final = "-j MARK --set-xmark 0x10000/0x10000"


def calico_rules(interfaces: Sequence[str], pool: str | None = None) -> Rules:
    """Return Felix's, which it puts before all others; no policy, so that profiles accept all.

    ``interfaces``: those of the node's pods. ``pool``: whose packets to elsewhere are masqueraded.
    Real nodes compare with ipsets where these compare with addresses.
    """
    nat = [
        '-A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-POSTROUTING',
        '-A cali-POSTROUTING -m comment --comment "cali:nYKhEzDlr11Jccal" -j cali-nat-outgoing',
    ]
    if pool is not None:
        nat.append(
            f'-A cali-nat-outgoing -s {pool} ! -d {pool} -m comment --comment '
            '"cali:flqWnvo8yq4ULQLa" -j MASQUERADE --random-fully'
        )  # fmt: skip
    return {"filter": (*_CALICO_FILTER, *_calico_pod_chains(interfaces)), "nat": nat}


def calico_accept_rules() -> Rules:
    """Return those that Felix puts after all others: accept what the chains above marked."""
    return {
        "filter": (
            '-A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m comment --comment '
            f'"Policy explicitly accepted packet." {_ACCEPTED} -j ACCEPT',
            f'-A FORWARD -m comment --comment "cali:mp77cMpurHhyjLrM" {_ACCEPT}',
        )
    }


_CALICO_FILTER: Final = (
    '-A INPUT -m comment --comment "cali:Cz_u1IQiXIMmKD4c" -j cali-INPUT',
    '-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD',
    '-A OUTPUT -m comment --comment "cali:tVnHkvAo15HuiPy0" -j cali-OUTPUT',
    '-A cali-FORWARD -m comment --comment "cali:vjrMJCRpqwy5oRoX" -j MARK --set-xmark 0x0/0xe0000',
    '-A cali-FORWARD -i cali+ -m comment --comment "cali:8ZoYfO5HKXWbB3pk" '
    "-j cali-from-wl-dispatch",
    '-A cali-FORWARD -o cali+ -m comment --comment "cali:jdEuaPBe14V2hutn" -j cali-to-wl-dispatch',
    '-A cali-INPUT -i cali+ -m comment --comment "cali:FewJpBykm9iJ-YNH" -g cali-wl-to-host',
    f'-A cali-INPUT -m comment --comment "cali:hder3ARWznqqv8Va" {_ACCEPTED} -j ACCEPT',
    f'-A cali-OUTPUT -m comment --comment "cali:Mq1_rAdXXH3YkrzW" {_ACCEPTED} -j ACCEPT',
    '-A cali-OUTPUT -o cali+ -m comment --comment "cali:69FkRTJDvD5Vu6Vl" -j RETURN',
    '-A cali-wl-to-host -m comment --comment "cali:Ee9Sbo10IpVujdIY" -j cali-from-wl-dispatch',
    '-A cali-wl-to-host -m comment --comment "cali:nSZbcOoG1xPONxb8" -m comment --comment '
    '"Configured DefaultEndpointToHostAction" -j ACCEPT',
    '-A cali-pri-kns.default -m comment --comment "cali:7Fnh7Pv3_98FtLW7" -m comment --comment '
    f'"Profile kns.default ingress" {_ACCEPT}',
    '-A cali-pro-kns.default -m comment --comment "cali:uuC91rbUF8q0xNFf" -m comment --comment '
    f'"Profile kns.default egress" {_ACCEPT}',
)


def _calico_pod_chains(interfaces: Sequence[str]) -> Iterator[str]:
    """Give the chains from (fw) and to (tw) each pod, and those that find a pod's chain."""
    for way, option, kind, profile in (("from", "-i", "fw", "pro"), ("to", "-o", "tw", "pri")):
        dispatch = f"-A cali-{way}-wl-dispatch"
        for interface in interfaces:
            yield f"{dispatch} {option} {interface} -g cali-{kind}-{interface}"
        yield f'{dispatch} -m comment --comment "Unknown interface" -j DROP'
        for interface in interfaces:
            chain = f"-A cali-{kind}-{interface}"
            yield f"{chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
            yield f"{chain} -m conntrack --ctstate INVALID -j DROP"
            yield f"{chain} -j MARK --set-xmark 0x0/0x10000"
            yield f"{chain} -j cali-{profile}-kns.default"
            yield (
                f'{chain} -m comment --comment "Return if profile accepted" {_ACCEPTED} -j RETURN'
            )
            yield f'{chain} -m comment --comment "Drop if no profiles matched" -j DROP'
