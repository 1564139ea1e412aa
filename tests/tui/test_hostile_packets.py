"""Captures that are empty, broken, or full of what no packet should hold."""

from __future__ import annotations

import asyncio
import gzip
import random
from pathlib import Path

import pytest

from tests.captures import enhanced, interface, numbered, pcap, pcapng
from tests.corpus.corpus import MALFORMED
from tests.dissect.stacks import STACKS
from tests.tui.driving import SMALL, seen
from tests.tui.packet_driving import packets

KEYS = ("enter", "down", "tab", "o", "end", "tab", "right", "end", "tab", "m", "n", "f", "escape")
CONTROL = {chr(number) for number in (*range(32), *range(0x7F, 0xA0))} | {"\u202e"}


def drive(path: Path, count: int | None) -> None:
    """Press many keys; ``count`` packets are listed, None = however many."""

    async def run() -> None:
        async with packets(path, size=SMALL) as shown:
            assert count is None or len(shown.book.all.arena) == count
            await shown.press(*KEYS)
            lines = seen(shown.app)
            assert len(lines) == 24
            assert not CONTROL & set("".join(lines))
            assert shown.app.fault is None

    asyncio.run(run())


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([]))
    drive(path, 0)


def test_no_capture_at_all_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"not a capture")
    drive(path, 0)


def test_a_file_that_breaks_off_gives_what_is_before(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(numbered(10))[:-7])
    drive(path, 9)


def test_names_with_markup_and_escape_codes_stand_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    name = "[red]\x1b[31m\u202e\x07[/red]"
    blocks = [interface(name), enhanced(1, STACKS["vxlan 8472"])]
    path.write_bytes(pcapng(*blocks))
    drive(path, 1)


def test_random_bytes_in_packets(tmp_path: Path) -> None:
    chance = random.Random(3)
    path = tmp_path / "a.pcap"
    data = [chance.randbytes(chance.randrange(200)) for _ in range(100)]
    path.write_bytes(pcap(enumerate(data)))
    drive(path, 100)


def test_compressed_captures_are_shown_with_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap.gz"
    path.write_bytes(gzip.compress(pcap(numbered(50))))

    async def run() -> None:
        async with packets(path) as shown:
            await shown.filter("icmp seq 7")
            await shown.take_apart()
            assert "seq 7" in shown.text
            await shown.press("m", "escape", "escape")
            await shown.press("home", "n")
            await shown.until(lambda: shown.headers.field is not None)
            source, record = shown.book.source, shown.table.record
            assert source is not None and record is not None
            assert source.packet_bytes(record) is not None

    asyncio.run(run())


@pytest.mark.skipif(not MALFORMED.is_dir(), reason="the corpus is not here")
def test_broken_captures_of_others() -> None:
    paths = sorted(MALFORMED.glob("*.pcap*"))[::40]
    assert paths
    for path in paths:
        drive(path, None)
