"""``drops.jsonl`` and ``rules.jsonl``: what probes heard from a kernel, one JSON object a line."""

from __future__ import annotations

from typing import Final

import msgspec

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.activity import KernelDrop, KernelLog, RuleDrop

MAX_KEPT: Final = 10_000
MAX_PACKET_BYTES: Final = 512
MAX_WORD: Final = 256
MAX_NAMESPACES: Final = 4096


class _Event(msgspec.Struct):
    event: str
    time_ns: int = 0
    boot_id: str | None = None
    namespaces: dict[str, str] = {}
    netns: int | None = None
    namespace: str | None = None
    packet: str | None = None
    lost: int = 0
    left_out: int = 0
    reason: str | None = None
    function: str | None = None
    interface: str | None = None
    length: int | None = None
    backend: str = ""
    family: str = ""
    table: str = ""
    chain: str = ""
    handle: int | None = None
    number: int | None = None
    verdict: str = ""
    rule: str | None = None
    interface_in: str | None = None
    interface_out: str | None = None


_DECODER: Final = msgspec.json.Decoder(_Event)


def parse_kernel_log(text: str, document: str, first_line: int = 1) -> Parsed[KernelLog]:
    """Return one log: the packets that the kernel dropped, or the rules that dropped them."""
    boot_id = None
    namespaces: dict[int, str] = {}
    drops: list[KernelDrop] = []
    rules: list[RuleDrop] = []
    bad: list[int] = []
    left_out = 0
    for number, line in numbered_lines(text, first_line):
        try:
            event = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeEncodeError):
            bad.append(number)
            continue
        if event.event == "armed":
            boot_id = boot_id or _word(event.boot_id)
            namespaces.update(_namespaces(event.namespaces))
        elif event.event == "end":
            left_out += max(0, event.lost) + max(0, event.left_out)
        elif event.event == "drop" and len(drops) < MAX_KEPT:
            drops.append(_drop(event, document, number))
        elif event.event == "rule" and len(rules) < MAX_KEPT:
            rules.append(_rule(event, document, number))
        else:
            left_out += event.event in ("drop", "rule")
    log = KernelLog(boot_id, namespaces, tuple(drops), tuple(rules), left_out)
    return Parsed((log,), not_understood(bad))


def _drop(event: _Event, document: str, position: int) -> KernelDrop:
    return KernelDrop(
        time_ns=event.time_ns,
        reason=_word(event.reason) or "NOT_SPECIFIED",
        function=_word(event.function),
        netns=event.netns,
        namespace=_word(event.namespace, keep_empty=True),
        interface=_word(event.interface),
        length=event.length,
        packet=_bytes(event.packet),
        document=document,
        position=position,
    )


def _rule(event: _Event, document: str, position: int) -> RuleDrop:
    return RuleDrop(
        time_ns=event.time_ns,
        netns=event.netns,
        namespace=_word(event.namespace, keep_empty=True),
        backend=event.backend[:MAX_WORD],
        family=event.family[:MAX_WORD],
        table=event.table[:MAX_WORD],
        chain=event.chain[:MAX_WORD],
        handle=event.handle,
        number=event.number,
        verdict=event.verdict[:MAX_WORD],
        rule=_word(event.rule),
        interface=_word(event.interface_out) or _word(event.interface_in),
        packet=_bytes(event.packet),
        document=document,
        position=position,
    )


def _namespaces(told: dict[str, str]) -> dict[int, str]:
    """Return the labels of namespaces by the numbers that the kernel gave them."""
    listed = list(told.items())[:MAX_NAMESPACES]
    return {int(number): label[:MAX_WORD] for number, label in listed if _is_number(number)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 12


def _word(text: str | None, *, keep_empty: bool = False) -> str | None:
    if text is None or (not text and not keep_empty):
        return None
    return text[:MAX_WORD]


def _bytes(text: str | None) -> bytes:
    try:
        return bytes.fromhex((text or "")[: 2 * MAX_PACKET_BYTES])
    except ValueError:
        return b""
