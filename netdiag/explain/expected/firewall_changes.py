"""What targets do to a packet that goes on: marks, conntrack's state, NAT."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from netdiag.explain.expected.firewall_matches import read_mark
from netdiag.explain.expected.firewall_sight import WITH_PORTS
from netdiag.explain.expected.firewall_spans import port_span
from netdiag.explain.expected.firewall_worlds import World, merge
from netdiag.explain.expected.packet import Packet
from netdiag.facts.firewall.firewall_terms import WHOLE_MARK, mark_change, protocol_name
from netdiag.facts.firewall.nft_words import members
from netdiag.model.prefixes import REMEMBERED, Prefix, parse_address

Change = Callable[[World, str | None], World]

_OPERATION: Final = re.compile(r"--(or|and|xor|set)-?(?:x?mark) (\S+)")
_RESTORED: Final = re.compile(r"--(?:nf)?mask (\S+)")
_BITS: Final = {4: 32, 6: 128}


class Ends(NamedTuple):
    """Where NAT leads; None = it stays as it is."""

    address: Prefix | None
    """A range is the smallest prefix that holds it; if it is not known, all addresses."""
    port: int | None
    is_port_known: bool


def _set_mark(world: World, argument: str | None) -> World:
    text = argument or ""
    found = _OPERATION.fullmatch(text)
    if found and found[1] != "set":
        text = mark_change(found[1], found[2]) or ""
    value, mask = read_mark(found[2] if found and found[1] == "set" else text)
    if value is None or mask is None:
        return world._replace(unknown_mark=WHOLE_MARK)
    mark = (world.packet.mark & ~mask ^ value) & WHOLE_MARK
    packet = world.packet if mark == world.packet.mark else world.packet._replace(mark=mark)
    return world._replace(packet=packet, unknown_mark=world.unknown_mark & ~mask)


def _restore_mark(world: World, argument: str | None) -> World:
    """Make the bits unknown that come from the connection; other changes of it leave the packet."""
    if "--restore-mark" not in (argument or ""):
        return world
    found = _RESTORED.search(argument or "")
    mask = read_mark(found[1])[0] if found else WHOLE_MARK
    return world._replace(unknown_mark=world.unknown_mark | (WHOLE_MARK if mask is None else mask))


def forget_mark(world: World, argument: str | None = None) -> World:
    """Return a world in which no bit of the mark is known."""
    return world._replace(unknown_mark=WHOLE_MARK)


def _stop_tracking(world: World, argument: str | None) -> World:
    return world._replace(packet=world.packet._replace(state="UNTRACKED"))


def _translate_destination(world: World, argument: str | None) -> World:
    found = [_with_destination(world, ends) for ends in read_ends(argument or "")]
    return merge(found[::-1])


def _with_destination(world: World, ends: Ends) -> World:
    packet = world.packet
    port = ends.port if not ends.is_port_known or ends.port is not None else packet.destination_port
    if protocol_name(packet.protocol) not in WITH_PORTS:
        port = packet.destination_port
    packet = packet._replace(
        destination=_in_family(ends.address, packet.destination),
        destination_port=port,
        is_translated=True,
    )
    return world._replace(packet=packet, is_bound=True)


def _translate_source(world: World, argument: str | None) -> World:
    found = [_with_source(world, ends) for ends in read_ends(argument or "")]
    return merge(found[::-1])


def _with_source(world: World, ends: Ends) -> World:
    packet = world.packet
    has_port = protocol_name(packet.protocol) in WITH_PORTS
    port = ends.port if has_port and (ends.port or not ends.is_port_known) else packet.source_port
    source = _in_family(ends.address, packet.source)
    return world._replace(packet=packet._replace(source=source, source_port=port), is_bound=True)


def _in_family(address: Prefix | None, old: Prefix) -> Prefix:
    return (
        address
        if address is not None and address.version == old.version
        else (old if address is None else Prefix(old.version, 0, 0))
    )


def _masquerade(world: World, argument: str | None) -> World:
    return world._replace(masqueraded=True, is_bound=True)


def _redirect(world: World, argument: str | None) -> World:
    """Leave the address, which is one of the node's, and keep the new port."""
    ends = read_ends(f":{argument}" if argument and argument[0] != "-" else "")[-1]
    redirected = _with_destination(world, ends._replace(address=None))
    return redirected._replace(redirected=True)


def _map_network(world: World, argument: str | None) -> World:
    """Forget both addresses: the hook tells which of them NETMAP rewrites."""
    unknown = Prefix(world.packet.destination.version, 0, 0)
    packet = world.packet._replace(source=unknown, destination=unknown, is_translated=True)
    return world._replace(packet=packet, is_bound=True)


@lru_cache(REMEMBERED)
def read_ends(text: str) -> tuple[Ends, ...]:
    """Return where ``10.0.0.1:80``, ``[fd00::1]:80``, ``10.0.0.1-10.0.0.9``, ``:8080`` may lead.

    More than one: nft looks it up in a map, which stands in the rule.
    """
    if " map {" in text:
        elements = members(text[text.index("{") :])
        values = [element.partition(" : ")[2] or element for element in elements]
        return tuple(_ends(value.replace(" . ", ":").strip()) for value in values)
    if not text or text[0] == "-":
        return (Ends(None, None, True),)
    if " " in text:
        return (Ends(Prefix(4, 0, 0), None, False),)
    return (_ends(text),)


def _ends(text: str) -> Ends:
    addresses, ports = text, ""
    if text[:1] == "[":
        addresses, _, ports = text[1:].partition("]")
        ports = ports.removeprefix(":")
    elif text.count(":") == 1:
        addresses, _, ports = text.partition(":")
    span = port_span(ports.partition("/")[0]) if ports else None
    port = span[0] if span and span[0] == span[1] else None
    return Ends(_covering(addresses) if addresses else None, port, not ports or port is not None)


def _covering(text: str) -> Prefix:
    first_text, _, last_text = text.partition("-")
    first, last = parse_address(first_text), parse_address(last_text or first_text)
    if first is None or last is None or first.version != last.version:
        return Prefix(4, 0, 0)
    bits = _BITS[first.version]
    shift = (first.network ^ last.network).bit_length()
    return Prefix(first.version, first.network >> shift << shift, bits - shift)


CHANGES: Final[dict[str, Change]] = {
    "MARK": _set_mark, "CONNMARK": _restore_mark, "HMARK": forget_mark,
    "NOTRACK": _stop_tracking,
}  # fmt: skip
"""Targets after which the next rule is asked."""
NAT: Final[dict[str, Change]] = {
    "DNAT": _translate_destination, "SNAT": _translate_source, "MASQUERADE": _masquerade,
    "REDIRECT": _redirect, "NETMAP": _map_network,
}  # fmt: skip
"""Targets that end a base chain as ACCEPT does."""


def is_bare(packet: Packet) -> bool:
    """Return True if NAT has not been asked about a packet's connection before."""
    return packet.state in (None, "NEW")
