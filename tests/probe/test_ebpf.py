"""The assembler for tracepoint programs, and the translation of filters."""

from __future__ import annotations

import sys

import pytest

from netdiag_probe.filters.bpf import LOAD_BYTE, RETURN, FilterError, Label, Program
from netdiag_probe.tracing import ebpf
from netdiag_probe.tracing.ebpf import Assembler
from netdiag_probe.tracing.translation import translate

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="the literals are little-endian")


def test_instructions_are_what_the_kernel_reads() -> None:
    program = Assembler()
    program.set(1, -1)
    program.copy(6, 1)
    program.change(ebpf.ADD, 1, 8)
    program.change_by(ebpf.SUBTRACT, 2, 3)
    program.change_word(ebpf.AND, 0, 15)
    program.change_word_by(ebpf.ADD, 8, 0)
    program.to_big_endian(0, ebpf.HALF)
    program.to_big_endian(0, ebpf.BYTE)
    program.load(ebpf.DOUBLE, 7, 6, 8)
    program.store(ebpf.WORD, 10, -80, 8)
    program.store_value(ebpf.DOUBLE, 8, 48, 0)
    program.add_to_memory(1, 16, 2)
    program.load_map(1, 5)
    program.call(113)
    program.end()
    assert program.assemble().hex(" ", 8).split() == [
        "b7010000ffffffff", "bf16000000000000", "0701000008000000", "1f32000000000000",
        "540000000f000000", "0c08000000000000", "dc00000010000000", "7967080000000000",
        "638ab0ff00000000", "7a08300000000000", "db21100000000000", "1811000005000000",
        "0000000000000000", "8500000071000000", "b700000000000000", "9500000000000000",
    ]  # fmt: skip


def test_jumps_lead_to_their_labels() -> None:
    program, here, there = Assembler(), Label("here"), Label("there")
    program.place(here)
    program.test(ebpf.DIFFERENT, 0, 0, there)
    program.test_word(ebpf.EQUAL, 0, 17, here)
    program.test_by(ebpf.GREATER, 1, 7, there)
    program.jump(there)
    program.place(there)
    program.end()
    assert program.assemble().hex(" ", 8).split()[:4] == [
        "5500030000000000", "1600feff11000000", "2d71010000000000", "0500000000000000",
    ]  # fmt: skip


def test_a_jump_that_is_too_far_is_told() -> None:
    program, end = Assembler(), Label("end")
    program.jump(end)
    for _ in range(ebpf.FARTHEST + 1):
        program.set(0, 0)
    program.place(end)
    program.end()
    with pytest.raises(FilterError, match="too long"):
        program.assemble()


def test_steps_that_nothing_leads_to_are_left_out() -> None:
    """The kernel refuses a program with such steps."""
    given = Program()
    given.do(RETURN, 1)
    given.do(LOAD_BYTE, 0)
    given.do(RETURN, 0)
    program, yes, no = Assembler(), Label("yes"), Label("no")
    translate(given.assemble(), program, yes, no)
    program.place(yes)
    program.place(no)
    program.end()
    assert len(program.assemble()) == 8 * (2 + 1 + 2)
