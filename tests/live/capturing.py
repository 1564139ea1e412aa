"""Runs ``netdiag capture`` in a lab of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import read_line, start
from tests.lab.processes import lab

NAME = f"capture-{os.getpid()}"
SECONDS = 60.0
TO_C = "10.244.2.2"
"""The address of pod-c, on the other node than pod-a."""


def ping(*words: str) -> None:
    done = lab("exec", "--name", NAME, "pod-a", "--", "ping", "-n", "-q", "-i0.05", *words)
    assert done.returncode == ExitCode.OK, done.stderr


@contextmanager
def capturing(*words: str, stdout: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """Run a capture; it listens when this is entered."""
    with start("capture", f"--lab={NAME}", "-v", *words, stdout=stdout) as process:
        try:
            while "capturing on" not in read_line(process.stderr):
                pass
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[bytes], number: int | None = None) -> str:
    """End it by a signal, or let it end; return what it says of itself."""
    if number is not None:
        process.send_signal(number)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == ExitCode.OK, said
    return said.decode()
