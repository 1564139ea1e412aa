"""Addresses as text."""

from __future__ import annotations

_MAPPED = 0xFFFF << 32


def ipv4_text(address: int) -> str:
    """Return the dotted form of a 32-bit number."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def ipv6_text(address: int) -> str:
    """Return the canonical form (RFC 5952) of a 128-bit number."""
    if address & ~0xFFFFFFFF == _MAPPED:
        return f"::ffff:{ipv4_text(address & 0xFFFFFFFF)}"
    from ipaddress import IPv6Address  # takes longer to load than most captures need it

    return IPv6Address(address).compressed


def mac_text(address: bytes) -> str:
    """Return the usual colon-separated form."""
    return address.hex(":")
