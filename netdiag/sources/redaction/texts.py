"""A document's text with all addresses, keys and known names mapped, token by token."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Final

from netdiag.sources.redaction.mapping import Address, Mapping, Network
from netdiag.sources.redaction.names import Names

Parts = tuple[str, ...]

_MAC: Final = r"(?<![0-9A-Fa-f:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?![0-9A-Fa-f:])"
_IPV6: Final = r"(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]+(?:(?<=:)\d+(?:\.\d+){3})?"
_IPV4: Final = r"(?<![0-9.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9]|\.[0-9])"
_DASHED: Final = r"(?<![0-9-])\d{1,3}(?:-\d{1,3}){3}(?=(?:-\d{1,2})?(?![0-9-]))"
"""``10-244-1-2``, as DNS and Calico's blocks have it."""
_KEY: Final = r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{43}=(?!=)"
"""WireGuard's public keys."""
_LENGTH: Final = r"(?:/(?P<length>\d{1,3})(?![0-9.]))?"
_PREFIX: Final = re.compile(rf"(?P<address>{_IPV6}|{_IPV4})/(?P<length>\d{{1,3}})(?![0-9.])")
_JSON_PREFIX: Final = re.compile(
    r'"(?P<address>[0-9A-Fa-f:.]+)",\s*"(?:prefixlen|srclen|dstlen)":\s*(?P<length>\d{1,3})'
)


class TextRewriter:
    """Rewrites texts by a mapping and names."""

    def __init__(self, mapping: Mapping, names: Names) -> None:
        self._mapping = mapping
        self._names = names
        self._token = _token_pattern(names)

    def text(self, text: str) -> str:
        """Return a document's text: JSON stays JSON, lines stay lines."""
        return self._token.sub(self._replacement, text)

    def document(self, data: bytes) -> bytes:
        """Return a document: bytes that are no UTF-8 stay."""
        text = data.decode("utf-8", "surrogateescape")
        return self.text(text).encode("utf-8", "surrogateescape")

    def place(self, parts: Parts) -> Parts:
        """Return a file's place: its folders named anew; a document's name as a text."""
        *folders, name = parts
        mapped = [self._names.replaced.get(each) or self.text(each) for each in folders]
        return (*mapped, self.text(name))

    def _replacement(self, found: re.Match[str]) -> str:
        kind, token = found.lastgroup, found.group()
        if kind == "name":
            return self._names.replaced[token]
        if kind == "mac":
            mapped = self._mapping.mac(bytes.fromhex(token.replace(":", ""))).hex(":")
            return mapped.upper() if token.isupper() else mapped
        if kind == "key":
            return b64encode(self._mapping.secret(token.encode(), 32)).decode()
        if kind == "dashed":
            return self._dashed(token)
        return token if kind == "kept" else self._address(found)

    def _dashed(self, token: str) -> str:
        address = _read_address(token.replace("-", "."))
        return token if address is None else str(self._mapping.address(address)).replace(".", "-")

    def _address(self, found: re.Match[str]) -> str:
        """Return an address, with the length of a prefix if it has one."""
        text = found["v6"] or found["v4"]
        whole = text.rstrip(":") if text.endswith(":") and not text.endswith("::") else text
        address = _read_address(whole)
        if address is None:
            return found.group()
        rest, length = found.group()[len(whole) :], found["length"]
        if length is not None:
            return f"{self._mapping.network(address, int(length))}{rest}"
        return f"{self._mapping.address(address)}{rest}"


def networks_in(data: bytes) -> Iterator[Network]:
    """Yield the networks that a document speaks of."""
    text = data.decode("utf-8", "surrogateescape")
    for pattern in (_PREFIX, _JSON_PREFIX):
        for found in pattern.finditer(text):
            try:
                yield ip_network((found["address"], int(found["length"])), strict=False)
            except ValueError:
                continue  # no address: what it is stays as it is


def _token_pattern(names: Names) -> re.Pattern[str]:
    kinds = [
        _words("kept", names.kept),
        _words("name", names.replaced),
        f"(?P<mac>{_MAC})",
        f"(?P<key>{_KEY})",
        rf"(?:(?P<v6>{_IPV6})|(?P<v4>{_IPV4})){_LENGTH}",
        f"(?P<dashed>{_DASHED})",
    ]
    return re.compile("|".join(filter(None, kinds)))


def _words(kind: str, words: object) -> str:
    """Return a pattern of whole words, longest first; what an escape in JSON ends may precede."""
    assert isinstance(words, frozenset | dict)
    if not words:
        return ""
    listed = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return rf"(?:(?<![0-9A-Za-z_-])|(?<=\\[nrt]))(?P<{kind}>{listed})(?![0-9A-Za-z_-])"


def _read_address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
