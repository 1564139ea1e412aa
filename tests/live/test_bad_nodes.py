"""A node that never answers, never ends, or is never silent holds up nothing for ever."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netdiag.lab.state import start_time
from netdiag.sources.inventory.ends import End
from netdiag.sources.inventory.places import PlacedPod
from netdiag.sources.live import captures, documents, lines, patience, processes
from netdiag.sources.live.captures import LiveCaptures, Wanted, hosts_of
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.pings import Pinging, PingWanted
from netdiag.sources.live.processes import MAX_FILE_BYTES, MAX_TOLD, Probe
from tests.cli.processes import ROOT
from tests.live.nodes import ADDRESS, node

ARCHIVE = b"x" * 3_000_000  # more than a pipe holds
QUICK = 0.3
"""Seconds until a node that hangs is given up."""

LIMIT = 30.0
"""Seconds for one that answers, if only by its end: those that hang do so for longer."""

READ_ALL = "cat >/dev/null;"
SHOUT = "head -c 1000000 /dev/zero | tr '\\0' 'y' >&2;"


hangs = pytest.mark.parametrize("seconds", [QUICK], ids=["hangs"])
"""Marks tests of nodes that nothing comes from: they are waited for no longer than needed."""


@pytest.fixture
def seconds() -> float:
    return LIMIT


@pytest.fixture(autouse=True)
def limited(seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(processes, "_SEND_SECONDS", seconds)
    monkeypatch.setattr(processes, "_END_SECONDS", seconds)
    monkeypatch.setattr(captures, "ARM_SECONDS", seconds)
    monkeypatch.setattr(documents, "ANSWER_SECONDS", seconds)
    monkeypatch.setattr(documents, "_SPARE_SECONDS", 0.0)
    monkeypatch.setattr(lines, "SPARE_SECONDS", seconds)
    began = time.monotonic()
    yield
    assert time.monotonic() - began < LIMIT


@pytest.fixture
def gathered() -> Iterator[Gathered]:
    gathered = Gathered()
    yield gathered
    gathered.close()


def ignore(sentence: str) -> None:
    """Take it that somebody is waited for."""


def answered(gathered: Gathered, script: str) -> list[str]:
    """Ask a node; return what went wrong."""
    asking = Asking(ARCHIVE, ignore)
    asking.start(node(script), ())
    asking.keep(gathered, "facts")
    return asking.problems


def pinged(script: str) -> tuple[list[dict[str, Any]], int, str]:
    end = End("bad", ADDRESS, None, node(script))
    pinging = Pinging(end, end, PingWanted("00" * 8, 1, 1, timeout=0.1), ARCHIVE)
    events = list(pinging.events())
    return (events, *pinging.end())


def test_ping_that_never_begins_is_sent_nothing(tmp_path: Path) -> None:
    end = End("bad", ADDRESS, None, node(f"cat > {tmp_path}/sent"))
    pinging = Pinging(end, end, PingWanted("00" * 8, 1), ARCHIVE)
    pinging.give_up()
    assert not pinging.lines
    assert not any(path.stat().st_size for path in tmp_path.iterdir())


@hangs
def test_program_is_never_read() -> None:
    probe = Probe(node("exec sleep 60"), (), ARCHIVE)
    probe.send()
    assert probe.end() == -signal.SIGKILL


@hangs
def test_what_a_command_started_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    probe = Probe(node(f"sleep 60 & echo $! >{file}.new; mv {file}.new {file}; wait"), (), b"")
    deadline = time.monotonic() + LIMIT
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    probe.end()
    status = Path(f"/proc/{int(file.read_text())}/stat")
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline, "sleep still runs"
        time.sleep(0.01)


def test_standard_error_that_nobody_closes() -> None:
    probe = Probe(node(READ_ALL + "sleep 60 & exit 7"), (), b"")
    probe.send()
    assert probe.end() == 7


@hangs
@pytest.mark.parametrize("script", ["exec sleep 60", "exec yes >&2", READ_ALL + SHOUT + "sleep 60"])
def test_silence_is_told(gathered: Gathered, script: str) -> None:
    problems = answered(gathered, script)
    assert len(problems) == 1
    assert problems[0].startswith("bad: what it says of itself is missing: ")
    assert len(problems[0]) < MAX_TOLD + 100


def test_silent_node_is_asked_once(gathered: Gathered) -> None:
    asking = Asking(ARCHIVE, ignore)
    for name in ("facts", "facts-after"):
        asking.start(node("exit 1"), ())
        asking.keep(gathered, name)
    assert asking.problems == ["bad: what it says of itself is missing: no answer"]


def test_answer_without_end(gathered: Gathered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_ANSWER_BYTES", 1 << 20)
    problems = answered(gathered, "head -c 2000000 /dev/zero")
    assert problems == ["bad: what it says of itself is missing: it is larger than 1 MiB"]


@pytest.mark.parametrize(
    "told",
    [
        {"pods": 7}, {"pods": [7, {"label": []}]}, {"problems": 7}, {"documents": []},
        {"documents": {"../x": "", "/x": "", "a\0b": "", "x" * 300: "", "": "", ".": "", "n": 7}},
    ],
)  # fmt: skip
def test_answer_of_odd_shape_is_passed_over(gathered: Gathered, told: dict[str, Any]) -> None:
    problems = answered(gathered, f"printf %s '{json.dumps(told)}'")
    assert problems == []
    assert not gathered.found("").documents


@pytest.mark.parametrize("text", ["[" * 100_000, "7", '"', "\\377"])
def test_answer_that_is_none(gathered: Gathered, text: str) -> None:
    problems = answered(gathered, f"printf '{text}'")
    assert problems == ["bad: what it says of itself is missing: no answer"]


def test_text_that_is_no_text_is_kept(gathered: Gathered, tmp_path: Path) -> None:
    told = {"documents": {"a.txt": "\udcff", "b.txt": "\ud800"}}
    answered(gathered, f"printf %s '{json.dumps(told)}'")
    gathered.save(str(tmp_path / "kept"))
    assert (tmp_path / "kept/bad/facts/a.txt").read_bytes() == b"\xff"
    assert (tmp_path / "kept/bad/facts/b.txt").read_bytes() == b"?"


@hangs
@pytest.mark.parametrize("script", ["exec sleep 60", "exec yes >&2"])
def test_ping_that_never_ends(script: str) -> None:
    events, status, _ = pinged(script)
    assert (events, status) == ([], -signal.SIGKILL)


def test_ping_among_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_SEND_SECONDS", QUICK)  # it shouts, and does not listen
    told = 'echo garbage; echo 7; echo \'{"event": "sent"}\'; exit 0'
    events, status, complaint = pinged(SHOUT + told)
    assert (events, status) == ([{"event": "sent"}], 0)
    assert len(complaint) == MAX_TOLD


@hangs
def test_ping_that_says_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_BYTES", 1 << 20)
    events, status, _ = pinged("exec yes")
    assert (events, status) == ([], -signal.SIGKILL)


@pytest.mark.parametrize(
    ("script", "why", "seconds"),
    [
        ("exec sleep 60", "it did not answer", QUICK),
        ("exit 3", "it ended with exit status 3", LIMIT),
        ("echo so >&2; exit 3", "so", LIMIT),
    ],
)
def test_capture_that_does_not_begin(gathered: Gathered, script: str, why: str) -> None:
    running = LiveCaptures(gathered, Wanted(), ARCHIVE, ignore)
    running.start(node(script), ())
    assert running.arm() == 0
    running.stop()
    assert running.problems == [f"bad: nothing was captured there: {why}"]
    assert not gathered.found("").captures


def test_captures_that_have_not_begun_are_forgotten_in_silence(gathered: Gathered) -> None:
    running = LiveCaptures(gathered, Wanted(), ARCHIVE, ignore)
    running.start(node("exit 3"), ())
    running.arm()
    running.start(replace(node("exec sleep 60"), name="late"), ())
    running.forget_unarmed()
    running.stop()
    assert running.problems == ["bad: nothing was captured there: it ended with exit status 3"]


@hangs
def test_many_that_hang_end_side_by_side(gathered: Gathered) -> None:
    running = LiveCaptures(gathered, Wanted(), b"", ignore)
    for number in range(20):
        running.start(replace(node("exec sleep 60"), name=f"bad-{number}"), ())
    running.arm()
    running.stop()
    assert len(running.problems) == 20


def test_one_reason_is_told_once(gathered: Gathered) -> None:
    running = LiveCaptures(gathered, Wanted(), b"", ignore)
    for name in ("one", "two"):
        running.start(replace(node("echo the same >&2; exit 2"), name=name), ())
    assert running.arm() == 0
    assert running.died() == ["one: the same"]
    running.stop()


def test_a_nodes_command_is_bound_to_us() -> None:
    script = (
        "import sys; from netdiag.sources.inventory.places import PlacedNode\n"
        "from netdiag.sources.live.processes import Probe\n"
        "probe = Probe(PlacedNode('n', ('sleep', '60')), (), b'')\n"
        "print(probe.process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        limits = Path(f"/proc/{child}/limits").read_text()
        assert re.search(rf"Max file size\s+{MAX_FILE_BYTES}\s", limits)
        starter.kill()
    deadline = time.monotonic() + LIMIT
    while start_time(child) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@hangs
def test_who_is_waited_for_is_told_once(
    gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "QUIET_SECONDS", QUICK / 3)
    told: list[str] = []
    running = LiveCaptures(gathered, Wanted(), b"", told.append)
    asking = Asking(b"", told.append)
    for number in range(7):
        hanging = replace(node("exec sleep 60"), name=f"bad-{number}")
        running.start(hanging, ())
        asking.start(hanging, ())
    running.arm()
    assert told == ["waiting for bad-0, bad-1, bad-2, bad-3, bad-4 and 2 more"]
    asking.give_up_on(running.silent)
    asking.keep(gathered, "facts")
    running.stop()
    assert len(told) == 1
    silence = "what it says of itself is missing: it did not answer"
    assert asking.problems == [f"bad-{number}: {silence}" for number in range(7)]


def test_node_that_refuses_a_capture_may_still_tell_its_facts(
    gathered: Gathered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "ARM_SECONDS", 10 * QUICK)  # the other one's answer comes before
    script = "case \"$*\" in *capture*) exit 3 ;; *) printf '{}' ;; esac"
    running, asking = LiveCaptures(gathered, Wanted(), b"", ignore), Asking(b"", ignore)
    for each in (node(script), replace(node("exec sleep 60"), name="hangs")):
        running.start(each, ())
        asking.start(each, ())
    assert running.arm() == 0
    assert running.silent == {"hangs"}
    asking.give_up_on(running.silent)
    asking.keep(gathered, "facts")
    running.stop()
    assert asking.problems == ["hangs: what it says of itself is missing: it did not answer"]


def test_command_that_is_not_there(gathered: Gathered) -> None:
    running = LiveCaptures(gathered, Wanted(), b"", ignore)
    nowhere = replace(node(""), run=("/nowhere/ssh", "bad"))
    running.start(nowhere, (PlacedPod("web", nowhere.name, (), "1"),))
    assert running.arm() == 0
    assert running.died() == ["bad: /nowhere/ssh cannot be run: No such file or directory"]


def test_hosts_are_only_told_where_all_are_known() -> None:
    known = replace(node(""), addresses=(ADDRESS,))
    assert hosts_of((known, known)) == (ADDRESS, ADDRESS)
    assert hosts_of((known, replace(node(""), addresses=()))) == ()
