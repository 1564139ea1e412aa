"""The whole of it in a terminal: ``netdiag --lab=NAME``, keys typed, the screen read by tmux."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.lab.breaking import break_lab, mend_lab
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running
from tests.cli.processes import NETDIAG, ROOT, environment

pytestmark = [
    pytest.mark.needs_lab,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]
NAME = f"tmux-{os.getpid()}"
SECONDS = 120.0


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with raised(Wanted(NAME, "flannel-vxlan"), stays=False) as running:
        yield running


class Terminal:
    """A tmux of its own, with one window."""

    def __init__(self, words: list[str], columns: int, lines: int) -> None:
        self._server = f"{NAME}-{columns}"  # its own: that of before may be about to end
        size = ["-x", str(columns), "-y", str(lines)]
        command = f"{shlex.join(words)}; echo ended: $?; read -r rest"
        self._tmux("new-session", "-d", *size, "-c", str(ROOT), "sh", "-c", command)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, "-f", "/dev/null", *words],
            capture_output=True, text=True, check=False,
            env=environment({"TERM": "xterm-256color"}),
        )  # fmt: skip
        return done.stdout

    def seen(self) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p")

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        for key in keys:
            self._tmux("send-keys", key)

    def await_words(self, *wanted: str, without: str | None = None) -> None:
        """Wait until all of them are on the screen: a terminal does not tell when it is drawn."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            screen = self.seen()
            if all(words in screen for words in wanted) and (not without or without not in screen):
                return
            time.sleep(0.1)
        raise AssertionError(f"{wanted} did not come:\n{self.seen()}")

    def close(self) -> None:
        """End it."""
        self._tmux("kill-server")


@pytest.fixture(params=[(80, 24), (120, 40)], ids=["small", "medium"])
def terminal(lab: Running, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    opened = Terminal([*NETDIAG, f"--lab={NAME}"], *request.param)
    yield opened
    opened.close()


def choose_pods(terminal: Terminal) -> None:
    terminal.await_words("From", "To")
    terminal.type("pod-a")
    terminal.await_words("From pod-a")
    terminal.type("Enter")
    terminal.await_words("▏pod-b")  # without the one that it begins at
    terminal.type("pod-c")
    terminal.await_words("To pod-c")
    terminal.type("Enter")


def test_pods_are_picked_traced_broken_and_kept(
    terminal: Terminal, lab: Running, tmp_path: Path
) -> None:
    terminal.await_words("node-1", "node-2", "agree")
    terminal.type("t")
    choose_pods(terminal)
    terminal.await_words("✓ answered", "┌ node-1", "┌ node-2", "═▶●")
    fault = fault_named("fdb-missing")
    broken = break_lab(lab, fault)
    try:
        terminal.type("t")
        terminal.await_words("✗ request lost", "─▶✗", "no FDB entry", "4 Findings (1)")
    finally:
        mend_lab(broken, fault)
    terminal.type("Enter")
    terminal.await_words("fdb-missing", "Remedy")
    terminal.type("s")
    terminal.await_words("Save captures", "netdiag.tar.gz")
    terminal.type("C-u")
    terminal.await_words("Save captures", without="netdiag.tar.gz")
    case = tmp_path / "case"
    terminal.type(str(case))
    terminal.await_words("/case")
    terminal.type("Enter")
    terminal.await_words("kept in")
    assert (case / "trace.json").exists()
    terminal.type("2", "c")
    terminal.await_words("▶ pinging", "answered")
    terminal.type("x")
    terminal.await_words("■ ended")
    terminal.type("q")
    terminal.await_words("ended: 0")
