"""The way out for most of the world's packets: foreign TCP, UDP and echoes, without any tunnel.

The filter would leave them out as well, but it reads the packet piece by piece. Here its first
bytes are read at once, and only what says for sure that the filter has no use for it counts.
"""

from __future__ import annotations

from netdiag_probe.filters.bpf import Label
from netdiag_probe.filters.headers import ECHOES, ICMP, LATER_FRAGMENT, TCP, UDP
from netdiag_probe.filters.hosts import WORD_BYTES, split_words
from netdiag_probe.filters.pings import TUNNEL_PORTS, Wanted
from netdiag_probe.filters.ports import VXLAN_HEAD
from netdiag_probe.tracing import ebpf
from netdiag_probe.tracing.ebpf import FRAME, Assembler
from netdiag_probe.tracing.translation import PACKET, READ_KERNEL, SIZE

HEAD_BYTES = 40
"""An IP header without options, that of an echo, and a token."""
_WITHOUT_OPTIONS = 0x45
_FLAGS, _PROTOCOL, _BEYOND = 6, 9, 20
_REGISTER = 1


def leave_early(program: Assembler, wanted: Wanted, head: int, no: Label) -> None:
    """Go to ``no`` with a packet that is foreign at first sight, on with all others.

    ``head``: where on the stack there is room for HEAD_BYTES, a multiple of eight.
    """
    on, echo, udp = Label("a closer look"), Label("echo"), Label("UDP")
    program.test(ebpf.AT_MOST, SIZE, HEAD_BYTES - 1, on)
    _read(program, head)
    _load(program, ebpf.BYTE, head)
    program.test(ebpf.DIFFERENT, _REGISTER, _WITHOUT_OPTIONS, on)
    _load(program, ebpf.HALF, head + _FLAGS)
    program.test(ebpf.ANY_BIT, _REGISTER, LATER_FRAGMENT, on)
    _load(program, ebpf.BYTE, head + _PROTOCOL)
    if not wanted.ports:
        program.test(ebpf.EQUAL, _REGISTER, TCP, no)
    program.test(ebpf.EQUAL, _REGISTER, UDP, udp)
    program.test(ebpf.DIFFERENT, _REGISTER, ICMP, on)
    _load(program, ebpf.BYTE, head + _BEYOND)
    for kind in ECHOES:
        program.test(ebpf.EQUAL, _REGISTER, kind, echo)
    program.jump(on)
    program.place(echo)
    _judge_echo(program, wanted, head + _BEYOND, on, no)
    program.place(udp)
    _judge_ports(program, wanted, head + _BEYOND, on, no)
    program.place(on)


def _judge_echo(program: Assembler, wanted: Wanted, at: int, on: Label, no: Label) -> None:
    _load(program, ebpf.HALF, at + 4)
    for number in wanted.ids:
        program.test(ebpf.EQUAL, _REGISTER, number, on)
    for token in wanted.tokens:
        other = Label("another token")
        for number, word in enumerate(split_words(token)):
            _load(program, ebpf.WORD, at + 8 + WORD_BYTES * number)
            program.test_word(ebpf.DIFFERENT, _REGISTER, word, other)
        program.jump(on)
        program.place(other)
    program.jump(no)


def _judge_ports(program: Assembler, wanted: Wanted, at: int, on: Label, no: Label) -> None:
    """Let all go on that may be a tunnel, or wanted."""
    _load(program, ebpf.HALF, at + 2)
    for port in sorted({*TUNNEL_PORTS, *wanted.tunnel_ports, *wanted.ports}):
        program.test(ebpf.EQUAL, _REGISTER, port, on)
    _load(program, ebpf.WORD, at + 8)
    program.test(ebpf.EQUAL, _REGISTER, VXLAN_HEAD, on)  # at whatever port
    _load(program, ebpf.HALF, at)
    for port in wanted.ports:
        program.test(ebpf.EQUAL, _REGISTER, port, on)
    program.jump(no)


def _read(program: Assembler, head: int) -> None:
    program.copy(1, FRAME)
    program.change(ebpf.ADD, 1, head)
    program.set(2, HEAD_BYTES)
    program.copy(3, PACKET)
    program.call(READ_KERNEL)


def _load(program: Assembler, width: int, at: int) -> None:
    program.load(width, _REGISTER, FRAME, at)
    program.to_big_endian(_REGISTER, width)
