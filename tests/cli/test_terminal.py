"""Colours: on a terminal that wants them, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.captures import START_NS, pcap
from tests.cli.bundle import LINES
from tests.cli.processes import netdiag, on_terminal

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def test_a_terminal_gets_colours(case: Path) -> None:
    shown = on_terminal("packets", case)
    assert COLOUR.sub("", shown) == LINES
    assert "\x1b" not in COLOUR.sub("", shown)
    for line in shown.splitlines():
        assert COLOUR.match(line)
        assert line.count("\x1b[0m") == len(COLOUR.findall(line)) / 2


@pytest.mark.parametrize("extra", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_may_do_without(case: Path, extra: dict[str, str]) -> None:
    assert on_terminal("packets", case, extra=extra) == LINES


def test_an_empty_no_color_is_none(case: Path) -> None:
    assert "\x1b[" in on_terminal("packets", case, extra={"NO_COLOR": ""})


@pytest.mark.parametrize("extra", [{}, {"CLICOLOR_FORCE": "0"}], ids=str)
def test_a_pipe_gets_no_colours(case: Path, extra: dict[str, str]) -> None:
    assert netdiag("packets", case, extra=extra).stdout == LINES


@pytest.mark.parametrize("options", [["--json"], ["--count"]], ids=str)
def test_objects_and_tables_have_no_colours(case: Path, options: list[str]) -> None:
    assert "\x1b" not in on_terminal("packets", case, *options)


def test_a_problem_has_a_colour_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "eth0.pcap").write_bytes(pcap([(START_NS, b"short")]))
    shown = on_terminal("packets", tmp_path / "eth0.pcap")
    assert shown.endswith("\x1b[31m[the packet ends inside the eth header]\x1b[0m\n")
