"""The kernel's machine for packet filters, as far as the probe's programs use it.

Source: Documentation/networking/filter.rst; a load behind the packet's end leaves the packet out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netdiag_probe.filters import bpf

ETHERNET, LOOPBACK, TUNNEL, NONE = 1, 772, 768, 65534
"""ARPHRD_ numbers of devices."""
WORD = 0xFFFFFFFF

_WIDTHS = {
    bpf.LOAD_WORD: 4, bpf.LOAD_HALF: 2, bpf.LOAD_BYTE: 1,
    bpf.LOAD_WORD_AT_X: 4, bpf.LOAD_HALF_AT_X: 2, bpf.LOAD_BYTE_AT_X: 1,
}  # fmt: skip
_AT_X = (bpf.LOAD_WORD_AT_X, bpf.LOAD_HALF_AT_X, bpf.LOAD_BYTE_AT_X)
_TESTS: dict[int, Callable[[int, int], bool]] = {
    bpf.IF_EQUAL: lambda a, k: a == k,
    bpf.IF_AT_LEAST: lambda a, k: a >= k,
    bpf.IF_ANY_BIT: lambda a, k: bool(a & k),
}


def run_filter(steps: Sequence[bpf.Step], packet: bytes, hardware_type: int = ETHERNET) -> int:
    """Return what the program returns: how much of the packet is let through."""
    return _Machine(packet, hardware_type).run(steps)


def count_steps(steps: Sequence[bpf.Step], packet: bytes, hardware_type: int = ETHERNET) -> int:
    """Return how many steps it takes to decide about a packet."""
    machine = _Machine(packet, hardware_type)
    machine.run(steps)
    return machine.taken


class _OutsideError(Exception):
    """A load behind the packet's end."""


class _Machine:
    def __init__(self, packet: bytes, hardware_type: int) -> None:
        self.packet = packet
        self.hardware_type = hardware_type
        self.a = self.x = 0
        self.memory = [0] * 16
        self.taken = 0

    def run(self, steps: Sequence[bpf.Step]) -> int:
        at = 0
        while True:
            code, if_true, if_false, value = steps[at]
            at += 1
            self.taken += 1
            if code == bpf.RETURN:
                return value
            if code == bpf.JUMP:
                at += value
            elif code in _TESTS:
                at += if_true if _TESTS[code](self.a, value) else if_false
            else:
                try:
                    self.step(code, value)
                except _OutsideError:
                    return 0

    def step(self, code: int, value: int) -> None:
        if code in _WIDTHS:
            self.a = self.load(value + (self.x if code in _AT_X else 0), _WIDTHS[code])
        elif code == bpf.LOAD_X:
            self.x = value
        elif code == bpf.LOAD_MEMORY:
            self.a = self.memory[value]
        elif code == bpf.LOAD_X_MEMORY:
            self.x = self.memory[value]
        elif code == bpf.STORE:
            self.memory[value] = self.a
        elif code == bpf.STORE_X:
            self.memory[value] = self.x
        elif code == bpf.A_TO_X:
            self.x = self.a
        else:
            self.a = self.calculate(code, value) & WORD

    def load(self, at: int, width: int) -> int:
        if at == bpf.HARDWARE_TYPE:
            return self.hardware_type
        if at + width > len(self.packet):
            raise _OutsideError
        return int.from_bytes(self.packet[at : at + width], "big")

    def calculate(self, code: int, value: int) -> int:
        return {
            bpf.LOAD_LENGTH: len(self.packet),
            bpf.X_TO_A: self.x,
            bpf.ADD: self.a + value,
            bpf.ADD_X: self.a + self.x,
            bpf.SUBTRACT_X: self.a - self.x,
            bpf.AND: self.a & value,
            bpf.SHIFT_LEFT: self.a << (value & 31),
        }[code]
