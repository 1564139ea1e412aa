"""Takes the README's pictures of the screens, on a lab of its own: python -m scripts.screenshots.

The lab is flannel with VXLAN; in the last pictures node-2 drops the VXLAN port.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from netdiag.cli.sessions.live import LiveSession
from netdiag.lab.breaking import break_lab
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.sources.inventory.lab import lab_inventory
from netdiag.tui.app import NetdiagApp
from netdiag.tui.session import Snapshot

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZE = (120, 36)
SECONDS = 60.0
RATES_SECONDS = 5.0
"""Until the rates of interfaces have something to show."""


def main() -> None:
    """Take all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = "pictures"
    with raised(Wanted(name, "flannel-vxlan"), stays=False) as lab:
        asyncio.run(_draw(name, {"trace": "2", "network": "1"}))
        break_lab(lab, fault_named("vxlan-blocked"))
        asyncio.run(_draw(name, {"trace-lost": "2", "findings": "4"}))


async def _draw(name: str, pictures: dict[str, str]) -> None:
    session = LiveSession(lab_inventory(name))
    app = NetdiagApp(session)
    try:
        async with app.run_test(size=SIZE) as pilot:
            await _until(
                app, pilot, lambda known: bool(known.ends) and known.inspection is not None
            )
            for picture, key in pictures.items():
                if key == "2":
                    await _trace(app, pilot)
                if key == "1":
                    await pilot.press("c", key)
                    await pilot.pause(RATES_SECONDS)
                await pilot.press(key)
                await pilot.pause(0.5)
                drawn = app.export_screenshot(title="netdiag", simplify=True)
                (FOLDER / f"{picture}.svg").write_text(drawn, encoding="utf-8")
    finally:
        session.close()


async def _trace(app: NetdiagApp, pilot: Pilot[None]) -> None:
    """Ping between two pods of two nodes."""
    await pilot.press("2", "t")
    await pilot.press(*"pod-a", "enter", *"pod-c", "enter")
    await _until(app, pilot, lambda known: known.tracing is not None and not known.tracing.is_on)


async def _until(app: NetdiagApp, pilot: Pilot[None], is_so: Callable[[Snapshot], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so(app.state.snapshot):
        if time.monotonic() > deadline:
            raise TimeoutError("the screens did not get so far")
        await pilot.pause(0.1)


if __name__ == "__main__":
    main()
