"""Which packets of a ping or of a connection matter, as a program for the kernel.

A packet matters if it is

* TCP or UDP with one of the ports, at either end: plain, under tunnels, or quoted in an ICMP error;
* an echo with one of the ICMP ids, or with the token at the start of its data (NAT may rewrite the
  id), or cut too short to tell: plain, under tunnels, or quoted in an ICMP error;
* ARP or neighbour discovery, plain or under tunnels;
* a fragment whose first one would show what it is, or WireGuard, or ESP: between the hosts, if
  some are given.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import NamedTuple, Union

from netdiag_probe.filters.bpf import (
    HARDWARE_TYPE,
    IF_AT_LEAST,
    IF_EQUAL,
    LOAD_HALF_AT_X,
    LOAD_LENGTH,
    LOAD_WORD,
    LOAD_WORD_AT_X,
    LOAD_X,
    LOAD_X_MEMORY,
    RETURN,
    SUBTRACT_X,
    Label,
    Program,
    Step,
)
from netdiag_probe.filters.exits import Ends, make_exits, write_exits
from netdiag_probe.filters.frames import go_by_frame
from netdiag_probe.filters.headers import HeaderWriter
from netdiag_probe.filters.hosts import (
    HEADER,
    VERSION_6,
    WORD_BYTES,
    load_version,
    split_words,
    write_hosts,
)
from netdiag_probe.filters.ports import write_segment

Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]

ETHERNET_TYPES = (1, 772)
"""ARPHRD_ETHER and ARPHRD_LOOPBACK: the devices whose packets begin with an Ethernet header."""

TUNNEL_PORTS = (8472, 4789, 6081, 8285, 51820, 51821)
"""VXLAN, GENEVE, flannel's UDP backend, WireGuard: told apart by what they carry, not by these."""

DEEPEST = 4
"""IP headers that are looked into, one inside another: node, tunnel, ICMP error, quoted packet."""

WHOLE = 0xFFFFFFFF
"""A snap length that cuts nothing."""

TOKEN_BYTES = (4, 8)
"""Lengths of a token."""


class Wanted(NamedTuple):
    """What to let through."""

    ids: Sequence[int] = ()
    """ICMP ids of echoes."""
    tokens: Sequence[bytes] = ()
    """What an echo's data begins with, each of a length in TOKEN_BYTES."""
    hosts: Sequence[Address] = ()
    """Ends of fragments and of encrypted packets; empty: any."""
    tunnel_ports: Sequence[int] = ()
    """UDP ports of tunnels beside the usual ones."""
    ports: Sequence[int] = ()
    """TCP and UDP ports, of either end."""


def build_everything(snap_length: int) -> list[Step]:
    """Return the program that lets every packet through, cut to a length."""
    return [(RETURN, 0, 0, snap_length)]


def build_filter(wanted: Wanted, snap_length: int) -> list[Step]:
    """Return the program that lets what is wanted through, cut to a length.

    Raise FilterError if it gets too long for the kernel.
    """
    program, ends, first = Program(), Ends(snap_length), Label("first IP header")
    _write_link_header(program, ends, first)
    _write_headers(program, ends, wanted, first, has_neighbours=True)
    return program.assemble()


def build_internet_filter(wanted: Wanted) -> list[Step]:
    """Return the program for packets that begin with their IP header; neighbours don't matter."""
    program, ends, first = Program(), Ends(WHOLE), Label("first IP header")
    program.do(LOAD_X, 0)
    _write_headers(program, ends, wanted, first, has_neighbours=False)
    return program.assemble()


def _write_headers(
    program: Program, ends: Ends, wanted: Wanted, first: Label, *, has_neighbours: bool
) -> None:
    """Write all that comes behind the link header."""
    tunnel_ports = sorted({*TUNNEL_PORTS, *wanted.tunnel_ports})
    ports = sorted(set(wanted.ports))
    layers = [first, *(Label(f"IP header {depth}") for depth in range(1, DEEPEST))]
    for layer, inside in zip(layers, [*layers[1:], None]):
        program.place(layer)
        exits = make_exits(inside, has_neighbours=has_neighbours)
        HeaderWriter(program, ends, tunnel_ports, ports, exits).write()
    _write_echo(program, ends, wanted)
    if ports:
        write_segment(program, ends, ports)
    for version, label in ((4, ends.between_v4), (6, ends.between_v6)):
        program.place(label)
        hosts = [host.packed for host in wanted.hosts if host.version == version]
        write_hosts(program, ends, hosts if wanted.hosts else None)


def _write_link_header(program: Program, ends: Ends, internet: Label) -> None:
    """Let X be where the first IP header begins: at once on devices without a link header."""
    ethernet = Label("Ethernet header")
    program.do(LOAD_X, 0)
    program.do(LOAD_WORD, HARDWARE_TYPE)
    program.test_each(ETHERNET_TYPES, ethernet)
    program.jump(internet)
    program.place(ethernet)
    exits = make_exits(internet)
    go_by_frame(program, exits)
    write_exits(program, exits, ends)


def _write_echo(program: Program, ends: Ends, wanted: Wanted) -> None:
    """Decide about an echo, by its ICMP header at X."""
    ours, cut = Label("our echo"), Label("too little of an echo")
    program.place(ends.echo)
    program.do(LOAD_HALF_AT_X, 4)
    program.test_each(wanted.ids, ours)
    for token in wanted.tokens:
        other = Label("another token")
        program.do(LOAD_LENGTH)
        program.do(SUBTRACT_X)
        program.test(IF_AT_LEAST, 8 + len(token), None, cut)
        for at, word in enumerate(split_words(token)):
            program.do(LOAD_WORD_AT_X, 8 + WORD_BYTES * at)
            program.test(IF_EQUAL, word, None, other)
        program.jump(ours)
        program.place(other)
    program.do(RETURN, 0)
    if wanted.tokens:
        program.place(cut)
        _go_by_told_length(program, min(map(len, wanted.tokens)), ours)
        program.do(RETURN, 0)
    program.place(ours)
    program.do(RETURN, ends.snap_length)


def _go_by_told_length(program: Program, token_bytes: int, ours: Label) -> None:
    """Go to ``ours`` if an echo was long enough for a token, as its IP header tells.

    One that never was is somebody else's. The memory tells where the IP header begins.
    """
    version_6 = Label("length of IPv6")
    program.do(LOAD_X_MEMORY, HEADER)
    load_version(program)
    program.test(IF_EQUAL, VERSION_6, version_6)
    program.do(LOAD_HALF_AT_X, 2)
    program.test(IF_AT_LEAST, 20 + 8 + token_bytes, ours)
    program.do(RETURN, 0)
    program.place(version_6)
    program.do(LOAD_HALF_AT_X, 4)
    program.test(IF_AT_LEAST, 8 + token_bytes, ours)
