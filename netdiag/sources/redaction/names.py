"""What each name of a node, a pod or a host becomes: ``node-r1``, ``pod-r2``, ``ns-r1``."""

from __future__ import annotations

import re
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


_USUAL_INTERFACES: Final = re.compile(
    r"(?:lo|eth|en[opsx]\w|bond|team|wl|cni|cbr|kube-|docker|flannel|vxlan|geneve|tunl|ip6tnl|gre|sit"
    r"|cilium|weave|ovs|wireguard|wg|dummy|nodelocaldns|macvlan|br|veth|cali|lxc|tap|tun)"
    r"[0-9a-f.:-]*(?:calico|cali|6|v6|ipvs|bridge|dummy-if|sys|_host|_net)*[0-9a-f.:-]*"
)
"""Made by programs: they tell nothing, though a name may be a part of them."""

_SHORTEST: Final = 3
"""Letters of a name that is looked for within others."""


@dataclass(frozen=True)
class Names:
    """Names and what stands for them; anything else stays."""

    replaced: dict[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    """Of interfaces that carry no name: they stay even where a name is a part of one."""

    def of_folder(self, name: str) -> str:
        """Return what a folder, a node's or a pod's, is called."""
        return self.replaced.get(name, name)


def choose_names(
    nodes: Iterable[str], pods: Iterable[str], hosts: Iterable[str], interfaces: Iterable[str] = ()
) -> Names:
    """Return a name for each, the same for the same list; pods are ``POD`` or ``NAMESPACE/POD``."""
    pods, nodes, hosts = sorted(set(pods)), sorted(set(nodes)), sorted(set(hosts))
    interfaces = frozenset(interfaces)
    telling = _telling_interfaces(interfaces, [*pods, *nodes, *_host_words(hosts)])
    interfaces = interfaces.difference(telling)
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
    replaced.update(telling)
    replaced.update({name.replace(".", "/"): new for name, new in telling.items()})  # of sysctl
    return Names(replaced, interfaces)


def _host_words(hosts: Iterable[str]) -> Iterable[str]:
    """Yield names, and the first words of those with a domain."""
    for host in hosts:
        yield host
        yield host.partition(".")[0]


def _telling_interfaces(interfaces: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Return new names of interfaces that others' names are a part of, their beginnings kept."""
    words = {word for name in names for word in (name, *name.split("/")) if len(word) >= _SHORTEST}
    words = {word for word in words if _is_telling(word, frozenset())}
    renamed: dict[str, str] = {}
    for interface in sorted(set(interfaces) - PLAIN_WORDS):
        at = min((interface.find(word) for word in words if word in interface), default=-1)
        if at >= 0 and not _USUAL_INTERFACES.fullmatch(interface):
            renamed[interface] = f"{interface[:at].rstrip('-._') or 'if'}-r{len(renamed) + 1}"
    return renamed


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
