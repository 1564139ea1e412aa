"""One drop: what is read of a record, whose function it is, and which ones are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag_probe.tracing import symbols
from netdiag_probe.tracing.drops import Drop, read_drop
from netdiag_probe.tracing.noise import is_noise
from netdiag_probe.tracing.program import RECORD, RECORD_BYTES
from netdiag_probe.tracing.symbols import Symbols
from tests.captures import ICMPV6, TCP, A, B, ipv4, ipv6, ping, tcp

NET, OTHER_NET, BOOT_NET = 0xF0000123, 0xF0000456, 0xEFFFFFF9
REQUEST, REPLY = ipv4(A, B, ping(1, 1)), ipv4(B, A, ping(1, 1, 0))
REPLY_V6 = ipv6("fd00::1", "fd00::2", ping(1, 1, 129), ICMPV6)
SEGMENT = ipv4(A, B, tcp(1, 2, 2), TCP)


def record(nets: tuple[int, int, int], name: bytes, packet: bytes = REQUEST) -> bytes:
    told = RECORD.pack(1, 2, 3, len(packet), 0x0800, len(packet), 7, *nets, name)
    return (told + packet).ljust(RECORD_BYTES, b"\xff")


def read(nets: tuple[int, int, int], name: bytes) -> Drop:
    return read_drop(record(nets, name))


def test_a_device_tells_the_namespace() -> None:
    drop = read((NET, OTHER_NET, OTHER_NET), b"eth0\0leftover\0\0\0")
    assert drop == Drop(1, 2, 3, len(REQUEST), 0x0800, NET, 7, "eth0", REQUEST)
    assert read((BOOT_NET, 0, 0), b"lo").namespace == BOOT_NET


@pytest.mark.parametrize(
    ("nets", "name"),
    [
        ((0x12345678, OTHER_NET, 0), b"eth0"),  # what is no namespace's number
        ((NET, OTHER_NET, 0), b"\x88\xff\0"[:0]),
        ((NET, OTHER_NET, 0), b"sixteen-letters!"),
        ((NET, OTHER_NET, 0), b"a/b"),
        ((0, 0, OTHER_NET), b""),
    ],
)
def test_what_is_no_device_tells_nothing(nets: tuple[int, int, int], name: bytes) -> None:
    drop = read(nets, name)
    assert (drop.namespace, drop.device, drop.interface) == (OTHER_NET, None, None)


def test_nobody_knows_where() -> None:
    assert read((0, 0, 0), b"").namespace is None


@pytest.mark.parametrize("name", [b"\x1b[2Jx", b"\xff\xfe", b"a\x7f"])
def test_a_hostile_name_is_not_told(name: bytes) -> None:
    drop = read((NET, 0, 0), name)
    assert (drop.namespace, drop.device, drop.interface) == (NET, 7, None)


NOISE = [
    ("NO_SOCKET", "ping_rcv", REPLY), ("NO_SOCKET", None, REPLY), ("NO_SOCKET", None, REPLY_V6),
    ("SOCKET_FILTER", "raw_rcv", REPLY), ("SOCKET_FILTER", None, REQUEST),
    ("NOT_SPECIFIED", "packet_rcv", REQUEST), ("SOCKET_RCVBUFF", "raw_rcv", REPLY),
]  # fmt: skip
LOSSES = [
    ("NO_SOCKET", "__udp4_lib_rcv", REQUEST), ("NO_SOCKET", "tcp_v4_rcv", SEGMENT),
    ("SOCKET_FILTER", "tcp_v4_rcv", SEGMENT), ("NETFILTER_DROP", "nft_do_chain", REPLY),
    ("NOT_SPECIFIED", None, REPLY), ("NO_SOCKET", None, b""), ("SOCKET_RCVBUFF", None, SEGMENT),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "function", "packet"), NOISE)
def test_copies_are_no_drops(reason: str, function: str | None, packet: bytes) -> None:
    assert is_noise(reason, function, packet)


@pytest.mark.parametrize(("reason", "function", "packet"), LOSSES)
def test_losses_are(reason: str, function: str | None, packet: bytes) -> None:
    assert not is_noise(reason, function, packet)


def test_a_packet_that_is_cut_anywhere_is_judged() -> None:
    for packet in (REPLY, REPLY_V6, SEGMENT):
        for size in range(len(packet)):
            assert is_noise("NO_SOCKET", None, packet[:size]) in (True, False)


def test_functions_are_found_by_what_is_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kallsyms"
    path.write_text("00001000 T first\n00002000 t second.isra.0\n00002800 D data\n"
                    "00003000 t third\t[module]\n00001800 t between.cold\t[module]\n")  # fmt: skip
    monkeypatch.setattr(symbols, "PATH", str(path))
    found = Symbols()
    asked = (0x1001, 0x1900, 0x2000, 0x2900, 0x3005, 0x1000, 0)
    assert [found.name(address) for address in asked] == [
        "first", "between", "between", "second", "third", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["00000000 T first\n00000000 t second\n", "", "garbage\n"])
def test_where_functions_are_hidden_none_is_told(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kallsyms"
    path.write_text(text)
    monkeypatch.setattr(symbols, "PATH", str(path))
    assert Symbols().name(0x1234) is None
