"""Some screens as pictures, at the version of Textual that they were taken with.

``NETDIAG_WRITE_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py`` takes them anew: look at each.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from netdiag.tui.theme import CONTRAST, DARK, LIGHT
from netdiag.tui.widgets.top_bar import TopBar
from tests.tui.driving import LARGE, MEDIUM, SMALL, press, screens, snapshot_of
from tests.tui.packet_driving import LAB, packets

FOLDER = Path(__file__).parent / "snapshots"
TAKEN_WITH = "8.2.8"
CASES = [
    ("network", DARK, SMALL, "1"),
    ("findings", LIGHT, MEDIUM, "4"),
    ("facts", CONTRAST, LARGE, "5"),
    ("trace", DARK, MEDIUM, "2"),
]


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(version("textual") != TAKEN_WITH, reason=f"taken with Textual {TAKEN_WITH}")
@pytest.mark.parametrize(("name", "theme", "size", "key"), CASES)
def test_a_screen_looks_as_it_did(name: str, theme: str, size: tuple[int, int], key: str) -> None:
    _compare(name, asyncio.run(_draw(theme, size, key)))


def _compare(name: str, drawn: str) -> None:
    path = FOLDER / f"{name}.svg"
    if os.environ.get("NETDIAG_WRITE_SNAPSHOTS"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.skipif(version("textual") != TAKEN_WITH, reason=f"taken with Textual {TAKEN_WITH}")
def test_packets_look_as_they_did() -> None:
    _compare("packets", asyncio.run(_draw_packets()))


async def _draw_packets() -> str:
    async with packets(LAB / "flannel-vxlan.tar.gz", size=LARGE) as shown:
        shown.app.state.title = "flannel-vxlan"
        shown.screen.query_one(TopBar).refresh()
        await shown.until(lambda: shown.app.state.snapshot.is_complete)
        await shown.filter("icmp")
        await shown.press("down", "down", "down", "down", "m", "up")
        await shown.take_apart()
        picture = shown.app.export_screenshot(simplify=True)
    return re.sub(r"terminal-\d+", "terminal", picture)


async def _draw(theme: str, size: tuple[int, int], key: str) -> str:
    snapshot = snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz")
    async with screens(snapshot, size=size) as (app, pilot, _):
        app.theme = theme
        await press(app, pilot, key)
        picture = app.export_screenshot(simplify=True)
    return re.sub(r"terminal-\d+", "terminal", picture)
