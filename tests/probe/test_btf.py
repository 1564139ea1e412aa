"""The reader of a kernel's types: this kernel's own, small ones made here, and garbage."""

from __future__ import annotations

import contextlib
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from netdiag_probe.tracing.btf import (
    CONST,
    ENUM,
    ENUM64,
    FUNCTION_TYPE,
    HEADER,
    MAGIC,
    POINTER,
    STRUCT,
    TYPEDEF,
    UNION,
    Btf,
    BtfError,
)
from netdiag_probe.tracing.layout import LayoutError, read_layout
from netdiag_probe.tracing.reasons import KERNEL_BTF, Reasons

INT, ARRAY = 1, 3
HAS_BIT_FIELDS = 1 << 31
ROUNDS = 300


class Types:
    """Collects types, as a compiler does."""

    def __init__(self, kernel_strings: int = 0) -> None:
        self._strings = bytearray(b"\0")
        self._kernel_strings = kernel_strings
        self._entries = b""
        self._count = 0

    def name(self, text: str) -> int:
        if not text:
            return 0
        self._strings += text.encode() + b"\0"
        return self._kernel_strings + len(self._strings) - len(text) - 1

    def add(self, name: str, kind: int, count: int, size: int, *more: int, flag: int = 0) -> int:
        head = struct.pack("=III", self.name(name), flag | kind << 24 | count, size)
        self._entries += head + struct.pack(f"={len(more)}I", *more)
        self._count += 1
        return self._count

    def finish(self) -> bytes:
        sizes = (len(self._entries), len(self._entries), len(self._strings))
        return HEADER.pack(MAGIC, 1, 0, HEADER.size, 0, *sizes) + self._entries + self._strings


def sample() -> bytes:
    """Return types with all that kernels have in the way of a member."""
    types = Types()
    number = types.add("int", INT, 0, 4, 32)
    types.add("", ARRAY, 0, 0, number, number, 4)
    members = (types.name("a"), number, 0, types.name("b"), number, 32)
    inner = types.add("", STRUCT, 2, 8, *members)
    either = types.add("", UNION, 1, 8, 0, inner, 0)
    fixed = types.add("", CONST, 0, either)
    alias = types.add("alias", TYPEDEF, 0, inner)
    # with bit fields the offset is in the lower 24 bits
    types.add("outer", STRUCT, 3, 32, *(types.name("first"), number, 4 << 24 | 0), *(0, fixed, 64),
              *(types.name("last"), alias, 128), flag=HAS_BIT_FIELDS)  # fmt: skip
    types.add("colour", ENUM, 2, 4, types.name("RED"), 1, types.name("BLUE"), 0xFFFF0000)
    types.add("wide", ENUM64, 1, 8, types.name("HUGE"), 7, 1)
    pointer = types.add("", POINTER, 0, types.add("packet", STRUCT, 0, 8))
    nothing = types.add("", POINTER, 0, 0)
    call = types.add("", FUNCTION_TYPE, 3, 0, *(0, nothing), *(0, pointer), *(0, number))
    types.add("call", TYPEDEF, 0, types.add("", POINTER, 0, call))
    return types.finish()


def test_members_of_anonymous_members_and_of_members_are_found() -> None:
    btf = Btf(sample())
    found = {path: btf.offset("outer", path) for path in ("first", "a", "b", "last", "last.b")}
    assert found == {"first": 0, "a": 8, "b": 12, "last": 16, "last.b": 20}


def test_enumerations_and_parameters_are_read() -> None:
    btf = Btf(sample())
    assert btf.values("colour") == {"RED": 1, "BLUE": 0xFFFF0000}
    assert btf.values("wide") == {"HUGE": 7}
    assert btf.parameters("call") == ["void", "packet", "int"]


def test_names_of_a_module_continue_those_of_the_kernel() -> None:
    types = Types(1000)
    types.add("late", ENUM, 1, 4, types.name("LAST"), 3)
    assert Btf(types.finish(), 1000).values("late") == {"LAST": 3}


@pytest.mark.parametrize(
    ("path", "told"),
    [("nowhere", "outer.nowhere"), ("first.a", "outer.first.a"), ("last.c", "outer.last.c")],
)
def test_what_is_not_there_is_said(path: str, told: str) -> None:
    with pytest.raises(BtfError, match=told):
        Btf(sample()).offset("outer", path)


def test_a_circle_is_left() -> None:
    types = Types()
    types.add("round", TYPEDEF, 0, 1)
    types.add("ring", STRUCT, 1, 8, 0, 2, 0)
    btf = Btf(types.finish())
    with pytest.raises(BtfError, match="circle"):
        btf.parameters("round")
    with pytest.raises(BtfError, match="ring"):
        btf.offset("ring", "x")


def test_a_cut_one_is_refused_or_read_as_far_as_it_goes() -> None:
    whole = sample()
    for size in range(len(whole)):
        use(whole[:size])


def test_garbage_is_refused_or_read() -> None:
    chance = random.Random(7)
    for _ in range(ROUNDS):
        data = bytearray(sample())
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        use(bytes(data))
    with pytest.raises(BtfError, match="begin"):
        Btf(bytes(100))


def use(data: bytes) -> None:
    """Ask for everything; nothing but BtfError may come of it."""
    asked: tuple[Callable[[Btf], object], ...] = (
        lambda btf: btf.offset("outer", "last.b"),
        lambda btf: btf.values("colour"),
        lambda btf: btf.parameters("call"),
    )
    for ask in asked:
        with contextlib.suppress(BtfError):
            ask(Btf(data))


@pytest.mark.skipif(not Path(KERNEL_BTF).exists(), reason="this kernel does not tell its types")
class TestThisKernel:
    data = Path(KERNEL_BTF).read_bytes() if Path(KERNEL_BTF).exists() else b""

    def test_it_tells_all_that_is_needed(self) -> None:
        btf = Btf(self.data)
        layout = read_layout(btf)
        assert layout.head > layout.network_header > 0
        assert layout.protocol % 2 == layout.length % 4 == layout.device % 8 == 0
        assert sorted((layout.packet_argument, layout.location_argument)) == [0, 1]
        reasons = Reasons(btf)
        assert {"NOT_SPECIFIED", "NO_SOCKET", "NETFILTER_DROP"} <= reasons.numbers.keys()
        assert reasons.name(reasons.numbers["NO_SOCKET"]) == "NO_SOCKET"
        assert reasons.name(0x7FFF0001) == str(0x7FFF0001)

    def test_half_of_it_is_told_to_be_of_no_use(self) -> None:
        for share in (0.01, 0.1, 0.5):
            with pytest.raises((BtfError, LayoutError)):
                read_layout(Btf(self.data[: int(len(self.data) * share)]))
