"""What kind of address one is, as ``addrtype`` and nft's ``fib`` ask."""

from __future__ import annotations

from typing import Final

from netdiag.explain.expected.firewall_sight import Sight
from netdiag.model.prefixes import Prefix, parse_prefix

_LOOPBACK: Final = (parse_prefix("127.0.0.0/8"), parse_prefix("::1"))
_MULTICAST: Final = (parse_prefix("224.0.0.0/4"), parse_prefix("ff00::/8"))
_BROADCAST: Final = parse_prefix("255.255.255.255")
_UNSPECIFIED: Final = (parse_prefix("0.0.0.0"), parse_prefix("::"))


def has_address_type(address: Prefix, names: str, sight: Sight) -> bool | None:
    """Return whether an address is of one of the types, as ``LOCAL,BROADCAST``."""
    found = [_has_type(address, name.strip().upper(), sight) for name in names.split(",")]
    return True if True in found else None if None in found else False


def _has_type(address: Prefix, name: str, sight: Sight) -> bool | None:
    kind = _known_type(address, sight.scene.local)
    if kind is not None:
        return kind == name
    if name == "LOCAL":
        return None if sight.scene.local is None or not address.is_host else False
    return False if name == "MULTICAST" and address.is_host else None


def _known_type(address: Prefix, local: frozenset[Prefix] | None) -> str | None:
    """Return a type that needs no route to be told."""
    if any(prefix and prefix.covers(address) for prefix in _LOOPBACK):
        return "LOCAL"
    if local is not None and address.is_host and address in local:
        return "LOCAL"
    if any(prefix and prefix.covers(address) for prefix in _MULTICAST):
        return "MULTICAST"
    if address == _BROADCAST:
        return "BROADCAST"
    return "UNSPEC" if address in _UNSPECIFIED else None
