"""A document's text with all addresses, keys and known names mapped, token by token."""

from __future__ import annotations

import re
from base64 import b32encode, b64encode
from collections.abc import Iterator
from collections.abc import Mapping as Pairs
from ipaddress import ip_address, ip_network
from typing import Final

from netdiag.sources.redaction.comments import redact_comment
from netdiag.sources.redaction.mapping import Address, Mapping, Network
from netdiag.sources.redaction.names import Names

Parts = tuple[str, ...]

_MAC: Final = r"(?<![0-9A-Fa-f:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?![0-9A-Fa-f:])"
_IPV6: Final = r"(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]+(?:(?<=:)\d+(?:\.\d+){3})?"
_IPV4: Final = r"(?<![0-9.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9]|\.[0-9])"
_DASHED: Final = r"(?<![0-9-])\d{1,3}(?P<dash>[-_])\d{1,3}(?:(?P=dash)\d{1,3}){2}(?![0-9])"
"""``10-244-1-2``, as DNS and Calico's blocks have it; ``10_1_10_9``, as Calico's BIRD has it."""
_KEY: Final = r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{43}=(?!=)"
"""WireGuard's public keys."""
_HEX: Final = (
    r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{12}|[0-9A-Fa-f]{8})(?![0-9A-Za-z])"
)
_QUOTED: Final = r'(?:\\"(?:(?!\\")[^\n])*\\"|"(?:[^"\\\n]|\\.)*")'
_COMMENT: Final = rf'(?<![\w-])(?:--comment[ \t]+(?:{_QUOTED}|[^\s"\\,]+)|comment[ \t]+{_QUOTED})'
"""Of iptables and nft; also where it is part of a text in JSON."""
_ALIAS: Final = r'(?<="ifalias":)\s*"(?:[^"\\]|\\.)*"'
_HASHED: Final = (
    r"(?<![\w-])(?P<engine>KUBE(?:-[A-Z]+)+-|cali-p(?:i|o|ri|ro)-)"
    r"(?:(?<=[A-Z]-)[A-Z2-7]{16}(?![\w-])|(?<=[io]-)[\w.-]*\w)"
)
"""Chains and sets called after services and policies, or by what was made of those names."""
_OF_INTERFACE: Final = r"(?<=(?<![\w-])cali-[tf][wh]-)[\w.-]+"
_LENGTH: Final = r"(?:/(?P<length>\d{1,3})(?![0-9.]))?"
_PREFIX: Final = re.compile(rf"(?P<address>{_IPV6}|{_IPV4})/(?P<length>\d{{1,3}})(?![0-9.])")
_JSON_PREFIX: Final = re.compile(
    r'"(?P<address>[0-9A-Fa-f:.]+)",\s*"(?:prefixlen|srclen|dstlen)":\s*(?P<length>\d{1,3})'
)
_ADDRESS: Final = re.compile(rf"(?P<mac>{_MAC})|{_IPV6}|{_IPV4}")


class TextRewriter:
    """Rewrites texts by a mapping and names."""

    def __init__(
        self, mapping: Mapping, names: Names, hex_forms: Pairs[str, str] | None = None
    ) -> None:
        """``hex_forms``: what addresses in hexadecimal digits become."""
        self._mapping = mapping
        self._names = names
        self._hex_forms = hex_forms or {}
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
        stem, underscore, rest = name.partition("_")
        if stem == "ethtool" and underscore:
            return (*mapped, f"{stem}_{self.text(rest)}")
        return (*mapped, self.text(name))

    def _replacement(self, found: re.Match[str]) -> str:
        kind, token = found.lastgroup, found.group()
        if kind in ("name", "interface"):
            return self._names.replaced.get(token, token)
        if kind == "mac":
            mapped = self._mapping.mac(bytes.fromhex(token.replace(":", ""))).hex(":")
            return mapped.upper() if token.isupper() else mapped
        if kind == "key":
            return b64encode(self._mapping.secret(token.encode(), 32)).decode()
        if kind == "dashed":
            return self._dashed(token, found["dash"])
        if kind == "hashed":
            engine = found["engine"]
            return f"{engine}{self.hidden(token[len(engine) :], 10).upper()}"
        if kind == "comment":
            head, space, rest = re.split(r"([ \t]+)", token, maxsplit=1)
            return f"{head}{space}{redact_comment(self.text(rest), self.hidden)}"
        if kind in ("alias", "hex"):
            return ' "redacted"' if kind == "alias" else self._hexadecimal(token)
        return token if kind == "kept" else self._address(found)

    def hidden(self, value: str, size: int = 5) -> str:
        """Return letters and digits that stand for a value; eight for each five bytes."""
        told = value.encode("utf-8", "surrogateescape")
        return b32encode(self._mapping.secret(b"word" + told, size)).decode().lower()

    def _hexadecimal(self, token: str) -> str:
        mark = "0x" if token[:2] == "0x" else ""
        digits = token[len(mark) :]
        mapped = self._hex_forms.get(digits.lower(), digits)
        return mark + (mapped.upper() if digits.isupper() else mapped)

    def _dashed(self, token: str, dash: str) -> str:
        address = _read_address(token.replace(dash, "."))
        return token if address is None else str(self._mapping.address(address)).replace(".", dash)

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


def addresses_in(data: bytes) -> Iterator[Address | bytes]:
    """Yield the addresses that a document speaks of; MAC addresses as six bytes."""
    for found in _ADDRESS.finditer(data.decode("utf-8", "surrogateescape")):
        if found["mac"]:
            yield bytes.fromhex(found["mac"].replace(":", ""))
        elif (address := _read_address(found.group())) is not None:
            yield address


def _token_pattern(names: Names) -> re.Pattern[str]:
    kinds = [
        f"(?P<comment>{_COMMENT})",
        f"(?P<alias>{_ALIAS})",
        f"(?P<hashed>{_HASHED})",
        f"(?P<interface>{_OF_INTERFACE})",
        _words("kept", names.kept),
        _words("name", names.replaced),
        f"(?P<mac>{_MAC})",
        f"(?P<key>{_KEY})",
        rf"(?:(?P<v6>{_IPV6})|(?P<v4>{_IPV4})){_LENGTH}",
        f"(?P<dashed>{_DASHED})",
        f"(?P<hex>{_HEX})",
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
