"""flannel's network: net-conf.json, which also stands in a ConfigMap or in etcd, and subnet.env.

https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md
https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md
"""

from __future__ import annotations

import re
from typing import Any, Final

from netdiag.facts.documents import read_object
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.values import (
    flag_of,
    interface_address_of,
    mapping_of,
    number_of,
    prefix_of,
    size_of,
    text_of,
)
from netdiag.model.facts.configuration import FlannelNetwork, FlannelSubnet
from netdiag.model.facts.source import Source

DEFAULT_BACKEND: Final = "udp"

_ASSIGNMENT: Final = re.compile(r"(?:export\s+)?(?P<name>\w+)=(?P<value>.*)")


def parse_net_conf(data: bytes, document: str, key: str = "") -> Parsed[FlannelNetwork]:
    """Return the network of a net-conf.json; ``key`` is its place in the document."""
    found, problems = read_object(data)
    if found is None:
        return Parsed((), problems)
    network = read_network(found, Source(document, key))
    if network is None:
        return Parsed((), (*problems, "its Backend is not understood"))
    if network.network is None and network.ipv6_network is None:
        problems = (*problems, "names no Network")
    return Parsed((network,), problems)


def read_network(written: dict[str, Any], source: Source) -> FlannelNetwork | None:
    """Return a network; None = its backend is none.

    Letters of keys may be of any case, as Go reads them.
    """
    network = _with_lower_keys(written)
    given = network.get("backend")
    backend = _with_lower_keys(mapping_of(given))
    kind = backend.get("type")
    if (given is not None and not isinstance(given, dict)) or not isinstance(kind, str | None):
        return None
    return FlannelNetwork(
        source=source,
        network=prefix_of(network.get("network")),
        backend=(kind or DEFAULT_BACKEND).strip().lower(),
        direct_routing=flag_of(backend.get("directrouting")) or False,
        vni=number_of(backend.get("vni")),
        port=size_of(backend.get("port")) or size_of(backend.get("listenport")),
        mtu=size_of(backend.get("mtu")),
        ipv6_network=prefix_of(network.get("ipv6network")),
        subnet_length=size_of(network.get("subnetlen")),
    )


def parse_subnet_env(text: str, document: str) -> Parsed[FlannelSubnet]:
    """Return what ``/run/flannel/subnet.env`` says."""
    told: dict[str, str] = {}
    bad: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if match := _ASSIGNMENT.fullmatch(line):
            told[match["name"]] = match["value"].strip("'\"")
        elif line and not line.startswith("#"):
            bad.append(number)
    subnet = FlannelSubnet(
        source=Source(document),
        network=prefix_of(told.get("FLANNEL_NETWORK")),
        subnet=interface_address_of(told.get("FLANNEL_SUBNET")),
        mtu=size_of(told.get("FLANNEL_MTU")),
        ip_masq=flag_of(told.get("FLANNEL_IPMASQ")),
        ipv6_network=prefix_of(told.get("FLANNEL_IPV6_NETWORK")),
        ipv6_subnet=interface_address_of(told.get("FLANNEL_IPV6_SUBNET")),
    )
    if subnet.subnet is None and subnet.ipv6_subnet is None:
        return Parsed(_if_any(subnet), (*not_understood(bad), "names no FLANNEL_SUBNET"))
    return Parsed((subnet,), not_understood(bad))


def _if_any(subnet: FlannelSubnet) -> tuple[FlannelSubnet, ...]:
    return () if subnet == FlannelSubnet(subnet.source, None, None, None, None) else (subnet,)


def _with_lower_keys(written: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in written.items()}


def read_lease_data(written: object) -> tuple[str | None, int | None]:
    """Return MAC address and VNI of a lease's ``BackendData``; annotations of nodes have it too."""
    data = _with_lower_keys(mapping_of(written))
    mac = text_of(data.get("vtepmac"))
    return mac.lower() if mac else None, number_of(data.get("vni"))
