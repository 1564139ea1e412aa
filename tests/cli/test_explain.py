"""``netdiag explain``: codes listed, one explained, unknown ones."""

from __future__ import annotations

import pytest

from netdiag.explain.codes import CODES
from tests.cli.processes import lines, netdiag, on_terminal

HEADINGS = [
    "What it means",
    "How it is proved",
    "Typical causes",
    "How to confirm it",
    "How to fix it",
    "Is that safe?",
]


def test_without_a_code_all_are_listed() -> None:
    listed = [line.split() for line in lines("explain")]
    for code, text in CODES.items():
        assert any(line[:2] == [code, text.severity] for line in listed), code


def test_a_code_in_full() -> None:
    written = lines("explain", "fdb-missing")
    assert written[:3] == [
        "fdb-missing  ERROR",
        f"{CODES['fdb-missing'].title}.",
        "where: the sending node",
    ]
    assert [line for line in written[3:] if line and not line.startswith(" ")] == HEADINGS
    for command in (*CODES["fdb-missing"].confirm, *CODES["fdb-missing"].fix):
        assert f"  {command}" in written


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("fdb-mising", "fdb-missing"),
        ("mtu", "mtu-exceeded"),
        ("zzzz", "netdiag explain lists all"),
        ("", "netdiag explain lists all"),
    ],
)
def test_an_unknown_code(code: str, near: str) -> None:
    done = netdiag("explain", code)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"netdiag explain: {code}: there is no such code; ")
    assert near in done.stderr
    assert done.stderr.count("\n") == 1


def test_letters_may_be_of_either_case() -> None:
    assert netdiag("explain", "FDB-Missing").stdout == netdiag("explain", "fdb-missing").stdout


def test_colours_on_a_terminal_only_and_not_with_no_color() -> None:
    assert "\x1b[" in on_terminal("explain", "fdb-missing")
    assert "\x1b[" not in on_terminal("explain", "fdb-missing", extra={"NO_COLOR": "1"})
    assert "\x1b[" not in netdiag("explain").stdout
