"""The ARP cache of net-tools: ``arp -n``, ``arp -an`` and ``/proc/net/arp``.

What they call complete may be reachable or stale: its states are not told.
"""

from __future__ import annotations

import re

from netdiag.facts.kernel.addresses import canonical_address
from netdiag.facts.kernel.ip_json import shared
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.kernel import Neighbour

_HEADERS = (["Address", "HWtype"], ["IP", "address"])
_BSD_STYLE = re.compile(
    r"\S+ \((?P<address>[^)\s]*)\) at (?P<mac>\S+)(?P<flags> .*)? on (?P<device>\S+)"
)
_PROC_FLAGS = re.compile("0x[0-9a-f]{1,8}")
_SUMMARY = "Entries:"
"""What ``arp -v`` ends with."""
_COMPLETE, _PERMANENT, _PUBLISHED = 0x02, 0x04, 0x08
"""Flags of ``/proc/net/arp``: ATF_COM, ATF_PERM, ATF_PUBL of ``linux/if_arp.h``."""
_NO_MAC = "00:00:00:00:00:00"


def parse_arp(text: str, document: str, first_line: int = 1) -> Parsed[Neighbour]:
    """Return the neighbours of ``arp -n``, ``arp -an`` or ``/proc/net/arp``."""
    neighbours: list[Neighbour] = []
    bad: list[int] = []
    for number, line in numbered_lines(text, first_line):
        words = line.split()
        if words[:2] in _HEADERS or words[0] == _SUMMARY:
            continue
        neighbour = _neighbour(line, words, document, number)
        if neighbour is None:
            bad.append(number)
        else:
            neighbours.append(neighbour)
    return Parsed(tuple(neighbours), not_understood(bad))


def _neighbour(line: str, words: list[str], document: str, number: int) -> Neighbour | None:
    match = _BSD_STYLE.fullmatch(line)
    if match is not None:
        flags = (match["flags"] or "").split()
        return _build(
            (match["address"], match["device"], match["mac"]),
            ("PERM" in flags, "PUB" in flags),
            (document, number),
        )
    if len(words) == 6 and words[1].startswith("0x") and words[2].startswith("0x"):
        return _of_proc(words, (document, number))
    if 3 <= len(words) <= 6:
        flags = list(words[-2]) if len(words) > 3 else []
        mac = words[2] if len(words) > 3 else words[1]
        return _build((words[0], words[-1], mac), ("M" in flags, "P" in flags), (document, number))
    return None


def _of_proc(words: list[str], place: tuple[str, int]) -> Neighbour | None:
    if not _PROC_FLAGS.fullmatch(words[2]):
        return None
    flags = int(words[2], 16)
    is_known = flags & _COMPLETE and words[3] != _NO_MAC
    mac = words[3] if is_known else "<from_interface>" if flags & _PUBLISHED else "(incomplete)"
    marks = (bool(flags & _PERMANENT), bool(flags & _PUBLISHED))
    return _build((words[0], words[5], mac), marks, place)


def _build(
    names: tuple[str, str, str], marks: tuple[bool, bool], place: tuple[str, int]
) -> Neighbour | None:
    """Return a neighbour of (address, device, MAC), (is permanent, is proxy)."""
    address = canonical_address(names[0])
    if address is None:
        return None
    mac = names[2] if ":" in names[2] else None
    is_permanent, is_proxy = marks
    states: tuple[str, ...] = ()
    if is_permanent:
        states = ("PERMANENT",)
    elif "incomplete" in names[2]:
        states = ("INCOMPLETE",)
    elif mac is None and not is_proxy:
        return None
    return Neighbour(
        shared(address) or "", shared(names[1]) or "", *place, shared(mac), states, is_proxy
    )
