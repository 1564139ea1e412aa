"""Pings in a lab, and what ``drops`` tells of them meanwhile."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from netdiag.lab.breaking import break_lab
from netdiag.lab.fault import Fault, Ping
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from tests.lab.trial import Case
from tests.probe.capturing import capturing
from tests.probe.cases_drops import Cause
from tests.probe.dropping import Event, Trace, tracing
from tests.probe.processes import command, environment

FLAP_SECONDS = 0.5


class Told(NamedTuple):
    """What came of pings, and what was told of them."""

    causes: frozenset[Cause]
    answered: int
    sent: int


def trace_healthy(case: Case) -> Told:
    """Ping everywhere in a healthy lab while all of it is captured, with two kinds of ping."""
    ends = (("pod-a", "pod-c"), ("pod-c", "pod-a"), ("pod-a", "pod-b"), ("pod-b", "pod-a"))
    pings = [Ping(source=a, destination=b, size=size) for a, b in ends for size in (56, 3000)]
    with _lab(case) as lab, TemporaryDirectory() as folder:
        first = random.randrange(1, 0xFFFF - len(pings))
        words = _words(lab, range(first, first + len(pings)))
        with tracing(*words) as trace, capturing(Path(folder, "all.pcapng"), *words):
            running = [_start(lab, ping, first + at) for at, ping in enumerate(pings)]
            answered = sum(map(_count_replies, running))
            _ping_otherwise(lab, first)
            drops = _ours(lab, trace.end())
    return Told(frozenset(map(_cause, drops)), answered, sum(ping.count for ping in pings))


def trace_fault(case: Case, wanted: Collection[Cause]) -> Told:
    """Ping as a fault's ping says until all that is wanted has been told, or time is up."""
    assert case.fault is not None
    fault = fault_named(case.fault)
    with _lab(case) as lab:
        lab = lab if fault.passing else break_lab(lab, fault)
        number = random.randrange(1, 0x10000)
        with tracing(*_words(lab, [number])) as trace:
            running = _start(lab, fault.ping, number)
            if fault.passing:
                _let_pass(lab, fault, running)
            answered = _count_replies(running)
            causes = _read_until(lab, trace, wanted)
            causes |= {_cause(drop) for drop in _ours(lab, trace.end())}
    return Told(frozenset(causes), answered, fault.ping.count)


@contextmanager
def _lab(case: Case) -> Iterator[Running]:
    name = f"drops-{os.getpid()}-{random.randrange(1 << 20)}"
    with raised(Wanted(name, case.mode, routed=case.routed), stays=False) as lab:
        yield lab


def _words(lab: Running, ids: Sequence[int]) -> list[str]:
    return [
        *(f"--id={number}" for number in ids),
        *(f"--token={_token(number)}" for number in ids),
        *(f"--host={node.address}" for node in lab.cluster.nodes),
        *(f"--netns={name}={process}" for name, process in lab.lab.places.items()),
    ]


def _token(number: int) -> str:
    return number.to_bytes(8, "big").hex()


def _start(lab: Running, ping: Ping, number: int) -> subprocess.Popen[bytes]:
    address = lab.reached_at(ping.source, ping.destination)
    words = (
        "ping", f"--netns={lab.lab.places[ping.source]}", f"--destination={address}",
        f"--id={number}", f"--token={_token(number)}", f"--count={ping.count}",
        f"--size={ping.size}", *(["--df"] if ping.dont_fragment else []),
    )  # fmt: skip
    return subprocess.Popen(
        command(*words), env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )


def _ping_otherwise(lab: Running, number: int) -> None:
    """Ping with another program: its socket has a filter of its own."""
    address = str(lab.reached_at("pod-a", "pod-c"))
    words = ("ping", "-n", "-c3", "-i0.2", "-W1", "-e", str(number), address)
    lab.site.run("pod-a", words)


def _count_replies(running: subprocess.Popen[bytes]) -> int:
    return running.communicate()[0].count(b'"event": "reply"')


def _let_pass(lab: Running, fault: Fault, running: subprocess.Popen[bytes]) -> None:
    """Have a fault come and go once a ping has begun."""
    assert running.stdout is not None
    assert any(b'"event": "reply"' in line for line in running.stdout)
    for step in fault.steps:
        step.apply(lab)
    time.sleep(FLAP_SECONDS)
    for step in reversed(fault.steps):
        step.undo(lab)


def _read_until(lab: Running, trace: Trace, wanted: Collection[Cause]) -> set[Cause]:
    """Return what was told until all that is wanted was: the kernel takes seconds for some."""
    found: set[Cause] = set()
    events = trace.events()
    while not found >= set(wanted):
        found |= {_cause(drop) for drop in _ours(lab, [next(events)])}
    return found


def _ours(lab: Running, events: Sequence[Event]) -> list[Event]:
    """Return the drops in the lab: others on this machine have theirs as well."""
    ours = {os.stat(f"/proc/{process}/ns/net").st_ino for process in lab.lab.places.values()}
    return [event for event in events if event.get("netns") in ours]


def _cause(drop: Event) -> Cause:
    return Cause(drop["reason"], drop["function"], drop["namespace"], drop["interface"])
