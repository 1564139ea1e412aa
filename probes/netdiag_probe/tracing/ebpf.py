"""An assembler for the kernel's newer machine (eBPF): registers, the stack, labels.

Source: Documentation/bpf/standardization/instruction-set.rst, include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import struct
import sys

from netdiag_probe.filters.bpf import FilterError, Label

BYTE, HALF, WORD, DOUBLE = 0x10, 0x08, 0x00, 0x18
"""How much is loaded or stored."""
WIDTHS = {BYTE: 1, HALF: 2, WORD: 4, DOUBLE: 8}

FARTHEST = 0x7FFF
"""How many instructions a jump can pass over."""

RESULT, FRAME = 0, 10
"""Registers: what a call returns, and the end of the stack. 1 to 5 are arguments and lost by calls,
6 to 9 are kept."""

EQUAL, GREATER, AT_LEAST, ANY_BIT, DIFFERENT, AT_MOST = 0x10, 0x20, 0x30, 0x40, 0x50, 0xB0
"""Tests, unsigned, between a register and a number or another register."""

ADD, SUBTRACT, AND, SHIFT_LEFT, MOVE = 0x00, 0x10, 0x50, 0x60, 0xB0
"""Operations on a register."""

_LOAD, _STORE_VALUE, _STORE, _WIDE_LOAD, _ADD_TO_MEMORY = 0x61, 0x62, 0x63, 0x18, 0xDB
_WORD_OPERATION, _OPERATION, _FROM_REGISTER = 0x04, 0x07, 0x08
_JUMP, _WORD_JUMP, _ALWAYS, _CALL, _EXIT, _TO_BIG_ENDIAN = 0x05, 0x06, 0x00, 0x80, 0x90, 0xDC
_MAP_FILE, _MAP_MEMORY = 1, 2
_CODE = struct.Struct("=BBhi")


class Assembler:
    """Collects instructions and labels, in their order."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, int, int, int, int]] = []
        self._jumps: dict[int, Label] = {}
        self._places: dict[Label, int] = {}

    def set(self, register: int, value: int) -> None:
        """Let a register be a number of 32 bits, with its sign."""
        self._add(_OPERATION | MOVE, register, value=value)

    def copy(self, register: int, source: int) -> None:
        """Let a register be what another one is."""
        self._add(_OPERATION | MOVE | _FROM_REGISTER, register, source)

    def change(self, operation: int, register: int, value: int) -> None:
        """Do an operation with a number of 32 bits, with its sign."""
        self._add(_OPERATION | operation, register, value=value)

    def change_by(self, operation: int, register: int, source: int) -> None:
        """Do an operation with another register."""
        self._add(_OPERATION | operation | _FROM_REGISTER, register, source)

    def change_word(self, operation: int, register: int, value: int) -> None:
        """Do an operation on the lower 32 bits; the upper ones are 0 then."""
        self._add(_WORD_OPERATION | operation, register, value=value)

    def change_word_by(self, operation: int, register: int, source: int) -> None:
        """Do the same with another register."""
        self._add(_WORD_OPERATION | operation | _FROM_REGISTER, register, source)

    def to_big_endian(self, register: int, width: int) -> None:
        """Turn what was loaded as it stands into the number that a packet means, or back."""
        if width != BYTE:
            self._add(_TO_BIG_ENDIAN, register, value=8 * WIDTHS[width])

    def load(self, width: int, register: int, base: int, offset: int) -> None:
        """Load from where a register points to."""
        self._add(_LOAD | width, register, base, offset)

    def store(self, width: int, base: int, offset: int, register: int) -> None:
        """Store to where a register points to."""
        self._add(_STORE | width, base, register, offset)

    def store_value(self, width: int, base: int, offset: int, value: int) -> None:
        """Store a number."""
        self._add(_STORE_VALUE | width, base, 0, offset, value)

    def add_to_memory(self, base: int, offset: int, register: int) -> None:
        """Add a register to eight bytes that others add to as well."""
        self._add(_ADD_TO_MEMORY, base, register, offset)

    def load_map(self, register: int, file: int) -> None:
        """Let a register be a map, as calls want it."""
        self._add(_WIDE_LOAD, register, _MAP_FILE, value=file)
        self._add(0)

    def load_map_memory(self, register: int, file: int) -> None:
        """Let a register point to the only value of an array map."""
        self._add(_WIDE_LOAD, register, _MAP_MEMORY, value=file)
        self._add(0)

    def call(self, function: int) -> None:
        """Call one of the kernel's functions for programs."""
        self._add(_JUMP | _CALL, value=function)

    def jump(self, label: Label) -> None:
        """Go to a label."""
        self._jumps[len(self._parts)] = label
        self._add(_JUMP | _ALWAYS)

    def test(self, test: int, register: int, value: int, label: Label) -> None:
        """Go to a label if a test holds between 64 bits and a number, with its sign."""
        self._jumps[len(self._parts)] = label
        self._add(_JUMP | test, register, value=value)

    def test_by(self, test: int, register: int, source: int, label: Label) -> None:
        """Go to a label if a test holds between two registers."""
        self._jumps[len(self._parts)] = label
        self._add(_JUMP | test | _FROM_REGISTER, register, source)

    def test_word(self, test: int, register: int, value: int, label: Label) -> None:
        """Go to a label if a test holds between the lower 32 bits and a number."""
        self._jumps[len(self._parts)] = label
        self._add(_WORD_JUMP | test, register, value=value)

    def place(self, label: Label) -> None:
        """Let a label mean the instruction that is added next."""
        self._places[label] = len(self._parts)

    def end(self) -> None:
        """End the program: tracepoints don't care for its result, but it must be there."""
        self.set(RESULT, 0)
        self._add(_JUMP | _EXIT)

    def assemble(self) -> bytes:
        """Return the program; raise FilterError if a jump is too far."""
        return b"".join(self._encode(at) for at in range(len(self._parts)))

    def _encode(self, at: int) -> bytes:
        code, register, source, offset, value = self._parts[at]
        label = self._jumps.get(at)
        if label is not None:
            offset = self._places[label] - at - 1
            if abs(offset) > FARTHEST:
                raise FilterError("what is asked for makes too long a program: name fewer hosts")
        low, high = (register, source) if sys.byteorder == "little" else (source, register)
        return _CODE.pack(code, low | high << 4, offset, value)

    def _add(
        self, code: int, register: int = 0, source: int = 0, offset: int = 0, value: int = 0
    ) -> None:
        signed = (value & 0xFFFFFFFF ^ 0x80000000) - 0x80000000
        self._parts.append((code, register, source, offset, signed))
