"""An assembler for the kernel's packet filters (classic BPF): labels, and jumps of any distance.

Source: Documentation/networking/filter.rst, include/uapi/linux/filter.h, linux/bpf_common.h.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

MOST_INSTRUCTIONS = 4096
FARTHEST = 255
"""How many instructions a conditional jump can pass over: its offsets are bytes."""

LOAD_WORD, LOAD_HALF, LOAD_BYTE = 0x20, 0x28, 0x30
LOAD_WORD_AT_X, LOAD_HALF_AT_X, LOAD_BYTE_AT_X = 0x40, 0x48, 0x50
LOAD_MEMORY, LOAD_X_MEMORY, LOAD_X, LOAD_LENGTH = 0x60, 0x61, 0x01, 0x80
STORE, STORE_X = 0x02, 0x03
ADD, ADD_X, SUBTRACT_X, AND, SHIFT_LEFT = 0x04, 0x0C, 0x1C, 0x54, 0x64
A_TO_X, X_TO_A = 0x07, 0x87
JUMP, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT = 0x05, 0x15, 0x35, 0x45
RETURN = 0x06

ANCILLARY = 0xFFFFF000
"""Offsets from here on load what the kernel knows of a packet (SKF_AD_OFF)."""
HARDWARE_TYPE = ANCILLARY + 28
"""Loads the ARPHRD_ number of the packet's device."""


class FilterError(ValueError):
    """A program that the kernel would not take; its text says why."""


class Label:
    """A place in a program, known by what it is for."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    def __repr__(self) -> str:
        return f"<{self.purpose}>"


class Instruction(NamedTuple):
    """One step of a program; where a jump has no label, the next instruction follows."""

    code: int
    value: int = 0
    if_true: Label | None = None
    if_false: Label | None = None


Step = tuple[int, int, int, int]
"""An instruction as the kernel reads it: code, jump if true, jump if false, value."""


class Program:
    """Collects instructions and labels, in their order; jumps lead forward only."""

    def __init__(self) -> None:
        self._parts: list[Instruction | Label] = []

    def do(self, code: int, value: int = 0) -> None:
        """Add an instruction that is no jump."""
        self._parts.append(Instruction(code, value & 0xFFFFFFFF))

    def jump(self, label: Label) -> None:
        """Add a jump that is always taken."""
        self._parts.append(Instruction(JUMP, 0, label))

    def test(
        self, code: int, value: int, if_true: Label | None = None, if_false: Label | None = None
    ) -> None:
        """Add a jump that depends on A and a value; without a label there, go on."""
        self._parts.append(Instruction(code, value & 0xFFFFFFFF, if_true, if_false))

    def test_each(self, values: Sequence[int], if_one: Label) -> None:
        """Add a jump that is taken if A is one of some values."""
        for value in values:
            self.test(IF_EQUAL, value, if_one)

    def move(self, size: int) -> None:
        """Move X on; A is lost."""
        self.do(X_TO_A)
        self.do(ADD, size)
        self.do(A_TO_X)

    def move_by_units(self, shift: int) -> None:
        """Move X on by A units of 4 (2) or 8 bytes (3)."""
        self.do(SHIFT_LEFT, shift)
        self.do(ADD_X)
        self.do(A_TO_X)

    def place(self, label: Label) -> None:
        """Let a label mean the instruction that is added next."""
        self._parts.append(label)

    def assemble(self) -> list[Step]:
        """Return the program; raise FilterError if it is too long."""
        sizes = [0 if isinstance(part, Label) else 1 for part in self._parts]
        while True:
            layout = _Layout(self._parts, sizes)
            needed = [len(layout.encode(at)) for at in range(len(sizes))]
            if needed == sizes:
                break
            sizes = [max(pair) for pair in zip(sizes, needed)]
        return check_length([step for at in range(len(sizes)) for step in layout.encode(at)])


def check_length(steps: list[Step]) -> list[Step]:
    """Return the program itself; raise FilterError if it is too long for the kernel."""
    if len(steps) > MOST_INSTRUCTIONS:
        raise FilterError(
            f"the filter has {len(steps)} instructions, the kernel takes {MOST_INSTRUCTIONS}"
        )
    return steps


def pack_program(steps: Sequence[Step]) -> bytes:
    """Return the program as an array of struct sock_filter."""
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


class _Layout:
    """Where everything is if each part takes so many steps: one, and one for each long jump."""

    def __init__(self, parts: Sequence[Instruction | Label], sizes: Sequence[int]) -> None:
        self._parts = parts
        self._starts = [0, *accumulate(sizes)]
        self._places = {
            part: start for part, start in zip(parts, self._starts) if isinstance(part, Label)
        }

    def encode(self, at: int) -> list[Step]:
        """Return the steps of a part; a test that leads too far chooses between long jumps."""
        part, start, following = self._parts[at], self._starts[at], self._starts[at + 1]
        if isinstance(part, Label):
            return []
        if part.code == JUMP:
            return [(JUMP, 0, 0, self._find(part.if_true, following) - start - 1)]
        offsets: list[int] = []
        jumps: list[Step] = []
        for label in (part.if_true, part.if_false):
            offset = self._find(label, following) - start - 1
            if offset > FARTHEST:
                jumps.append((JUMP, 0, 0, offset - len(jumps) - 1))
                offset = len(jumps) - 1
            offsets.append(offset)
        return [(part.code, offsets[0], offsets[1], part.value), *jumps]

    def _find(self, label: Label | None, following: int) -> int:
        return following if label is None else self._places[label]
