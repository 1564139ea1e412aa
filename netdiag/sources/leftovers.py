"""What a trace of rules has left behind in the network namespaces of this machine, if anything.

The probe puts everything back however it ends, unless it is killed together with what guards it,
as when a machine's container is. Tables that the kernel itself removes are those of a trace that
runs, and are not told of.
"""

from __future__ import annotations

import glob
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

from netdiag.lab.kernel import NEW_NET, set_namespace
from netdiag.lab.site import find_program

MOST_NAMESPACES: Final = 512
_NAMED: Final = ("/run/netns/*", "/run/docker/netns/*", "/proc/[0-9]*/ns/net")
_OWN: Final = "/proc/self/ns/net"
_TABLE: Final = re.compile(r"table (\w+) (netdiag_trace_\w+)")
_LOGGER: Final = re.compile(r"\s*(2|10) nfnetlink_log \((.*)\)")
_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Leftover:
    """Something to be removed."""

    what: str
    remedy: str
    """The command."""


def find_leftovers() -> list[Leftover]:
    """Return what is left in all namespaces that can be entered."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = pool.map(_visit, _namespaces())
    return [leftover for each in found for leftover in each]


def _namespaces() -> list[str]:
    """Return a path for each network namespace; this one's first."""
    paths: dict[int, str] = {}
    for path in (_OWN, *(path for pattern in _NAMED for path in sorted(glob.glob(pattern)))):
        try:
            paths.setdefault(os.stat(path).st_ino, path)
        except OSError:  # a process that is not ours, or is gone
            continue
    return list(paths.values())[:MOST_NAMESPACES]


def _visit(path: str) -> Sequence[Leftover]:
    """Look into a namespace, in a thread that is given up for it."""
    found: list[Leftover] = []

    def look() -> None:
        try:
            if path != _OWN:
                with open(path, "rb") as namespace:
                    set_namespace(namespace.fileno(), NEW_NET)
            found.extend(_look("" if path == _OWN else f"nsenter --net={path} "))
        except OSError:  # not permitted, or gone
            return

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return found


def _look(enter: str) -> Iterator[Leftover]:
    """Yield what is left in the namespace that this thread is in."""
    for family, name in _TABLE.findall(_nft("tables")):
        if "flags owner" not in _nft("table", family, name):
            yield Leftover(f"nft table {family} {name}", f"{enter}nft delete table {family} {name}")
    yield from _look_for_loggers(enter)


def _look_for_loggers(enter: str) -> Iterator[Leftover]:
    """Yield settings that send what the kernel logs to somebody who does not listen."""
    net = Path("/proc/thread-self/net/netfilter")
    if "0" in (line.split()[0] for line in _lines(net / "nfnetlink_log")):
        return
    for line in _lines(net / "nf_log"):
        setting = _LOGGER.fullmatch(line)
        if setting is not None:
            number, known = setting.groups()
            other = next((each for each in known.split(",") if each != "nfnetlink_log"), "NONE")
            yield Leftover(
                f"nf_log/{number} is nfnetlink_log, and nobody listens",
                f"{enter}sysctl -w net.netfilter.nf_log.{number}={other}",
            )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # the kernel has no such thing
        return []


def _nft(*words: str) -> str:
    """Return what nft lists; nothing if there is no such program, or it fails."""
    program = find_program("nft")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "-t", "list", *words], capture_output=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
