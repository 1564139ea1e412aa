"""A bundle of a lab: every interface captured while it is pinged, and what its nodes say."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from netdiag.lab import commands
from netdiag.lab.capturing import CAPTURERS, Captures
from netdiag.lab.ending import undone_when_ended
from netdiag.lab.errors import LabError, NotPermittedError, UsageError
from netdiag.lab.expected import expected_of
from netdiag.lab.fault import Fault, Ping
from netdiag.lab.running import Running
from netdiag.lab.site import find_program, finish

INTERVAL_SECONDS: Final = 0.2
ANSWER_SECONDS: Final = 1
_PING_SECONDS: Final = 60.0
_UNREACHABLE: Final = "unreachable"
"""What ping says when the kernel has no route, and ends at once: an answer, not a failure."""


def record(lab: Running, fault: Fault | None, folder: Path) -> str:
    """Write a bundle of a lab with this fault into an empty folder; return what ping printed."""
    ping = fault.ping if fault else Ping()
    with Captures(lab, folder) as captures:
        write_facts(lab, folder, "facts")
        running = start_ping(lab, ping)
        if fault is not None and fault.passing:
            _let_pass(lab, fault, captures)
        printed = end_ping(running)
        write_facts(lab, folder, "facts-after")
    (folder / "ping.txt").write_text(printed, encoding="utf-8")
    _describe(lab, fault, ping, folder)
    return printed


def start_ping(lab: Running, ping: Ping) -> subprocess.Popen[str]:
    """Start a ping between places of the lab."""
    command = [
        "ping", "-n", "-c", str(ping.count), "-i", str(INTERVAL_SECONDS),
        "-W", str(ANSWER_SECONDS), "-s", str(ping.size),
    ]  # fmt: skip
    command += ["-M", "do"] if ping.dont_fragment else []
    address = lab.reached_at(ping.source, ping.destination)
    return lab.site.spawn(
        ping.source, [*command, str(address)], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def end_ping(running: subprocess.Popen[str]) -> str:
    """Wait for a ping and return what it printed."""
    try:
        printed, _ = running.communicate(timeout=_PING_SECONDS)
    except subprocess.TimeoutExpired:
        raise LabError("ping does not end") from None
    if running.returncode not in (0, 1) and _UNREACHABLE not in printed:
        raise LabError(f"ping: {printed.strip()}")
    return printed


def _let_pass(lab: Running, fault: Fault, captures: Captures) -> None:
    """Have a fault come and go while pings go on."""
    third = fault.ping.count * INTERVAL_SECONDS / 3
    time.sleep(third)
    for step in fault.steps:
        step.apply(lab)
    time.sleep(third)
    for step in reversed(fault.steps):
        step.undo(lab)
    captures.start_missing()


def write_facts(lab: Running, folder: Path, name: str) -> None:
    """Write what nodes and their pods say, raw, as files of ``NODE/facts``."""
    asked: list[tuple[str, Path, tuple[str, ...], subprocess.Popen[str]]] = []
    for node in lab.cluster.nodes:
        target = folder / node.name / name
        more = commands.WIREGUARD if lab.carrier.encapsulation == "wireguard" else {}
        asked += _ask(lab, node.name, commands.NODE_FACTS | more, target)
        for pod in lab.cluster.pods_of(node):
            asked += _ask(lab, pod.name, commands.POD_FACTS, target / "pods" / pod.name)
        for name_there in lab.mode.files(lab.cluster, node):
            text = lab.site.read_file(node.name, name_there)
            if text is not None:
                copy = target / "files" / name_there.lstrip("/")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(text)
    for _, path, command, process in asked:
        with contextlib.suppress(LabError):  # a document less, as on a real node
            path.write_text(finish(process, command, None), encoding="utf-8")


def _ask(
    lab: Running, place: str, documents: Mapping[str, tuple[str, ...]], target: Path
) -> Iterator[tuple[str, Path, tuple[str, ...], subprocess.Popen[str]]]:
    target.mkdir(parents=True, exist_ok=True)
    for name, command in documents.items():
        with contextlib.suppress(NotPermittedError):
            process = lab.site.spawn(
                place, command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            yield place, target / name, command, process


@contextlib.contextmanager
def empty_folder(path: str) -> Iterator[Path]:
    """Have a new or empty folder, which is empty again if the recording fails.

    Raises UsageError if there is something in it.
    """
    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{path} is not empty: a recording needs a folder of its own")
    was_there = folder.exists()

    def empty() -> None:
        for child in folder.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        if not was_there:
            folder.rmdir()

    folder.mkdir(parents=True, exist_ok=True)
    with undone_when_ended(empty):
        try:
            yield folder
        except BaseException:
            empty()
            raise


def tools_missing() -> str | None:
    """Return which program a recording lacks, in one sentence; None if nothing."""
    capturing = CAPTURERS[os.geteuid() == 0]
    for program, package in (capturing, ("ping", "iputils-ping"), ("ip", "iproute2")):
        if find_program(program) is None:
            return f"{program} is not installed (Debian: apt install {package})"
    return None


def _describe(lab: Running, fault: Fault | None, ping: Ping, folder: Path) -> None:
    """Say in the bundle how it was made, and what is to be found in it."""
    options = f" --fault {fault.name}" if fault else ""
    options += " --routed" if lab.lab.routed and not lab.mode.always_routed else ""
    options += f" --nodes {lab.lab.nodes}" if lab.lab.nodes != 2 else ""
    command = f"netdiag lab record {lab.mode.name}{options} DIR"
    taken = {
        "taken_by": command,
        "summary": fault.summary if fault else lab.mode.summary,
        "stand_ins": list(lab.lab.stand_ins),
        "ping": {
            "source": ping.source,
            "destination": str(lab.reached_at(ping.source, ping.destination)),
            "count": ping.count,
            "size": ping.size,
            "dont_fragment": ping.dont_fragment,
        },
    }
    for name, value in (("trace.json", taken), ("expected.json", expected_of(lab, fault))):
        text = msgspec.json.format(msgspec.json.encode(value), indent=1)
        (folder / name).write_bytes(text + b"\n")
