"""The Packets screen: rows, filter, marks, following, jumps."""

from __future__ import annotations

import asyncio
from pathlib import Path

from netdiag.sources.packet_excerpt import AFTER, BEFORE
from netdiag.tui.messages import JumpToFrame
from netdiag.tui.packets.arena import CHUNK_RECORDS, Arena
from netdiag.tui.screens.path_dialog import PathDialog
from netdiag.tui.screens.trace import TraceScreen
from tests.captures import numbered, pcap
from tests.tui.driving import LARGE, SMALL, runs, seen
from tests.tui.packet_driving import LAB, packets

VXLAN = LAB / "flannel-vxlan.tar.gz"


@runs
async def test_packets_are_listed_in_order_of_time_with_place_tunnels_and_words() -> None:
    async with packets(VXLAN, size=LARGE) as shown:
        arena = shown.book.all.arena
        times = [arena[number].time_ns for number in range(arena.end)]
        assert len(times) == 88
        assert times == sorted(times)
        rows = [line for line in seen(shown.app) if "vxlan" in line]
        assert any("node-1" in row and "ens33" in row and "vni 1" in row for row in rows)
        assert any("10.244.1.2 > 10.244.2.2: ICMP echo request" in row for row in rows)


@runs
async def test_a_filter_shows_what_matches_and_escape_shows_all() -> None:
    async with packets(VXLAN, size=SMALL) as shown:
        await shown.filter("icmp type echo-reply")
        assert len(shown.book.shown.arena) == 30
        assert "30 of 88" in shown.text
        await shown.press("down", "down")
        key = shown.table.record.key if shown.table.record else None
        await shown.press("escape")
        assert shown.book.shown is shown.book.all
        assert shown.table.record is not None
        assert shown.table.record.key == key


@runs
async def test_a_wrong_filter_is_said_in_the_bar_and_changes_nothing() -> None:
    async with packets(VXLAN, size=SMALL) as shown:
        await shown.press("slash", *"icmo", "enter")
        assert "✗ unknown word 'icmo'; did you mean 'icmp'?" in shown.text
        assert shown.book.filtered is None
        await shown.press("end", "backspace", "p", "enter")
        await shown.until(lambda: shown.book.shown.is_complete)
        assert "✗" not in shown.text
        assert len(shown.book.shown.arena) == 60
        assert shown.table.has_focus


@runs
async def test_filters_come_back_by_up_and_down() -> None:
    async with packets(VXLAN) as shown:
        await shown.filter("icmp")
        await shown.filter("arp")
        await shown.press("slash", "up", "up")
        assert shown.screen._filter.line.value == "icmp"
        await shown.press("down")
        assert shown.screen._filter.line.value == "arp"
        await shown.press("down")
        assert shown.screen._filter.line.value == "arp"
        await shown.press("up", "up", "escape")
        assert shown.book.shown.expression == "arp"
        assert shown.screen._filter.line.value == "arp"


@runs
async def test_nothing_that_matches_is_said() -> None:
    async with packets(VXLAN) as shown:
        await shown.filter("host 1.2.3.4")
        assert "no packet matches" in shown.text
        await shown.press("enter", "m", "n", "p", "d", "w", "tab", "tab", "f")
        assert shown.table.record is None


@runs
async def test_marks_are_jumped_between_in_every_list() -> None:
    async with packets(VXLAN) as shown:
        await shown.press("m", "end", "m", "home")
        assert len(shown.book.marks) == 2
        assert sum("●" in line for line in seen(shown.app)[3:]) == 1
        await shown.press("n")
        assert shown.table.number == 87
        await shown.press("n")
        assert shown.table.number == 0
        await shown.press("N")
        assert shown.table.number == 87
        await shown.filter("icmp")
        await shown.press("home", "m")
        record = shown.table.record
        await shown.press("escape", "home", "n")
        assert shown.table.record is not None and record is not None
        assert shown.table.record.key == record.key
        await shown.press("m")
        assert len(shown.book.marks) == 2
        await shown.press("M", "n")
        assert len(shown.book.marks) == 0


@runs
async def test_marks_are_seen_at_once_and_gone_at_once() -> None:
    async with packets(VXLAN, size=SMALL) as shown:
        await shown.press("m")
        assert sum("●" in line for line in seen(shown.app)[3:]) == 1
        await shown.press("down", "M")
        assert sum("●" in line for line in seen(shown.app)[3:]) == 0


@runs
async def test_marks_made_before_are_found_in_a_later_list() -> None:
    async with packets(VXLAN) as shown:
        await shown.filter("icmp")
        await shown.press("end", "m", "escape")
        await shown.filter("icmp type echo-reply")
        await shown.press("home", "n")
        assert shown.table.record is not None
        assert shown.table.record.key in shown.book.marks


@runs
async def test_following_sticks_to_the_end_until_the_cursor_goes_up() -> None:
    async with packets(VXLAN) as shown:
        await shown.press("f")
        assert shown.table.number == 87
        assert "following" in shown.text
        await shown.press("up")
        assert not shown.table.follows
        assert "following" not in shown.text


@runs
async def test_a_packet_leads_to_its_ping() -> None:
    async with packets(VXLAN) as shown:
        await shown.until(lambda: shown.app.state.snapshot.report is not None)
        await shown.filter("icmp type echo-reply")
        await shown.press("p")
        assert isinstance(shown.app.pane, TraceScreen)


@runs
async def test_evidence_leads_to_its_packet_though_a_filter_hides_it() -> None:
    async with packets(VXLAN) as shown:
        await shown.until(lambda: shown.app.state.snapshot.report is not None)
        report = shown.app.state.snapshot.report
        assert report is not None
        hop = report.pings[0].request[-1]
        await shown.filter("arp")
        await shown.press("1")
        shown.app.post_message(JumpToFrame(hop.file, hop.frame))
        await shown.until(lambda: shown.app.pane is not None and shown.app.pane.NAME == "packets")
        await shown.until(lambda: shown.book.filtered is None and shown.screen.has_details)
        record, source = shown.table.record, shown.book.source
        assert record is not None and source is not None
        assert (source.file_label(record.file), record.frame) == (hop.file, hop.frame)


@runs
async def test_where_there_is_little_room_the_packet_is_told_in_full_below() -> None:
    async with packets(VXLAN, size=SMALL) as shown:
        await shown.filter("icmp")
        await shown.press("down", "down", "down", "down")
        below = " ".join(line.strip() for line in seen(shown.app)[-3:-1])
        assert "node-1/ens33  vxlan 10.1.10.9 > 10.1.10.10 vni 1" in below
        assert "10.244.1.2 > 10.244.2.2: ICMP echo request" in below
        assert below.endswith("length 64")


def test_a_file_that_names_no_node_has_no_column_of_nodes(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "eth0.pcap"
        path.write_bytes(pcap(numbered(3)))
        async with packets(path) as shown:
            assert "Interface" in shown.text
            assert "Node" not in shown.text

    asyncio.run(run())


def test_a_packet_that_gave_way_is_shown_with_those_near_it(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "eth0.pcap"
        path.write_bytes(pcap([*numbered(CHUNK_RECORDS)] * 3))
        async with packets(path) as shown:
            book = shown.book
            book.all.arena, whole = Arena(most=CHUNK_RECORDS), book.all.arena.pieces()
            for piece in whole:
                book.all.arena.add(piece)
            shown.table.update_rows()
            assert book.all.arena.first == CHUNK_RECORDS
            shown.app.post_message(JumpToFrame(str(path), 20_000))
            await shown.until(lambda: book.shown.is_complete and bool(book.shown.near))
            assert shown.table.record is not None
            assert shown.table.record.frame == 20_000
            assert book.shown.arena[0].frame == 20_000 - BEFORE + 1
            assert 20_000 + AFTER <= book.shown.arena[book.shown.arena.end - 1].frame < 130_000
            assert "near packet 20,000" in shown.text
            await shown.press("escape", "escape")
            assert book.shown is book.all

    asyncio.run(run())


@runs
async def test_a_frame_that_is_not_there_is_said() -> None:
    async with packets(VXLAN) as shown:
        shown.app.post_message(JumpToFrame("x.pcap", 5))
        await shown.until(lambda: bool(shown.app._notifications))


def test_marked_packets_are_written_or_those_that_are_shown(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "out.pcapng"
        async with packets(VXLAN) as shown:
            await shown.filter("icmp")
            for key, name in (("w", "shown"), ("W", "again")):
                await shown.press(key)
                assert isinstance(shown.app.screen, PathDialog)
                shown.app.screen._hand_on(str(path.with_stem(name)))
                await shown.press("escape")
            await shown.press("m", "w")
            assert isinstance(shown.app.screen, PathDialog)
            shown.app.screen._hand_on(str(path))
            await shown.press("escape")
            written = [path, path.with_stem("shown"), path.with_stem("again")]
            await shown.until(lambda: all(each.exists() for each in written))
        async with packets(path) as shown:
            assert len(shown.book.all.arena) == 1
        async with packets(path.with_stem("shown")) as shown:
            assert len(shown.book.all.arena) == 60
            await shown.filter("icmp")
            assert len(shown.book.shown.arena) == 60

    asyncio.run(run())


def test_a_file_that_was_replaced_gives_no_wrong_bytes(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "a.pcap"
        path.write_bytes(pcap(numbered(2_000)))
        async with packets(path) as shown:
            source, record = shown.book.source, shown.table.record
            assert source is not None and record is not None
            path.unlink()
            path.write_bytes(pcap(numbered(3)))
            last = shown.book.all.arena[1_999]
            assert "seq 1999" in source.line(last).packet  # it is open still

    asyncio.run(run())
