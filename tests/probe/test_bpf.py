"""The assembler: jumps of any distance, and programs that are too long."""

from __future__ import annotations

import pytest

from netdiag_probe.filters.bpf import (
    ADD,
    FARTHEST,
    IF_EQUAL,
    JUMP,
    LOAD_BYTE_AT_X,
    LOAD_X,
    MOST_INSTRUCTIONS,
    RETURN,
    FilterError,
    Label,
    Program,
    pack_program,
)
from tests.probe.machine import run_filter


def program_with(between_true: int, between_false: int) -> Program:
    """Return a program that returns 1 for a packet with 7 and 2 for others, after a way."""
    program, yes, no = Program(), Label("yes"), Label("no")
    program.do(LOAD_X, 0)
    program.do(LOAD_BYTE_AT_X, 0)
    program.test(IF_EQUAL, 7, yes, no)
    for _ in range(between_true):
        program.do(ADD, 1)
    program.place(yes)
    program.do(RETURN, 1)
    for _ in range(between_false):
        program.do(ADD, 1)
    program.place(no)
    program.do(RETURN, 2)
    return program


@pytest.mark.parametrize("between_true", [0, 1, FARTHEST - 1, FARTHEST, FARTHEST + 1, 1000])
@pytest.mark.parametrize("between_false", [0, FARTHEST - 2, FARTHEST - 1, FARTHEST, 1000])
def test_jumps_lead_as_far_as_they_must(between_true: int, between_false: int) -> None:
    steps = program_with(between_true, between_false).assemble()
    assert run_filter(steps, b"\x07") == 1
    assert run_filter(steps, b"\x08") == 2
    assert all(max(step[1:3]) <= FARTHEST for step in steps)


def test_a_long_jump_may_push_another_one_too_far() -> None:
    program, first, last = Program(), Label("first"), Label("last")
    program.do(LOAD_X, 0)
    program.do(LOAD_BYTE_AT_X, 0)
    program.test(IF_EQUAL, 1, first)
    program.test(IF_EQUAL, 2, last)
    for _ in range(FARTHEST - 1):
        program.do(ADD, 0)
    program.place(first)
    program.do(RETURN, 1)
    program.do(ADD, 0)
    program.place(last)
    program.do(RETURN, 2)
    steps = program.assemble()
    assert [step[0] for step in steps[:6]].count(JUMP) == 2
    assert [run_filter(steps, bytes([value])) for value in (1, 2)] == [1, 2]


def test_only_jumps_that_are_too_far_take_more_room() -> None:
    assert len(program_with(FARTHEST - 1, 0).assemble()) == 5 + FARTHEST - 1
    assert len(program_with(FARTHEST + 1, 0).assemble()) == 5 + FARTHEST + 1 + 2


def test_as_long_a_program_as_the_kernel_takes_is_assembled() -> None:
    program = Program()
    for _ in range(MOST_INSTRUCTIONS):
        program.do(RETURN, 0)
    assert len(pack_program(program.assemble())) == 8 * MOST_INSTRUCTIONS
    program.do(RETURN, 0)
    with pytest.raises(FilterError, match="4097 instructions, the kernel takes 4096"):
        program.assemble()
