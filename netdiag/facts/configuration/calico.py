"""Calico's own objects: IPPools, and how Felix is configured; from YAML or JSON.

https://docs.tigera.io/calico/latest/reference/resources/ippool and .../felixconfig; calicoctl
before version 3 wrote pools otherwise: https://docs.tigera.io/archive/v2.6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from netdiag.facts.kubernetes.objects import limit_problems, name_bad, read_objects
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import (
    flag_of,
    mapping_of,
    number_of,
    prefix_of,
    size_of,
    text_of,
)
from netdiag.model.facts.configuration import FelixSettings, IpPool, PoolMode
from netdiag.model.facts.source import Source

T = TypeVar("T")

POOL_KIND: Final = "ippool"
FELIX_KIND: Final = "felixconfiguration"

_MODES: Final[dict[str, PoolMode]] = {
    "never": "Never",
    "off": "Never",
    "always": "Always",
    "crosssubnet": "CrossSubnet",
    "cross-subnet": "CrossSubnet",
}
_FELIX: Final[Mapping[str, tuple[str, str, Callable[[object], Any]]]] = {
    "wireguardEnabled": ("wireguard", "WIREGUARDENABLED", flag_of),
    "wireguardEnabledV6": ("wireguard_ipv6", "WIREGUARDENABLEDV6", flag_of),
    "wireguardMTU": ("wireguard_mtu", "WIREGUARDMTU", size_of),
    "wireguardListeningPort": ("wireguard_port", "WIREGUARDLISTENINGPORT", size_of),
    "vxlanEnabled": ("vxlan", "VXLANENABLED", flag_of),
    "vxlanVNI": ("vxlan_vni", "VXLANVNI", number_of),
    "vxlanPort": ("vxlan_port", "VXLANPORT", size_of),
    "vxlanMTU": ("vxlan_mtu", "VXLANMTU", size_of),
    "ipipEnabled": ("ipip", "IPINIPENABLED", flag_of),
    "ipipMTU": ("ipip_mtu", "IPINIPMTU", size_of),
    "bpfEnabled": ("bpf", "BPFENABLED", flag_of),
    "mtuIfacePattern": ("mtu_interface_pattern", "MTUIFACEPATTERN", text_of),
}
"""Key in an object -> field, name in calico-node's environment behind ``FELIX_``, type."""


def parse_ip_pools(data: bytes, document: str) -> Parsed[IpPool]:
    """Return the IPPools of a file; objects of other kinds are left out."""
    return _parse(data, document, POOL_KIND, read_ip_pool)


def parse_felix(data: bytes, document: str) -> Parsed[FelixSettings]:
    """Return the FelixConfigurations of a file; objects of other kinds are left out."""
    return _parse(data, document, FELIX_KIND, read_felix)


def parse_calico_mtu(text: str, document: str) -> Parsed[int]:
    """Return the MTU of ``/var/lib/calico/mtu``."""
    mtu = size_of(text.strip())
    return Parsed((), ("holds no MTU",)) if mtu is None else Parsed((mtu,))


def pool_mode(value: object) -> PoolMode | None:
    """Return a mode of encapsulation, in any case of letters; Never if there is none."""
    if value is None or value == "":
        return "Never"
    return _MODES.get(value.lower()) if isinstance(value, str) else None


def read_ip_pool(pool: dict[str, Any], document: str) -> Parsed[IpPool]:
    """Return an IPPool; one whose CIDR or modes are not understood is none."""
    metadata, spec = mapping_of(pool.get("metadata")), mapping_of(pool.get("spec"))
    cidr = prefix_of(spec.get("cidr")) or prefix_of(metadata.get("cidr"))
    ipip, vxlan = pool_mode(_ipip_mode(spec)), pool_mode(spec.get("vxlanMode"))
    name = text_of(metadata.get("name")) or cidr
    if cidr is None or name is None:
        return Parsed((), ("an IPPool has no CIDR",))
    if ipip is None or vxlan is None:
        return Parsed((), (f"the modes of IPPool {name} are not understood",))
    if ipip == vxlan == "Never" and not _tells_modes(spec):
        return Parsed((), (f"IPPool {name} does not tell its modes, or breaks off before them",))
    found = IpPool(
        source=Source(document, name),
        name=name,
        cidr=cidr,
        ipip_mode=ipip,
        vxlan_mode=vxlan,
        nat_outgoing=flag_of(spec.get("natOutgoing", spec.get("nat-outgoing"))) or False,
        disabled=flag_of(spec.get("disabled")) or False,
        block_size=size_of(spec.get("blockSize")),
        node_selector=text_of(spec.get("nodeSelector")),
    )
    return Parsed((found,))


def _tells_modes(spec: dict[str, Any]) -> bool:
    """Return True if a pool's silence about a mode means Never: it tells both, or what follows."""
    if {"ipipMode", "vxlanMode"} <= spec.keys():
        return True
    return bool(spec.keys() & {"natOutgoing", "nat-outgoing", "nodeSelector", "disabled", "ipip"})


def _ipip_mode(spec: dict[str, Any]) -> object:
    """Return the mode; the old form has an object that may say ``enabled`` alone."""
    old = spec.get("ipip")
    if spec.get("ipipMode") or not isinstance(old, dict):
        return spec.get("ipipMode")
    return "never" if flag_of(old.get("enabled")) is False else old.get("mode") or "always"


def read_felix(felix: dict[str, Any], document: str) -> Parsed[FelixSettings]:
    """Return a FelixConfiguration."""
    name = text_of(mapping_of(felix.get("metadata")).get("name")) or "default"
    spec = mapping_of(felix.get("spec"))
    values = {field: read(spec.get(key)) for key, (field, _, read) in _FELIX.items()}
    return Parsed((FelixSettings(Source(document, name), name, **values),))


def felix_of_environment(environment: Mapping[str, str], source: Source) -> FelixSettings | None:
    """Return what calico-node's environment says of the same; None = nothing."""
    values = {
        field: read(environment.get(f"FELIX_{name}")) for field, name, read in _FELIX.values()
    }
    if all(value is None for value in values.values()):
        return None
    return FelixSettings(source, "environment", **values)


def _parse(
    data: bytes, document: str, kind: str, read: Callable[[dict[str, Any], str], Parsed[T]]
) -> Parsed[T]:
    objects = read_objects(data)
    items: list[T] = []
    problems = list(objects.problems)
    bad: list[int] = []
    for position, one in enumerate(objects.found):
        if one.kind.lower() != kind:
            continue
        try:
            parsed = read(msgspec.json.decode(one.json, type=dict[str, Any]), document)
        except (ValueError, RecursionError):
            bad.append(position)
            continue
        items += parsed.items
        problems += parsed.problems
    return Parsed(tuple(items), limit_problems([*problems, *name_bad("object", bad)]))
