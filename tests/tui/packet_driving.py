"""Runs the Packets screen over real captures, by the session that the command line opens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from netdiag.cli.sessions.saved import SavedSession
from netdiag.tui.app import NetdiagApp
from netdiag.tui.screens.packets import PacketsScreen
from netdiag.tui.widgets.header_outline import HeaderOutline
from netdiag.tui.widgets.hex_view import HexView
from netdiag.tui.widgets.packet_table import PacketTable
from tests.tui.driving import MEDIUM, PCAPS, driven, press, seen, settle

LAB = PCAPS / "lab"
SECONDS = 120.0


class Packets:
    """The screen, its parts, and what can be done with them."""

    def __init__(self, app: NetdiagApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.book = app.state.packets

    @property
    def screen(self) -> PacketsScreen:
        assert isinstance(self.app.screen, PacketsScreen)
        return self.app.screen

    @property
    def table(self) -> PacketTable:
        return self.screen.query_one(PacketTable)

    @property
    def headers(self) -> HeaderOutline:
        return self.screen.query_one(HeaderOutline)

    @property
    def bytes(self) -> HexView:
        return self.screen.query_one(HexView)

    @property
    def text(self) -> str:
        return "\n".join(seen(self.app))

    async def press(self, *keys: str) -> None:
        await press(self.app, self.pilot, *keys)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for other processes; fail if it does not become so."""
        deadline = asyncio.get_running_loop().time() + SECONDS
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, self.text
            assert self.app.fault is None
            await settle(self.app, self.pilot)
            await asyncio.sleep(0.01)
        await settle(self.app, self.pilot)

    async def filter(self, expression: str) -> None:
        """Type a filter, give it, and wait for all that match."""
        self.screen.begin_filter()
        await settle(self.app, self.pilot)
        self.screen._filter.line.value = expression
        await self.press("enter")
        await self.until(lambda: self.book.shown.is_complete)

    async def take_apart(self) -> None:
        """Open the details, and wait for the headers."""
        if not self.screen.has_details:
            await self.press("enter")
        await self.until(lambda: self.headers.field is not None)


@asynccontextmanager
async def packets(*paths: Path, size: tuple[int, int] = MEDIUM) -> AsyncIterator[Packets]:
    """Show the packets of captures, all of them read."""
    session = SavedSession(tuple(str(path) for path in paths))
    app = NetdiagApp(session)
    try:
        async with driven(app, size) as pilot:
            shown = Packets(app, pilot)
            await settle(app, pilot)
            await shown.press("3")
            await shown.until(lambda: shown.book.all.is_complete)
            yield shown
    finally:
        session.close()
