"""CNI configuration: the .conf and .conflist files of ``/etc/cni/net.d``.

https://www.cni.dev/docs/spec/, and what each plugin documents of its own keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from netdiag.facts.documents import read_object
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import (
    flag_of,
    list_of,
    mapping_of,
    prefixes_of,
    size_of,
    text_of,
    texts_of,
)
from netdiag.model.facts.configuration import CniNetwork, CniPlugin
from netdiag.model.facts.source import Source

POD_CIDR: Final = frozenset({"usePodCidr", "usePodCidrIPv6"})
"""What Calico's plugin puts the node's podCIDR for."""

_MASTERS: Final = ("master", "device", "deviceID", "pciBusID", "if0", "addIf")
"""Of macvlan, ipvlan, vlan; host-device; SR-IOV; kubenet."""
_DELEGATING: Final = frozenset({"flannel", "canal"})
_MOST_DELEGATES: Final = 64


def parse_cni(data: bytes, document: str, key: str = "") -> Parsed[CniNetwork]:
    """Return the network of a .conf or .conflist; ``key`` is its place in the document."""
    found, problems = read_object(data)
    if found is None:
        return Parsed((), problems)
    return read_network(found, Source(document, key), problems)


def read_network(
    network: dict[str, Any], source: Source, problems: tuple[str, ...] = ()
) -> Parsed[CniNetwork]:
    """Return a network with those of its plugins that have a type."""
    given = network.get("plugins")
    written = list_of(given) if given is not None else [network]
    plugins = tuple(_plugins(written))
    if len(plugins) < len(written):
        problems = (*problems, f"{len(written) - len(plugins)} of its plugins have no type")
    if not plugins:
        return Parsed((), problems or ("names no plugin",))
    return Parsed((CniNetwork(text_of(network.get("name")) or "", plugins, source),), problems)


def _plugins(written: list[Any]) -> Iterator[CniPlugin]:
    for plugin in written:
        kind = text_of(mapping_of(plugin).get("type"))
        if kind:
            yield _plugin(kind, plugin, tuple(_delegates(plugin)))


def _plugin(kind: str, plugin: dict[str, Any], delegates: tuple[CniPlugin, ...] = ()) -> CniPlugin:
    """Return a plugin; flannel's says most of it in what it delegates."""
    own = {**plugin, **mapping_of(plugin.get("delegate"))} if kind in _DELEGATING else plugin
    ipam = mapping_of(own.get("ipam"))
    subnets = list(_subnets(ipam))
    return CniPlugin(
        type=kind,
        ipam=text_of(ipam.get("type")),
        subnets=prefixes_of(subnets),
        uses_pod_cidr=any(isinstance(one, str) and one in POD_CIDR for one in subnets),
        bridge=text_of(own.get("bridge")),
        master=next(filter(None, (text_of(own.get(name)) for name in _MASTERS)), None),
        mode=text_of(own.get("mode")),
        mtu=size_of(own.get("mtu")),
        vlan=size_of(own.get("vlan")) or size_of(own.get("vlanId")),
        is_gateway=_is_gateway(own),
        ip_masq=flag_of(own.get("ipMasq")),
        hairpin=flag_of(own.get("hairpinMode")),
        delegates=delegates,
        cluster_network=text_of(plugin.get("clusterNetwork")),
    )


def _subnets(ipam: dict[str, Any]) -> Iterator[Any]:
    """Yield what the plugins of IPAM call their prefixes."""
    yield ipam.get("subnet")
    for several in list_of(ipam.get("ranges")):
        for one in list_of(several):
            yield mapping_of(one).get("subnet")
    yield _behind_dash(ipam.get("range"))  # whereabouts
    for one in list_of(ipam.get("ipRanges")):
        yield _behind_dash(mapping_of(one).get("range"))
    for name in ("ipv4_pools", "ipv6_pools"):  # calico-ipam: prefixes, or names of pools
        yield from texts_of(ipam.get(name))


def _behind_dash(value: object) -> object:
    """Return ``192.168.2.230/28`` of whereabouts' ``192.168.2.225-192.168.2.230/28``."""
    return value.rpartition("-")[2] if isinstance(value, str) else None


def _is_gateway(plugin: dict[str, Any]) -> bool | None:
    """Return whether the bridge has an address; a default gateway has one too."""
    if flag_of(plugin.get("isDefaultGateway")):
        return True
    return flag_of(plugin.get("isGateway"))


def _delegates(plugin: dict[str, Any]) -> Iterator[CniPlugin]:
    """Yield what multus calls, one of which may be a list itself; what those call is left out."""
    one = mapping_of(plugin.get("delegate"))
    for written in [one, *list_of(plugin.get("delegates"))[:_MOST_DELEGATES]]:
        network = mapping_of(written)
        for delegate in [network, *list_of(network.get("plugins"))[:_MOST_DELEGATES]]:
            kind = text_of(mapping_of(delegate).get("type"))
            if kind:
                yield _plugin(kind, delegate)
