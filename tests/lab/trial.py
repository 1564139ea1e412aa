"""One lab from its making to its end: pinged, broken, recorded, analysed, mended, measured."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from netdiag.lab.breaking import break_lab, mend_lab
from netdiag.lab.fault import Answered, Fault, Ping
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.recording import end_ping, record, start_ping
from netdiag.lab.running import Running
from tests.analyze.running import Report, analyze
from tests.cli.processes import netdiag
from tests.lab.reaching import works

ROUNDS = 3
"""How often a mended lab is pinged: the kernel asks anew only after a second who did not answer."""


class Case(NamedTuple):
    """What is tried."""

    mode: str
    fault: str | None = None
    routed: bool = False

    @property
    def name(self) -> str:
        """Return what tests call it."""
        return f"{self.mode}{f'+{self.fault}' if self.fault else ''}{'-routed' * self.routed}"


class Outcome(NamedTuple):
    """What came of it."""

    case: Case
    up_seconds: float
    down_seconds: float
    answered: dict[str, tuple[int, int]]
    """Of the lab as it is wanted: direction -> pings that came back, and that were sent."""
    mended: dict[str, tuple[int, int]] | None
    """The same after the fault was undone; None without a fault."""
    expected: dict[str, Any]
    """The recording's ``expected.json``."""
    exit_code: int
    report: Report
    traced: tuple[int, Report] | None
    """Exit code and report of a live trace of the same; None where the fault comes and goes."""
    trace_seconds: float
    swept: tuple[int, Report] | None
    """Of a fault that spares pings: the same of a trace with --sweep."""
    worked: tuple[bool, bool] | None
    """Of a fault that spares pings: whether the rest worked before it was mended, and then; None
    for any other."""

    @property
    def round_trip_us(self) -> float | None:
        """Return the median round trip of the recorded pings, in microseconds."""
        times = [ping["rtt_us"] for ping in self.report["pings"] if ping["rtt_us"] is not None]
        return median(times) if times else None


def run_trial(case: Case) -> Outcome:
    """Try one case; the lab is gone afterwards."""
    fault = fault_named(case.fault) if case.fault else None
    name = f"try-{os.getpid()}"
    begin = time.monotonic()
    with raised(Wanted(name, case.mode, routed=case.routed), stays=False) as lab:
        up_seconds = time.monotonic() - begin
        with TemporaryDirectory() as folder:
            tried = _try(lab, fault, Path(folder))
            expected = json.loads(Path(folder, "expected.json").read_bytes())
            judged = analyze(folder)
        begin = time.monotonic()
    return Outcome(
        case, up_seconds, time.monotonic() - begin, tried.answered, tried.mended, expected,
        *judged, tried.traced, tried.trace_seconds, tried.swept, tried.worked,
    )  # fmt: skip


class _Tried(NamedTuple):
    answered: dict[str, tuple[int, int]]
    mended: dict[str, tuple[int, int]] | None = None
    traced: tuple[int, Report] | None = None
    trace_seconds: float = 0.0
    swept: tuple[int, Report] | None = None
    worked: tuple[bool, bool] | None = None


def _try(lab: Running, fault: Fault | None, folder: Path) -> _Tried:
    if fault is None:
        record(lab, None, folder)
        return _Tried(ping_around(lab, Ping()), None, *_trace(lab, Ping()))
    if fault.passing:
        record(lab, fault, folder)
        return _Tried({}, ping_around(lab, Ping()))
    broken = break_lab(lab, fault)
    record(broken, fault, folder)
    traced = _trace(broken, fault.ping)
    swept = _trace(broken, fault.ping, "--sweep")[0] if fault.spares_pings else None
    answered = ping_around(broken, fault.ping)
    if not fault.steps:
        return _Tried(answered, None, *traced, swept)
    before = fault.spares_pings and works(broken, fault)
    mended = mend_lab(broken, fault)
    for _ in range(ROUNDS):
        after = ping_around(mended, Ping())
        if all(fits(each, "all") for each in after.values()):
            break
    worked = (before, works(mended, fault)) if fault.spares_pings else None
    return _Tried(answered, after, *traced, swept, worked)


def _trace(lab: Running, ping: Ping, *more: str) -> tuple[tuple[int, Report], float]:
    """Trace the same ping live; return exit code and report, and how long it took."""
    address = str(lab.reached_at(ping.source, ping.destination))
    # What it learned of the path's MTU before would keep it from sending large packets at all.
    lab.site.run(ping.source, ["ip", "route", "flush", "cache"])
    words = [ping.source, address, "--lab", lab.lab.name, "-c", str(ping.count)]
    words += ["--size", str(ping.size), *(["--df"] if ping.dont_fragment else [])]
    begin = time.monotonic()
    done = netdiag("trace", *words, "--json", *more)
    assert done.stdout, f"no report, exit code {done.returncode}: {done.stderr}"
    report: Report = json.loads(done.stdout)
    return (done.returncode, report), time.monotonic() - begin


def ping_around(lab: Running, ping: Ping) -> dict[str, tuple[int, int]]:
    """Ping between nodes and within one, both ways, side by side.

    Many pings are to meet with loss that counts packets: they go by themselves.
    """
    ways = {"forth": ping}
    if ping.destination in lab.site.places:
        ways["back"] = replace(ping, source=ping.destination, destination=ping.source)
    ways["beside"] = Ping(source="pod-a", destination="pod-b")
    ways["beside back"] = Ping(source="pod-b", destination="pod-a")
    alone = [name for name, way in ways.items() if way.count > Ping().count]
    answered = {name: _received(end_ping(start_ping(lab, ways[name]))) for name in alone}
    running = {name: start_ping(lab, way) for name, way in ways.items() if name not in alone}
    answered |= {name: _received(end_ping(process)) for name, process in running.items()}
    return {name: (answered[name], way.count) for name, way in ways.items()}


def _received(printed: str) -> int:
    return printed.count("bytes from")


def declared(fault: Fault) -> dict[str, Answered]:
    """Return what a fault says of the pings of ``ping_around``."""
    return {
        "forth": fault.answered,
        "back": fault.back or fault.answered,
        "beside": fault.same_node,
        "beside back": fault.same_node,
    }


def fits(answered: tuple[int, int], wanted: Answered) -> bool:
    """Tell whether as many pings came back as declared."""
    back, sent = answered
    return {"all": back >= sent, "none": back == 0, "some": 0 < back < sent, "any": True}[wanted]
