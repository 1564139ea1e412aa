"""Addresses of devices as people paste them: ``ip addr``, ``ip -o addr``, ``ip -br addr``."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.facts.kernel.addresses import canonical_address
from netdiag.facts.kernel.ip_addr import AddressItem, build_address
from netdiag.facts.kernel.ip_blocks import Line, read_brief, read_head, read_lines, read_name
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import Words, whole_number
from netdiag.model.facts.kernel import Address

_FAMILIES = ("inet", "inet6")


def parse_ip_addr(text: str, document: str, first_line: int = 1) -> Parsed[Address]:
    """Return the addresses of ``ip addr``."""
    addresses: list[Address] = []
    bad: list[int] = []
    device: str | None = None
    for line in read_lines(text, first_line):
        if line.is_head:
            device = _device(line.text)
        if device is None:
            bad.append(line.number)
            continue
        for item in _read_items(line):
            address = build_address(device, item, document, line.number) if item else None
            if address is None:
                bad.append(line.number)
            else:
                addresses.append(address)
    return Parsed(tuple(addresses), not_understood(sorted(set(bad))))


def _device(line: str) -> str | None:
    """Return the name in the first line of a device; None = it is no such line."""
    head = read_head(line)
    if head is not None:
        return str(head["ifname"])
    brief = read_brief(line)
    if brief is not None:
        return str(brief[0]["ifname"])
    words = line.split()
    if _is_one_line(words):
        return str(read_name(words[1])["ifname"])
    return None


def _is_one_line(words: list[str]) -> bool:
    """Return True for ``2: eth0    inet 10.1.10.9/24 …`` of ``-o``."""
    return len(words) > 3 and words[0][-1] == ":" and words[2] in _FAMILIES


def _read_items(line: Line) -> Iterator[AddressItem | None]:
    """Yield the addresses of a line, None for each that is not understood."""
    words = line.text.split()
    if line.is_head and _is_one_line(words):
        yield _read_item(Words(" ".join(words[2:])))
    elif line.is_head:
        brief = None if read_head(line.text) is not None else read_brief(line.text)
        if brief is not None:
            yield from _read_brief_items(brief[1])
    elif words[0] in _FAMILIES:
        yield _read_item(Words(line.text))


def _read_item(words: Words) -> AddressItem | None:
    """Return the address of ``inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0``."""
    words.take()
    item = _split(words.take(), words)
    while item is not None and (word := words.take()):
        if word == "scope":
            item.scope = words.take() or None
    return item


def _read_brief_items(words: list[str]) -> Iterator[AddressItem | None]:
    """Yield the addresses that follow each other; ``ip -br link`` has others in their place."""
    rest = Words(" ".join(words))
    while word := rest.take():
        if word == "metric":
            rest.take()
        elif canonical_address(word.partition("/")[0]) is not None:
            yield _split(word, rest)
        elif "/" in word:
            yield None


def _split(text: str, words: Words) -> AddressItem | None:
    """Return ``address/length``, or ``address`` and then ``peer`` with the length of both."""
    address, slash, length = text.partition("/")
    peer: str | None = None
    if words.peek() == "peer":
        words.take()
        peer, slash, length = words.take().partition("/")
        if not peer:
            return None
    number = whole_number(length) if slash else None
    if slash and number is None:
        return None
    return AddressItem(address, peer, number)
