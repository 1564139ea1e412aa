"""Devices: ``ip -d -j [-s] link``, and what builds a device of any form.

Names of fields are those of iproute2's ``ip/ipaddress.c`` and ``ip/iplink_*.c``.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from netdiag.facts.kernel.addresses import canonical_address
from netdiag.facts.kernel.ip_json import (
    MAX_32_BITS,
    MAX_INDEX,
    MAX_PORT,
    MAX_VLAN,
    MAX_VNI,
    bounded,
    parse_items,
    shared,
    shared_words,
)
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.kernel import Link, LinkCounters, Tunnel, Vxlan

VXLAN_KINDS = frozenset({"vxlan", "geneve"})
TUNNEL_KINDS = frozenset({
    "ipip", "gre", "gretap", "sit", "vti", "vti6", "ip6tnl", "ip6gre", "ip6gretap", "erspan",
    "ip6erspan",
})  # fmt: skip
MODE_KINDS = frozenset({"macvlan", "macvtap", "ipvlan", "ipvtap", "netkit"})
_MAC = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})+")
_ANY = frozenset({"any", "0.0.0.0", "::"})


class DataItem(Struct):
    """``info_data``: what a value is depends on the kind, so that none may cost the device."""

    id: Any = None
    external: Any = None
    collect_metadata: Any = None
    group: Any = None
    group6: Any = None
    remote: Any = None
    remote6: Any = None
    local: Any = None
    local6: Any = None
    link: Any = None
    port: Any = None
    learning: Any = None
    type: Any = None
    mode: Any = None


class InfoItem(Struct):
    """``linkinfo``."""

    info_kind: str | None = None
    info_data: DataItem | None = None
    info_slave_kind: str | None = None


class CountsItem(Struct):
    """The counters of one direction."""

    bytes: int = 0
    packets: int = 0
    errors: int = 0
    dropped: int = 0


class StatsItem(Struct):
    """``stats64``."""

    rx: CountsItem | None = None
    tx: CountsItem | None = None


class LinkItem(Struct):
    """A device as JSON holds it."""

    ifname: str | None = None
    ifindex: int | None = None
    flags: list[str] | None = None
    mtu: int | None = None
    master: str | None = None
    operstate: str | None = None
    link_type: str | None = None
    address: str | None = None
    link: str | None = None
    link_index: int | None = None
    link_netnsid: int | None = None
    linkinfo: InfoItem | None = None
    ifalias: str | None = None
    parentbus: str | None = None
    vfinfo_list: list[Any] | None = None
    stats64: StatsItem | None = None
    stats: StatsItem | None = None
    promiscuity: int | None = None
    num_tx_queues: int | None = None
    inet6_addr_gen_mode: Any = None


def parse_links_json(data: bytes, document: str) -> Parsed[Link]:
    """Return the devices of ``ip -j link``, or of ``ip -j addr``."""
    return parse_items(data, document, LinkItem, build_link)


def build_link(item: LinkItem, document: str, position: int) -> Link | None:
    """Return a device; None = it lacks a name."""
    if not item.ifname:
        return None
    info = item.linkinfo or InfoItem()
    kind = _kind(item, info)
    data = info.info_data or DataItem()
    address = item.address or ""
    return Link(
        shared(item.ifname) or "",
        document,
        position,
        bounded(item.ifindex, MAX_INDEX),
        shared(kind),
        shared(item.link_type),
        shared(address) if _MAC.fullmatch(address) else None,
        bounded(item.mtu, MAX_32_BITS),
        shared_words(item.flags) if item.flags else (),
        shared(item.operstate),
        shared(item.master),
        shared(item.link),
        bounded(item.link_index, MAX_INDEX) or None,
        bounded(item.link_netnsid, MAX_INDEX),
        _vxlan(data) if kind in VXLAN_KINDS and info.info_data else None,
        _tunnel(data) if kind in TUNNEL_KINDS and info.info_data else None,
        _mode(kind, data),
        bounded(data.id, MAX_VLAN) if kind == "vlan" else None,
        shared(info.info_slave_kind),
        shared(item.parentbus),
        item.ifalias,
        len(item.vfinfo_list or ()),
        _counters(item.stats64 or item.stats),
    )


def _kind(item: LinkItem, info: InfoItem) -> str | None:
    """Return the kind; an empty text where the details name none, None without details."""
    if info.info_kind:
        return info.info_kind
    details = (item.promiscuity, item.num_tx_queues, item.inet6_addr_gen_mode, item.linkinfo)
    return None if all(detail is None for detail in details) else ""


def _vxlan(data: DataItem) -> Vxlan:
    external = bool(data.external or data.collect_metadata)
    return Vxlan(
        None if external else bounded(data.id, MAX_VNI),
        bounded(data.port, MAX_PORT),
        _address(data.local) or _address(data.local6),
        _text(data.link),
        _address(data.group) or _address(data.group6) or _remote(data),
        data.learning if isinstance(data.learning, bool) else None,
        external,
    )


def _tunnel(data: DataItem) -> Tunnel:
    return Tunnel(_address(data.local), _remote(data), _text(data.link))


def _remote(data: DataItem) -> str | None:
    return _address(data.remote) or _address(data.remote6)


def _mode(kind: str | None, data: DataItem) -> str | None:
    if kind == "tun":
        return _text(data.type)
    return _text(data.mode) if kind in MODE_KINDS else None


def _address(value: object) -> str | None:
    """Return a tunnel's address; None = any, or it is none."""
    text = _text(value)
    return None if text is None or text in _ANY else shared(canonical_address(text))


def _text(value: object) -> str | None:
    return shared(value) if isinstance(value, str) and value else None


def _counters(stats: StatsItem | None) -> LinkCounters | None:
    if stats is None:
        return None
    rx, tx = stats.rx or CountsItem(), stats.tx or CountsItem()
    return LinkCounters(
        rx.bytes, rx.packets, rx.errors, rx.dropped, tx.bytes, tx.packets, tx.errors, tx.dropped
    )
