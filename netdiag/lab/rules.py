"""Packet filter rules as network plugins and kube-proxy put them on a node.

``Rules``: table -> lines ``-A CHAIN …``, in the language of ``iptables-restore``; chains are those
that the lines name. ``:CHAIN DROP`` is a chain's policy.
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
    policies = dict(line[1:].split() for line in lines if line.startswith(":"))
    rules = [line for line in lines if not line.startswith(":")]
    targets = {words[words.index("-j") + 1] for line in rules if "-j" in (words := line.split())}
    named = {line.split()[1] for line in rules} | {target for target in targets if "-" in target}
    declared = [f":{chain} {policies.get(chain, 'ACCEPT')} [0:0]" for chain in BUILT_IN[name]]
    declared += [f":{chain} - [0:0]" for chain in sorted(named.difference(BUILT_IN[name]))]
    return "\n".join([f"*{name}", *declared, *rules, "COMMIT"]) + "\n"


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


def docker_rules(network: str, published: Mapping[int, str]) -> Rules:
    """Return dockerd's for its bridge. ``published``: TCP port of the node -> ``ADDRESS:PORT``."""
    filters, nat = list(_DOCKER_FILTER), list(_DOCKER_NAT)
    nat.append(f"-A POSTROUTING -s {network} ! -o docker0 -j MASQUERADE")
    places = {port: place.split(":") for port, place in published.items()}
    for address, inner in places.values():
        to_it = f"-p tcp -m tcp --dport {inner} -j"
        filters.append(f"-A DOCKER -d {address}/32 ! -i docker0 -o docker0 {to_it} ACCEPT")
        nat.append(f"-A POSTROUTING -s {address}/32 -d {address}/32 {to_it} MASQUERADE")
    nat.append("-A DOCKER -i docker0 -j RETURN")
    for port, (address, inner) in places.items():
        to_it = f"-p tcp -m tcp --dport {port} -j DNAT --to-destination {address}:{inner}"
        nat.append(f"-A DOCKER ! -i docker0 {to_it}")
    return {"filter": filters, "nat": nat}


_DOCKER_FILTER: Final = (
    ":FORWARD DROP",
    "-A FORWARD -j DOCKER-USER",
    "-A FORWARD -j DOCKER-ISOLATION-STAGE-1",
    "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A FORWARD -o docker0 -j DOCKER",
    "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT",
    "-A FORWARD -i docker0 -o docker0 -j ACCEPT",
    "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2",
    "-A DOCKER-ISOLATION-STAGE-1 -j RETURN",
    "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
    "-A DOCKER-ISOLATION-STAGE-2 -j RETURN",
    "-A DOCKER-USER -j RETURN",
)
_DOCKER_NAT: Final = (
    "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
    "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
)


def kubenet_rules(cluster: str) -> Rules:
    """Return kubelet's for kubenet: ``cluster`` is ``--non-masquerade-cidr``."""
    said = '-m comment --comment "kubenet: SNAT for outbound traffic from cluster"'
    to_others = f"! -d {cluster} {said} -m addrtype ! --dst-type LOCAL"
    return {"nat": (f"-A POSTROUTING {to_others} -j MASQUERADE",)}
