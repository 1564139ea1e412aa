"""Lists of addresses and of ports as spans of numbers, made from text once and remembered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from netdiag.facts.firewall.firewall_terms import number_or_none
from netdiag.model.prefixes import REMEMBERED, Prefix, parse_address, parse_prefix

_VERSION_6: Final = 1 << 128
"""Added to an address of IPv6, so that no address of IPv4 equals one."""
_BITS: Final = {4: 32, 6: 128}
_LAST_PORT: Final = 0xFFFF

Span = tuple[int, int]


class Spans(NamedTuple):
    """Numbers that a condition lists: sorted spans that neither meet nor overlap."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    is_whole: bool = True
    """False: a member could not be read."""

    def hold(self, first: int, last: int) -> bool | None:
        """Return whether all numbers of a span are listed; None = some are, or it is not known."""
        place = bisect_right(self.firsts, last) - 1
        if place >= 0 and self.lasts[place] >= first:
            is_covered = self.firsts[place] <= first and last <= self.lasts[place]
            return True if is_covered else None
        return False if self.is_whole else None


def span_of(prefix: Prefix) -> Span:
    """Return a prefix's addresses as numbers."""
    first = prefix.network + (_VERSION_6 if prefix.version == 6 else 0)
    return first, first + (1 << (_BITS[prefix.version] - prefix.length)) - 1


@lru_cache(REMEMBERED)
def address_spans(members: str | tuple[str, ...]) -> Spans:
    """Return what addresses, prefixes and ranges span; text holds them with commas between."""
    return _joined(address_span(member) for member in _list(members))


@lru_cache(REMEMBERED)
def port_spans(members: str | tuple[str, ...]) -> Spans:
    """Return what ports and ranges (``1000:2000``, ``1000-2000``, ``:1023``) span."""
    return _joined(port_span(member) for member in _list(members))


@lru_cache(REMEMBERED)
def address_span(text: str) -> Span | None:
    """Return the span of ``10.0.0.0/8`` or ``10.0.0.1-10.0.0.9``; None = it is none."""
    prefix = parse_prefix(text)
    if prefix is not None:
        return span_of(prefix)
    first_text, dash, last_text = text.partition("-")
    first, last = parse_address(first_text), parse_address(last_text)
    if not dash or first is None or last is None or first.version != last.version:
        return None
    span = span_of(first)[0], span_of(last)[1]
    return span if span[0] <= span[1] else None


def port_span(text: str) -> Span | None:
    """Return the span of ``80`` or ``1000:2000``; None = it is none, as ``http``."""
    first_text, colon, last_text = text.strip().replace("-", ":").partition(":")
    first = number_or_none(first_text) if first_text else 0
    last = number_or_none(last_text) if last_text else _LAST_PORT
    if first is None or last is None or not (first_text or last_text):
        return None
    if not colon:
        last = first
    return (first, last) if first <= last else None


def _list(members: str | tuple[str, ...]) -> Iterable[str]:
    return members.split(",") if isinstance(members, str) else members


def _joined(spans: Iterable[Span | None]) -> Spans:
    known: list[Span] = []
    is_whole = True
    for span in spans:
        if span is None:
            is_whole = False
        else:
            known.append(span)
    joined: list[Span] = []
    for first, last in sorted(known):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return Spans(tuple(f for f, _ in joined), tuple(last for _, last in joined), is_whole)
