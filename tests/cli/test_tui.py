"""The screens as a process on a terminal: they open, end in good order, and refuse without one."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.captures import pcap
from tests.cli.on_terminal import OnTerminal
from tests.cli.processes import netdiag

CASE = "fixtures/pcaps/lab/flannel-vxlan+fdb-missing.tar.gz"
LEAVES_SCREEN = b"\x1b[?1049l"
SHOWS_CURSOR = b"\x1b[?25h"


def test_a_case_is_shown_and_q_leaves() -> None:
    with OnTerminal("tui", CASE) as terminal:
        terminal.read_until(b"no FDB entry")
        terminal.read_until("→ pod-a".encode())
        terminal.press(b"q")
        assert terminal.end() == 0
        assert LEAVES_SCREEN in terminal.written
        assert SHOWS_CURSOR in terminal.written


def test_netdiag_without_a_command_opens_the_screens_and_control_c_leaves() -> None:
    with OnTerminal("--local") as terminal:
        terminal.read_until(b"this machine")
        terminal.press(b"\x03")
        assert terminal.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_leaves_the_terminal_as_it_was(number: signal.Signals) -> None:
    with OnTerminal("tui", CASE) as terminal:
        terminal.read_until("→ pod-a".encode())
        terminal.process.send_signal(number)
        assert terminal.end() == 0
        assert LEAVES_SCREEN in terminal.written


def test_q_leaves_at_once_while_captures_are_read(tmp_path: Path) -> None:
    path = tmp_path / "eth0.pcap"
    path.write_bytes(pcap([]))
    os.truncate(path, 8 << 30)  # half a thousand million packets without bytes, on no disk
    with OnTerminal("tui", str(path)) as terminal:
        terminal.read_until(b"reading captures")
        began = time.monotonic()
        terminal.press(b"q")
        assert terminal.end() == 0
        assert time.monotonic() - began < 30  # a second, on a machine with nothing else to do


def test_without_a_terminal_that_is_wrong_usage() -> None:
    done = netdiag("tui", CASE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "need a terminal" in done.stderr


def test_an_unreadable_path_among_others_is_told_on_the_screen(tmp_path: Path) -> None:
    with OnTerminal("tui", str(tmp_path / "no-such-file"), CASE) as terminal:
        terminal.read_until(b"No such file")
        terminal.press(b"q")
        assert terminal.end() == 0


def test_what_the_screens_cannot_show_is_refused_before_they_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (("no-such-file", b"No such file"), ("pipe", b"can be read only once")):
        with OnTerminal("tui", str(tmp_path / path)) as terminal:
            assert terminal.end() == 2
            assert words in terminal.written
            assert LEAVES_SCREEN not in terminal.written
