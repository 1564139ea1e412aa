"""What a user's libpcap expression chooses, compiled by libpcap where it is installed.

libpcap's programs read a packet from its start, which is another header on another device: one is
compiled for each of the two kinds, and the device of a packet says which of them decides.
"""

from __future__ import annotations

import contextlib
import ctypes
import re
from collections.abc import Iterator
from typing import Any

from netdiag_probe.filters.bpf import (
    HARDWARE_TYPE,
    IF_EQUAL,
    JUMP,
    LOAD_WORD,
    RETURN,
    FilterError,
    Step,
    check_length,
)
from netdiag_probe.filters.pings import ETHERNET_TYPES

LIBRARIES = ("libpcap.so.0.8", "libpcap.so.1", "libpcap.so")
"""Under Debian's name, everybody else's, and that of a developer's machine."""

DLT_EN10MB, DLT_RAW = 1, 12
NO_NETMASK = 0xFFFFFFFF
OPTIMIZE = 1


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint), ("steps", ctypes.POINTER(_Instruction)))


def build_expression(text: str, snap_length: int) -> list[Step]:
    """Return the program that lets through what an expression chooses, cut to a length.

    Raise OSError without libpcap, FilterError if the expression is wrong. One that makes no sense
    without Ethernet lets nothing of such devices through.
    """
    if re.search(r"\bvlan\b", text):
        raise FilterError(
            "an expression with vlan finds nothing: the kernel keeps tags beside the packets"
        )
    library = _load_library()
    with_ethernet = _compile(library, text, DLT_EN10MB, snap_length)
    try:
        without = _compile(library, text, DLT_RAW, snap_length)
    except FilterError:
        without = [(RETURN, 0, 0, 0)]
    kinds = len(ETHERNET_TYPES)
    choice = [
        (LOAD_WORD, 0, 0, HARDWARE_TYPE),
        *((IF_EQUAL, kinds - at, 0, kind) for at, kind in enumerate(ETHERNET_TYPES)),
        (JUMP, 0, 0, len(with_ethernet)),
    ]
    return check_length([*choice, *with_ethernet, *without])


def _load_library() -> Any:
    for name in LIBRARIES:
        with contextlib.suppress(OSError):
            library = ctypes.CDLL(name)
            library.pcap_open_dead.restype = ctypes.c_void_p
            library.pcap_geterr.restype = ctypes.c_char_p
            return library
    raise OSError("an expression needs libpcap, which is not installed on this machine")


def _compile(library: Any, text: str, link_type: int, snap_length: int) -> list[Step]:
    with _open_dead(library, link_type, snap_length) as handle:
        program = _Program()
        if library.pcap_compile(
            handle, ctypes.byref(program), text.encode(), OPTIMIZE, ctypes.c_uint(NO_NETMASK)
        ):
            problem = library.pcap_geterr(handle).decode(errors="replace")
            raise FilterError(f"the expression {text!r} is wrong: {problem}")
        steps = [
            (step.code, step.if_true, step.if_false, step.value)
            for step in program.steps[: program.length]
        ]
        library.pcap_freecode(ctypes.byref(program))
        return steps


@contextlib.contextmanager
def _open_dead(library: Any, link_type: int, snap_length: int) -> Iterator[ctypes.c_void_p]:
    handle = ctypes.c_void_p(library.pcap_open_dead(link_type, snap_length))
    try:
        yield handle
    finally:
        library.pcap_close(handle)
