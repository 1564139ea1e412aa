"""The parts of a filter that decide about a packet by its addresses."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from netdiag_probe.filters.bpf import (
    AND,
    IF_EQUAL,
    LOAD_BYTE_AT_X,
    LOAD_MEMORY,
    LOAD_WORD_AT_X,
    LOAD_X_MEMORY,
    RETURN,
    STORE,
    Label,
    Program,
)
from netdiag_probe.filters.exits import Ends

PROTOCOL, HEADER, WORDS = 0, 1, 2
"""The program's memory: the protocol that an IP header announces, where that header begins, and
from here on up to four words of an address."""

HIGH_NIBBLE, VERSION_4, VERSION_6 = 0xF0, 0x40, 0x60
WORD_BYTES = 4


def load_version(program: Program) -> None:
    """Let A be the version of the IP header at X."""
    program.do(LOAD_BYTE_AT_X, 0)
    program.do(AND, HIGH_NIBBLE)


def go_by_hosts(program: Program, ends: Ends) -> None:
    """Let the addresses of the IP header decide whose place the memory tells."""
    program.do(LOAD_X_MEMORY, HEADER)
    load_version(program)
    program.test(IF_EQUAL, VERSION_4, ends.between_v4, ends.between_v6)


def write_hosts(program: Program, ends: Ends, hosts: Sequence[bytes] | None) -> None:
    """Decide about a packet by its addresses; its IP header begins where the memory says.

    None: whatever they are.
    """
    if hosts:
        known, both = Label("source known"), Label("both ends known")
        size = len(hosts[0])
        source = 12 if size == WORD_BYTES else 8
        program.do(LOAD_X_MEMORY, HEADER)
        for at, found in ((source, known), (source + size, both)):
            for word in range(0, size, WORD_BYTES):
                program.do(LOAD_WORD_AT_X, at + word)
                program.do(STORE, WORDS + word // WORD_BYTES)
            for host in hosts:
                _compare_words(program, host, found)
            program.do(RETURN, 0)
            program.place(found)
    program.do(RETURN, 0 if hosts == [] else ends.snap_length)


def split_words(data: bytes) -> tuple[int, ...]:
    """Return bytes as the words that a program loads."""
    return struct.unpack(f">{len(data) // WORD_BYTES}I", data)


def _compare_words(program: Program, host: bytes, found: Label) -> None:
    """Go to ``found`` if the words in memory are those of an address."""
    other = Label("another host")
    for number, word in enumerate(split_words(host)):
        program.do(LOAD_MEMORY, WORDS + number)
        program.test(IF_EQUAL, word, None, other)
    program.jump(found)
    program.place(other)
