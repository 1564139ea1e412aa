"""A packet filter of the older machine (classic BPF), as a part of a program for the newer one.

The packet begins at an address in the kernel's memory, and only its linear part can be read. A load
behind its end leaves the packet out, as it always did. A is register 0, X register 8, the filter's
memory is on the stack.
"""

from __future__ import annotations

from collections.abc import Sequence

from netdiag_probe.filters import bpf
from netdiag_probe.filters.bpf import Label, Step
from netdiag_probe.tracing import ebpf
from netdiag_probe.tracing.ebpf import FRAME, RESULT, Assembler

READ_KERNEL = 113
"""bpf_probe_read_kernel(where to, how much, where from) of bpf.h."""

A, X = RESULT, 8
SIZE, PACKET = 7, 9
"""What must be there before: how many bytes can be read, and where they begin."""
LOADED = -8
MEMORY = -80
"""Offsets on the stack: what was read last, 16 words of memory."""

_LOADS = {
    bpf.LOAD_WORD: ebpf.WORD, bpf.LOAD_HALF: ebpf.HALF, bpf.LOAD_BYTE: ebpf.BYTE,
    bpf.LOAD_WORD_AT_X: ebpf.WORD, bpf.LOAD_HALF_AT_X: ebpf.HALF, bpf.LOAD_BYTE_AT_X: ebpf.BYTE,
}  # fmt: skip
_AT_X = (bpf.LOAD_WORD_AT_X, bpf.LOAD_HALF_AT_X, bpf.LOAD_BYTE_AT_X)
_CHANGES = {bpf.ADD: ebpf.ADD, bpf.AND: ebpf.AND, bpf.SHIFT_LEFT: ebpf.SHIFT_LEFT}
_CHANGES_BY_X = {bpf.ADD_X: ebpf.ADD, bpf.SUBTRACT_X: ebpf.SUBTRACT}
_TESTS = {bpf.IF_EQUAL: ebpf.EQUAL, bpf.IF_AT_LEAST: ebpf.AT_LEAST, bpf.IF_ANY_BIT: ebpf.ANY_BIT}


def translate(steps: Sequence[Step], program: Assembler, yes: Label, no: Label) -> None:
    """Add the filter to a program: it goes to ``yes`` with packets let through, else to ``no``."""
    labels = [Label(f"step {at}") for at in range(len(steps))]
    program.set(A, 0)
    program.set(X, 0)
    reached = _find_reached(steps)
    for at, (code, if_true, if_false, value) in enumerate(steps):
        if at not in reached:
            continue
        program.place(labels[at])
        if code == bpf.JUMP:
            program.jump(labels[at + 1 + value])
        elif code == bpf.RETURN:
            program.jump(yes if value else no)
        elif code in _TESTS:
            program.test_word(_TESTS[code], A, value, labels[at + 1 + if_true])
            if if_false:
                program.jump(labels[at + 1 + if_false])
        elif code in _LOADS:
            _load(program, _LOADS[code], value, code in _AT_X, no)
        else:
            _translate_simple(program, code, value)


def _find_reached(steps: Sequence[Step]) -> set[int]:
    """Return which steps can be reached: the newer machine refuses a program with others."""
    reached = {0}
    for at, (code, if_true, if_false, value) in enumerate(steps):
        if at not in reached or code == bpf.RETURN:
            continue
        if code == bpf.JUMP:
            reached.add(at + 1 + value)
        elif code in _TESTS:
            reached |= {at + 1 + if_true, at + 1 + if_false}
        else:
            reached.add(at + 1)
    return reached


def _load(program: Assembler, width: int, value: int, is_at_x: bool, no: Label) -> None:
    """Read from the packet into A."""
    program.set(3, value)
    if is_at_x:
        program.change_word_by(ebpf.ADD, 3, X)
    program.copy(1, 3)
    program.change(ebpf.ADD, 1, ebpf.WIDTHS[width])
    program.test_by(ebpf.GREATER, 1, SIZE, no)
    program.change_by(ebpf.ADD, 3, PACKET)
    program.copy(1, FRAME)
    program.change(ebpf.ADD, 1, LOADED)
    program.set(2, ebpf.WIDTHS[width])
    program.call(READ_KERNEL)
    program.test(ebpf.DIFFERENT, RESULT, 0, no)
    program.load(width, A, FRAME, LOADED)
    program.to_big_endian(A, width)


def _translate_simple(program: Assembler, code: int, value: int) -> None:
    """Add what touches registers and memory only."""
    if code in _CHANGES:
        program.change_word(_CHANGES[code], A, value)
    elif code in _CHANGES_BY_X:
        program.change_word_by(_CHANGES_BY_X[code], A, X)
    elif code == bpf.LOAD_X:
        program.change_word(ebpf.MOVE, X, value)
    elif code == bpf.LOAD_LENGTH:
        program.change_word_by(ebpf.MOVE, A, SIZE)
    elif code == bpf.A_TO_X:
        program.copy(X, A)
    elif code == bpf.X_TO_A:
        program.copy(A, X)
    elif code in (bpf.LOAD_MEMORY, bpf.LOAD_X_MEMORY):
        register = A if code == bpf.LOAD_MEMORY else X
        program.load(ebpf.WORD, register, FRAME, MEMORY + 4 * value)
    elif code in (bpf.STORE, bpf.STORE_X):
        register = A if code == bpf.STORE else X
        program.store(ebpf.WORD, FRAME, MEMORY + 4 * value, register)
    else:
        raise bpf.FilterError(f"no translation for instruction {code:#x}")
