"""Runs the screens without a terminal, over values that a test hands them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, chdir
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot
from textual.screen import Screen

from netdiag.cli.case import Case
from netdiag.cli.sessions.reader import inspection_of
from netdiag.sources.paths import find_all
from netdiag.tui.app import NetdiagApp
from netdiag.tui.session import Actions, Deliver, Delivery, Snapshot

STILL_TURNS = 5
"""So often the loop turns without anything to run, and then nothing comes but timers."""
BATCH_SECONDS = 0.005
"""While Textual holds back all drawing, which a timer ends."""
MOST_DRAWN = 20
"""Drawing sends messages, and what they lead to is drawn as well; what blinks is never drawn."""
PCAPS = Path(__file__).resolve().parent.parent.parent / "fixtures" / "pcaps"
SMALL, MEDIUM, LARGE = (80, 24), (120, 40), (200, 60)


@dataclass
class HandedSession:
    """Delivers what it was made with, and later what a test gives it."""

    first: tuple[Delivery, ...] = (Snapshot(),)
    title: str = "a test"
    actions: Actions = field(default_factory=Actions)
    deliver: Deliver = field(default=lambda delivery: None)
    is_closed: bool = False

    def open(self, deliver: Deliver) -> None:
        """Deliver the first."""
        self.deliver = deliver
        for delivery in self.first:
            deliver(delivery)

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


def snapshot_of(name: str) -> Snapshot:
    """Return what is in a fixture."""
    with chdir(PCAPS):
        case = Case(find_all((name,)))
        return Snapshot(case.read(None), inspection_of(case.facts), case.facts)


@asynccontextmanager
async def screens(
    *first: Delivery, size: tuple[int, int] = SMALL, actions: Actions | None = None
) -> AsyncIterator[tuple[NetdiagApp, Pilot[None], HandedSession]]:
    """Run the screens, what is delivered first drawn."""
    session = HandedSession(first or (Snapshot(),), actions=actions or Actions())
    app = NetdiagApp(session)
    async with driven(app, size) as pilot:
        await settle(app, pilot)
        yield app, pilot, session


@asynccontextmanager
async def driven(app: NetdiagApp, size: tuple[int, int] = SMALL) -> AsyncIterator[Pilot[None]]:
    """Run the screens; whatever is pressed is waited for by ``answered``."""

    async def wait(*_: float) -> None:
        await answered(app)

    with patch("textual.app.wait_for_idle", wait), patch("textual.pilot.wait_for_idle", wait):
        async with app.run_test(size=size, notifications=True) as pilot:
            yield pilot


async def settle(app: NetdiagApp, pilot: Pilot[None]) -> None:
    """Wait until what was delivered is drawn."""
    await answered(app)
    app.take_deliveries()
    await answered(app)


async def answered(app: NetdiagApp) -> None:
    """Wait until nobody has a message to answer any more, and all is drawn.

    Textual's own pause waits until the process uses little CPU time, which lasts up to a second.
    """
    ready = vars(asyncio.get_running_loop())["_ready"]
    for _ in range(MOST_DRAWN):
        still = 0
        while still < STILL_TURNS:
            await asyncio.sleep(BATCH_SECONDS if app._batch_count else 0)
            pumps = (app, *app._registry)
            is_busy = any(pump.message_queue_size or pump._next_callbacks for pump in pumps)
            still = 0 if is_busy or ready or app._batch_count else still + 1
        screens = [each for each in app._registry if isinstance(each, Screen)]
        waiting = [screen for screen in screens if _waits_to_be_drawn(screen)]
        if not waiting:
            return
        for screen in waiting:
            screen._on_timer_update()


def _waits_to_be_drawn(screen: Screen[object]) -> bool:
    """Tell whether a screen would draw, or call back, once Textual's timer ticks."""
    is_moved = screen._layout_required or screen._scroll_required
    is_to_draw = screen.is_current and (is_moved or screen._dirty_widgets)
    return bool(is_to_draw or screen._callbacks)


async def until(
    app: NetdiagApp, pilot: Pilot[None], condition: Callable[[], bool], most: float = 120.0
) -> None:
    """Wait until something is so; fail if it does not become so within seconds."""
    deadline = asyncio.get_running_loop().time() + most
    while asyncio.get_running_loop().time() < deadline:
        await settle(app, pilot)
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become so:\n" + "\n".join(seen(app)))


async def press(app: NetdiagApp, pilot: Pilot[None], *keys: str) -> None:
    """Press keys, one after the other, and wait until they are answered."""
    for key in keys:
        await pilot.press(key)
    await settle(app, pilot)


def seen(app: NetdiagApp) -> list[str]:
    """Return the lines that are on the screen, without blanks at their ends."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def runs(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a test of a coroutine."""

    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    return run
