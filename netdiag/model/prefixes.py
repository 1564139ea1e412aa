"""IP prefixes as numbers, made from text once and remembered."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_interface
from typing import NamedTuple

REMEMBERED = 1 << 16
_BITS = {4: 32, 6: 128}


class Prefix(NamedTuple):
    """An address family, a network and how many bits of it count."""

    version: int
    network: int
    length: int

    def covers(self, other: Prefix) -> bool:
        """Return True if another prefix, or an address as prefix of full length, lies in it."""
        return (
            other.version == self.version
            and other.length >= self.length
            and (other.network ^ self.network) >> (_BITS[self.version] - self.length) == 0
        )

    def overlaps(self, other: Prefix) -> bool:
        """Return True if one lies in the other."""
        return self.covers(other) or other.covers(self)

    def cut(self, length: int) -> Prefix:
        """Return the prefix of ``length`` bits, no longer than its own, that it lies in."""
        shift = _BITS[self.version] - length
        return Prefix(self.version, self.network >> shift << shift, length)

    @property
    def is_host(self) -> bool:
        """Return True if it is one address."""
        return self.length == _BITS[self.version]

    def host(self, number: int) -> Prefix:
        """Return one of its addresses, counted from the network's own; the last if too many."""
        bits = _BITS[self.version]
        number = min(number, (1 << (bits - self.length)) - 1)
        return Prefix(self.version, self.network + number, bits)

    def __str__(self) -> str:
        text = str(ip_address(self.network.to_bytes(_BITS[self.version] // 8)))
        return text if self.is_host else f"{text}/{self.length}"


@lru_cache(REMEMBERED)
def parse_prefix(text: str | None) -> Prefix | None:
    """Return the prefix of ``10.244.1.0/24``, ``10.244.1.1/24`` (its network) or an address.

    None if it is no such text.
    """
    if not text:
        return None
    try:
        network = ip_interface(text.strip()).network
    except ValueError:
        return None
    return Prefix(network.version, int(network.network_address), network.prefixlen)


def parse_address(text: str | None) -> Prefix | None:
    """Return an address as a prefix of full length, what follows ``/`` left out; None if none."""
    return parse_prefix(text.partition("/")[0]) if text else None


def contains(prefix: str | None, address: str | None) -> bool:
    """Return True if an address, or a prefix, lies in a prefix; both are text."""
    outer, inner = parse_prefix(prefix), parse_prefix(address)
    return outer is not None and inner is not None and outer.covers(inner)
