"""Tells which form of each compilable module is in use, and decodes one capture with it.

``python -m tests.decode.form_report`` prints the report as JSON; through ``tests.interpreted``
it is that of the interpreted form.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TypedDict

from netdiag.decode.counts import PacketCounts
from netdiag.decode.open_reader import open_reader
from tests.decode.capture_files import Pcapng, read, stream
from tests.decode.cases import CASES
from tests.decode.observing import UDP_TUNNELS, decode, observe

ROOT = Path(__file__).resolve().parent.parent.parent


class Report(TypedDict):
    """What one form of the decoder is, and finds."""

    files: dict[str, str]
    """For each module that can be compiled the file that it was loaded from."""
    seen: list[str]
    counts: list[str]
    times: list[int | None]


def compilable_modules() -> list[str]:
    """Return the names of all modules that have types in a .pxd beside them."""
    files = sorted((ROOT / "netdiag").rglob("*.pxd"))
    return [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]


def report() -> Report:
    """Load all modules and decode every frame of the tables."""
    capture = capture_of_all_cases()
    counts = PacketCounts()
    counts.count_all(open_reader(stream(capture), 4096, UDP_TUNNELS))
    return Report(
        files={name: str(import_module(name).__file__) for name in compilable_modules()},
        seen=[repr(observe(decode(case.frame, case.link_type))) for case in CASES],
        counts=[repr(row) for row in counts.rows()],
        times=[record.time_ns for record in read(capture).records],
    )


def capture_of_all_cases() -> bytes:
    """Return a pcapng file with the frames of all cases, one interface each."""
    ng = Pcapng(">")
    data = ng.section()
    for number, case in enumerate(CASES):
        data += ng.interface(link_type=case.link_type)
        data += ng.enhanced(case.frame, interface=number, units=number << 32)
    return data


if __name__ == "__main__":
    json.dump(report(), sys.stdout)
