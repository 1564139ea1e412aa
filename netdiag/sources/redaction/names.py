"""What each name of a node, a pod or a host becomes: ``node-r1``, ``pod-r2``, ``ns-r1``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

_PLAIN_WORDS: Final = """
all any bird blackhole boot bridge broadcast cluster default dev disabled docker dst dummy
enabled eth0 ether false filter flannel forward forwarding geneve global gre host input ip ip6
ip6tables ipip iptables ipv4 ipv6 kernel kube-node-lease kube-public kube-system link lo local
localhost localhost.localdomain loopback macvlan main mangle master mtu multicast name nat net
network no nodev none null off on output permanent pod reachable router src stale static table
tcp throw true tun type udp unicast unknown unreachable up veth via vlan vxlan wireguard yes
"""
"""Words that documents are made of: they tell nothing, and replaced would tell lies."""
PLAIN_WORDS: Final = frozenset(_PLAIN_WORDS.split())


@dataclass(frozen=True)
class Names:
    """Names and what stands for them; anything else stays."""

    replaced: dict[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    """Of interfaces: they stay even where a name is a part of one."""

    def of_folder(self, name: str) -> str:
        """Return what a folder, a node's or a pod's, is called."""
        return self.replaced.get(name, name)


def choose_names(
    nodes: Iterable[str], pods: Iterable[str], hosts: Iterable[str], interfaces: Iterable[str] = ()
) -> Names:
    """Return a name for each, the same for the same list; pods are ``POD`` or ``NAMESPACE/POD``."""
    interfaces = frozenset(interfaces)
    pods = sorted(set(pods))
    split = [pod.rpartition("/") for pod in pods]
    replaced: dict[str, str] = {}
    _number(replaced, "node", nodes, interfaces)
    _number(replaced, "ns", (namespace for namespace, _, _ in split), interfaces)
    _number(replaced, "pod", (name for _, _, name in split), interfaces)
    for namespace, _, name in split:
        if namespace:
            parts = replaced.get(namespace, namespace), replaced.get(name, name)
            replaced[f"{namespace}/{name}"] = "/".join(parts)
            replaced[f"{namespace}_{name}"] = "_".join(parts)
    _number(replaced, "host", _host_words(hosts), interfaces)
    return Names(replaced, interfaces)


def _host_words(hosts: Iterable[str]) -> Iterable[str]:
    """Yield names, and the first words of those with a domain."""
    for host in hosts:
        yield host
        yield host.partition(".")[0]


def _number(
    replaced: dict[str, str], kind: str, names: Iterable[str], interfaces: frozenset[str]
) -> None:
    """Add names in their order, as many digits to each."""
    wanted = sorted({name for name in names if _is_telling(name, interfaces)} - replaced.keys())
    for number, name in enumerate(wanted, 1):
        replaced[name] = f"{kind}-r{number:0{len(str(len(wanted)))}}"


def _is_telling(name: str, interfaces: frozenset[str]) -> bool:
    return bool(name) and not (
        name.lower() in PLAIN_WORDS or name.isdigit() or name in interfaces or _is_address(name)
    )


def _is_address(name: str) -> bool:
    """Tell whether a name is an address, and so mapped as one."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
