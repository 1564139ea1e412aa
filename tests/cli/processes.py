"""Runs netdiag as its users do: as a process, with pipes, signals and terminals of its own."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT_SECONDS = 120
NETDIAG = (sys.executable, "-m", "netdiag")

Result = subprocess.CompletedProcess[str]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a small environment in UTC, with these variables besides."""
    small = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return {**small, **(extra or {})}


def netdiag(
    *arguments: str | Path,
    cwd: Path = ROOT,
    stdin: bytes = b"",
    extra: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Result:
    """Run netdiag to its end; undecodable output keeps its bytes as surrogates.

    ``before`` runs in the new process, before netdiag.
    """
    done = subprocess.run(
        [*NETDIAG, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env=environment(extra),
        preexec_fn=before,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
    )
    texts = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    return Result(done.args, done.returncode, *texts)


def lines(*arguments: str | Path, cwd: Path = ROOT) -> list[str]:
    """Return the lines that netdiag prints, when nothing is wrong."""
    done = netdiag(*arguments, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def start(*arguments: str, stdout: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start netdiag with pipes to and from it; use it in a ``with`` statement."""
    return subprocess.Popen(
        [*NETDIAG, *arguments],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=_let_interrupts_through,
    )


def _let_interrupts_through() -> None:
    """Undo what a shell does to jobs in the background, which would reach netdiag too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def read_line(stream: IO[bytes] | None) -> str:
    """Return the next line of a pipe; fail if none comes in time."""
    assert stream is not None
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], TIMEOUT_SECONDS)
        assert ready, f"nothing came after {line!r}"
        byte = os.read(stream.fileno(), 1)
        assert byte, f"it ended after {line!r}"
        line += byte
    return line.decode()


def on_terminal(*arguments: str | Path, extra: Mapping[str, str] | None = None) -> str:
    """Return what netdiag writes to a terminal."""
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [*NETDIAG, *map(str, arguments)],
        env=environment({"TERM": "xterm-256color", **(extra or {})}),
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    written = b""
    with done, suppress(OSError):  # Linux: reading fails when the last writer is gone
        while chunk := os.read(master, 65536):
            written += chunk
    os.close(master)
    return written.decode().replace("\r\n", "\n")
