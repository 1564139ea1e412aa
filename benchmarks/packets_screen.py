"""Measure the Packets screen: a million rows, packets that keep coming, and keys meanwhile.

Prints how long a key takes until the cursor stands elsewhere and the screen is drawn, how long
the first rows and all of them take, and the memory of the process with the screens.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from threading import Event

from textual import events
from textual.pilot import Pilot

from benchmarks.generate import ensure, name_capture
from netdiag.cli.sessions.packet_frames import GrowingCapture
from netdiag.cli.sessions.packets import SessionPackets
from netdiag.model.capture_point import CapturePoint
from netdiag.tui.app import NetdiagApp
from netdiag.tui.packet_source import PacketsOffered
from netdiag.tui.session import Actions, Deliver, Snapshot
from netdiag.tui.widgets.packet_table import PacketTable

PACKETS = 1_000_000
BYTES_PER_PACKET = 240
RATE = 50_000
LIVE_SECONDS = 8
KEYS = ("up", "pageup", "down", "pagedown", "home", "end")
SIZE = (200, 60)
POINT = CapturePoint("node-1", None, "ens33")


class Session:
    """Offers the packets of a file, or of one that grows."""

    title = "a benchmark"
    actions = Actions()

    def __init__(self, path: str = "", descriptor: int = -1) -> None:
        self._path = path
        self._descriptor = descriptor
        self.packets: SessionPackets | None = None

    def open(self, deliver: Deliver) -> None:
        """Offer them."""
        deliver(Snapshot())
        if self._descriptor < 0:
            self.packets = SessionPackets(deliver, (self._path,))
        else:
            growing = GrowingCapture(self._descriptor, "live", POINT)
            self.packets = SessionPackets(deliver, (), (growing,), {})
        deliver(PacketsOffered(self.packets))

    def close(self) -> None:
        """End the processes."""
        if self.packets is not None:
            self.packets.close()


async def press(pilot: Pilot[None], table: PacketTable, key: str) -> float:
    """Press a key and return how many milliseconds it takes until it is answered on the screen."""
    app = pilot.app
    begin = time.perf_counter()
    before = table.cursor
    app.post_message(events.Key(key, None))
    while table.cursor == before and time.perf_counter() - begin < 1:
        await asyncio.sleep(0)
    app.screen._compositor.render_strips()
    return (time.perf_counter() - begin) * 1000


async def keys(pilot: Pilot[None], table: PacketTable, seconds: float) -> list[float]:
    """Press keys, a few a second, and return how long each took."""
    took = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for key in KEYS:
            if (key in ("up", "pageup", "home")) == (table.cursor > 0) or table.row_count() > 2:
                table.cursor = table.row_count() // 2
                await asyncio.sleep(0.05)
                took.append(await press(pilot, table, key))
    return took


def tell(what: str, took: list[float]) -> None:
    """Print how long keys took."""
    took.sort()
    worst, p95 = took[-1], took[int(len(took) * 0.95)]
    middle = statistics.median(took)
    print(
        f"{what}: {len(took)} keys, median {middle:.1f} ms, p95 {p95:.1f} ms, worst {worst:.1f} ms"
    )


def memory() -> str:
    """Return the memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return f"{kib / 1024:.0f} MiB"


async def offline(path: Path) -> None:
    """Read a file of a million packets, press keys meanwhile and afterwards, and filter."""
    print(f"memory before: {memory()}")
    app = NetdiagApp(Session(str(path)))
    async with app.run_test(size=SIZE) as pilot:
        book = app.state.packets
        await pilot.pause()
        begin = time.perf_counter()
        await pilot.press("3")
        table = app.screen.query_one(PacketTable)
        while not table.row_count():
            await asyncio.sleep(0.01)
        print(f"first rows after {time.perf_counter() - begin:.2f} s")
        tell("while it is read", await keys(pilot, table, 1))
        while not book.all.is_complete:
            await asyncio.sleep(0.01)
        seconds = time.perf_counter() - begin
        print(f"{table.row_count():,} rows after {seconds:.2f} s; memory: {memory()}")
        tell("with all rows", await keys(pilot, table, 3))
        begin = time.perf_counter()
        book.filter("icmp")
        while not len(book.shown.arena):
            await asyncio.sleep(0.01)
        print(f"first filtered rows after {time.perf_counter() - begin:.2f} s")
        tell("while it is filtered", await keys(pilot, table, 2))
        while not book.shown.is_complete:
            await asyncio.sleep(0.01)
        seconds = time.perf_counter() - begin
        print(f"{table.row_count():,} rows match after {seconds:.2f} s; memory: {memory()}")
    app.session.close()


def write_at_rate(source: Path, descriptor: int, stop: Event) -> None:
    """Append packets to a file at the rate, twenty times a second."""
    with source.open("rb") as file:
        os.write(descriptor, file.read(24))
        due = time.monotonic()
        while not stop.is_set():
            piece = bytearray()
            for _ in range(RATE // 20):
                head = file.read(16)
                piece += head + file.read(int.from_bytes(head[8:12], "little"))
            os.write(descriptor, piece)
            due += 0.05
            stop.wait(max(due - time.monotonic(), 0))


async def live(path: Path) -> None:
    """Follow packets that come, press keys meanwhile."""
    stop = Event()
    with tempfile.TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            write_at_rate(path, file.fileno(), stop)
            os._exit(0)
        try:
            await _live(file.fileno())
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)


async def _live(descriptor: int) -> None:
    app = NetdiagApp(Session(descriptor=descriptor))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("3")
        table = app.screen.query_one(PacketTable)
        while not table.row_count():
            await asyncio.sleep(0.01)
        begin, first, cpu = time.monotonic(), table.row_count(), time.process_time()
        await asyncio.sleep(LIVE_SECONDS)
        seconds = time.monotonic() - begin
        rate = (table.row_count() - first) / seconds
        share = (time.process_time() - cpu) / seconds
        print(f"following {rate:,.0f} packets/s: {share:.0%} of a CPU for the screens")
        tell("while they come", await keys(pilot, table, LIVE_SECONDS))
    app.session.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=PACKETS)
    packets = parser.parse_args().packets
    size = packets * BYTES_PER_PACKET
    path = Path(tempfile.gettempdir()) / name_capture(packets, size)
    ensure(path, packets, size)
    asyncio.run(offline(path))
    asyncio.run(live(path))


if __name__ == "__main__":
    main()
