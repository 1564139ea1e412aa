"""IP addresses and prefixes as documents write them, brought into canonical form."""

from __future__ import annotations

import re
from functools import lru_cache

from netdiag.model.addresses import ipv4_text, ipv6_text

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{0,3}}", re.ASCII)
_LONGEST = 64
"""Characters of an address with a zone; what is longer is none."""
_CACHED = 8192
IPV4_BITS, IPV6_BITS = 32, 128
ANY_IPV4, ANY_IPV6 = "0.0.0.0/0", "::/0"


@lru_cache(_CACHED)
def canonical_address(text: str) -> str | None:
    """Return an IPv4 or IPv6 address in canonical form, without its zone; None = it is none."""
    if text.count(".") == 3 and _IPV4.fullmatch(text):
        return text
    number = _ipv6_number(text)
    return None if number is None else ipv6_text(number)


@lru_cache(_CACHED)
def canonical_prefix(text: str) -> str | None:
    """Return a prefix without host bits; a lone address is a host; None = it is neither.

    Old tools leave zeros out (``10.244/16``), and some write a mask (``10.0.0.0/255.0.0.0``).
    """
    address, slash, length = text.partition("/")
    if _IPV4.fullmatch(address) and (slash or address.count(".") == 3):
        bits = _prefix_bits(length, IPV4_BITS) if slash else IPV4_BITS
        if bits is None:
            return None
        number = _ipv4_number(address) >> (IPV4_BITS - bits) << (IPV4_BITS - bits)
        return f"{ipv4_text(number)}/{bits}"
    value = _ipv6_number(address)
    bits = _prefix_bits(length, IPV6_BITS) if slash else IPV6_BITS
    if value is None or bits is None:
        return None
    return f"{ipv6_text(value >> (IPV6_BITS - bits) << (IPV6_BITS - bits))}/{bits}"


def mask_length(mask: str) -> int | None:
    """Return the prefix length of a mask as ``255.255.255.0``; None = it is none."""
    if mask.count(".") != 3 or not _IPV4.fullmatch(mask):
        return None
    host_bits = (1 << IPV4_BITS) - 1 - _ipv4_number(mask)
    return None if host_bits & (host_bits + 1) else IPV4_BITS - host_bits.bit_length()


def is_ipv6(text: str) -> bool:
    """Return True if an address or a prefix is of IPv6, as far as its look tells."""
    return ":" in text


def address_or_text(text: str) -> str:
    """Return an address in canonical form, and anything else as it is."""
    return canonical_address(text) or text


def _ipv4_number(address: str) -> int:
    parts = [*address.split("."), "0", "0", "0"][:4]
    return int.from_bytes(bytes(map(int, parts)), "big")


def _ipv6_number(text: str) -> int | None:
    if ":" not in text or len(text) > _LONGEST:
        return None
    from ipaddress import IPv6Address  # as in model.addresses: many captures never need it

    try:
        return int(IPv6Address(text))
    except ValueError:
        return None


def _prefix_bits(length: str, most: int) -> int | None:
    if length.isascii() and length.isdigit() and len(length) <= 3:
        return int(length) if int(length) <= most else None
    return mask_length(length) if most == IPV4_BITS else None
