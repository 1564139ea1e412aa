"""Addresses of devices: ``ip -j addr``, and what builds an address of any form."""

from __future__ import annotations

from msgspec import Struct

from netdiag.facts.kernel.addresses import IPV4_BITS, IPV6_BITS, canonical_address, is_ipv6
from netdiag.facts.kernel.ip_json import bad_items, parse_items, shared
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.kernel import Address


class AddressItem(Struct):
    """An address as JSON holds it."""

    local: str | None = None
    address: str | None = None
    """The other end."""
    prefixlen: int | None = None
    scope: int | str | None = None


class DeviceItem(Struct):
    """A device with its addresses as JSON holds it."""

    ifname: str | None = None
    addr_info: list[AddressItem] | None = None


def parse_addresses_json(data: bytes, document: str) -> Parsed[Address]:
    """Return the addresses of ``ip -j addr``; their position is that of the device."""
    devices = parse_items(data, document, DeviceItem, _of_device)
    addresses: list[Address] = []
    bad: list[int] = []
    for position, found in devices.items:
        addresses.extend(address for address in found if address is not None)
        if None in found:
            bad.append(position)
    return Parsed(tuple(addresses), (*devices.problems, *bad_items(bad)))


def build_address(device: str, item: AddressItem, document: str, position: int) -> Address | None:
    """Return an address; None = it is none, or its prefix is too long."""
    local = canonical_address(item.local) if item.local else None
    if local is None:
        return None
    bits = IPV6_BITS if is_ipv6(local) else IPV4_BITS
    length = bits if item.prefixlen is None else item.prefixlen
    peer = canonical_address(item.address) if item.address else None
    if not 0 <= length <= bits or (item.address and peer is None):
        return None
    scope = None if item.scope is None else shared(str(item.scope))
    return Address(
        shared(device) or "", shared(local) or "", length, document, position, scope, shared(peer)
    )


def _of_device(
    item: DeviceItem, document: str, position: int
) -> tuple[int, list[Address | None]] | None:
    """Return the addresses of a device, None for each that is not understood."""
    if not item.ifname:
        return None
    name = item.ifname
    # some versions print empty objects in place of addresses that were filtered
    told = [address for address in item.addr_info or () if address != AddressItem()]
    return position, [build_address(name, address, document, position) for address in told]
