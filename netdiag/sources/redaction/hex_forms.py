"""Addresses in hexadecimal digits, as /proc/net, tc and nft have them, and what they become.

Eight digits may be anything: only those of an address that is known otherwise are mapped.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Pairs

from netdiag.sources.redaction.mapping import Address, Mapping

WORD = 4


def hex_forms(known: Iterable[Address | bytes], mapping: Mapping) -> Pairs[str, str]:
    """Return all forms of addresses, and of MAC addresses (six bytes), in lower case."""
    forms: dict[str, str] = {}
    for each in known:
        packed = each if isinstance(each, bytes) else each.packed
        mapped = mapping.mac(packed) if isinstance(each, bytes) else mapping.packed(packed)
        if mapped != packed:
            forms[packed.hex()] = mapped.hex()
            forms[_little(packed)] = _little(mapped)
    return forms


def _little(packed: bytes) -> str:
    """Return the words of an address as a little-endian machine prints them, as /proc/net/tcp."""
    if len(packed) % WORD:
        return packed.hex()
    words = (packed[at : at + WORD] for at in range(0, len(packed), WORD))
    return b"".join(word[::-1] for word in words).hex()
