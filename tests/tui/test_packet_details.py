"""Headers and bytes of the packet under the cursor."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from netdiag.tui.widgets.header_outline import HeaderOutline
from tests.captures import pcap
from tests.dissect.stacks import STACKS
from tests.tui.driving import LARGE, MEDIUM, SMALL, runs
from tests.tui.packet_driving import LAB, packets

VXLAN = LAB / "flannel-vxlan.tar.gz"


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
def test_details_are_at_every_size(size: tuple[int, int]) -> None:
    async def run() -> None:
        async with packets(VXLAN, size=size) as shown:
            await shown.filter("icmp")
            await shown.take_apart()
            assert "▾ ICMP" in shown.text
            assert "0000" in shown.text
            assert shown.table.size.height >= 8
            assert shown.headers.size.height >= 8
            assert (shown.headers.region.x > shown.table.region.x) is (size == LARGE)
            await shown.press("enter")
            assert not shown.screen.has_details

    asyncio.run(run())


def test_bytes_of_every_field_are_brought_out(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap((number, data) for number, data in enumerate(STACKS.values())))

    async def run() -> None:
        async with packets(path) as shown:
            headers = shown.headers
            for data in STACKS.values():
                await shown.take_apart()
                await shown.until(lambda: _bytes_of(headers) == len(data))  # noqa: B023
                for row in range(headers.row_count()):
                    headers.cursor = row
                    await shown.pilot.pause()
                    field = headers.field
                    assert field is not None
                    assert shown.bytes.chosen == range(field.start, field.start + field.size)
                await shown.press("down")

    asyncio.run(run())


def _bytes_of(headers: HeaderOutline) -> int:
    return sum(header.size for header in headers.shown.headers)


@runs
async def test_a_byte_leads_to_its_field() -> None:
    async with packets(VXLAN) as shown:
        await shown.filter("icmp")
        await shown.take_apart()
        await shown.press("tab", "tab")
        assert shown.bytes.has_focus
        await shown.press("home", *["right"] * 22)
        field = shown.headers.field
        assert field is not None
        assert field.name == "ttl"
        assert shown.bytes.chosen == range(22, 23)
        await shown.press("tab")
        assert shown.table.has_focus


@runs
async def test_headers_open_and_close_and_stay_so_for_the_next_packet() -> None:
    async with packets(VXLAN) as shown:
        await shown.filter("icmp")
        await shown.take_apart()
        await shown.press("tab", "home", "enter")
        assert "▾ Ethernet" in shown.text
        await shown.press("tab", "tab", "down")
        await shown.until(lambda: shown.book.take_answer(0) is None)
        assert "▾ Ethernet" in shown.text
        await shown.press("tab", "home", "left")
        assert "▸ Ethernet" in shown.text
        await shown.press("o")
        assert "▾ Ethernet" in shown.text
        await shown.press("o")
        assert "▾" not in shown.text


@runs
async def test_escape_goes_back_step_by_step() -> None:
    async with packets(VXLAN) as shown:
        await shown.filter("icmp")
        await shown.take_apart()
        await shown.press("tab", "escape")
        assert shown.table.has_focus
        await shown.press("escape")
        assert not shown.screen.has_details
        assert shown.book.filtered is not None
        await shown.press("escape")
        assert shown.book.filtered is None


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_wireshark_is_asked_and_left_again() -> None:
    async def run() -> None:
        async with packets(VXLAN) as shown:
            await shown.filter("icmp")
            await shown.press("d")
            await shown.until(lambda: "by Wireshark" in shown.text and "icmp" in shown.text)
            await shown.press("d")
            await shown.until(lambda: "▾ ICMP" in shown.text)

    asyncio.run(run())


def test_without_tshark_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    async def run() -> None:
        async with packets(VXLAN) as shown:
            await shown.press("d")
            await shown.until(lambda: "tshark is not installed" in shown.text)

    asyncio.run(run())
