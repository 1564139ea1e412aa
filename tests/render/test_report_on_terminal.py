"""The page at every width and in colour, whatever names from outside contain."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from netdiag.model.report import BadDocument, Clock, Evidence, Hop, Mode, Modes, Pair, Report
from netdiag.render.report_text import report_text
from netdiag.render.terminal import printable
from tests.render.written_pings import answered, lost, natted, point, same_node
from tests.render.written_reports import capture, finding, flow, full, report

MANY = tuple(lost(n) if n % 100 == 7 else answered(n) for n in range(1, 1001))
HOSTILE = "\x1b[2J[red]x[/red]:skull:\u202e\n\x07"
HOSTILE_SEEN = r"\x1b[2J[red]x[/red]:skull:\u202e\x0a\x07"


def text(found: Report, *, width: int = 120) -> str:
    return report_text(found, width=width, colour=False)


def hostile() -> Report:
    """Return a report in which every text from outside is hostile."""
    place = point(f"{HOSTILE}/{HOSTILE}:{HOSTILE}")

    def spoil(hop: Hop) -> Hop:
        return replace(hop, node=HOSTILE, pod=HOSTILE, interface=HOSTILE, file=HOSTILE)

    ping = replace(
        lost(),
        source_pod=HOSTILE,
        destination_pod=HOSTILE,
        errors=(HOSTILE,),
        request=tuple(spoil(hop) for hop in natted().request),
        lost_after=place,
    )
    evidence = (
        Evidence("frame", HOSTILE, file=HOSTILE, frame=1),
        Evidence("fact", HOSTILE, document=HOSTILE, key=HOSTILE, text=HOSTILE),
    )
    told = dict.fromkeys(("node", "interface", "title", "explanation", "remedy", "code"), HOSTILE)
    shown = capture(node=HOSTILE, interface=HOSTILE, file=HOSTILE, problem=HOSTILE)
    return report(
        ping,
        replace(ping, number=2),
        mode=Modes(HOSTILE, Mode(HOSTILE, HOSTILE, {}, evidence), None, None, agree=False),
        pairs=(Pair(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, None),),
        flows=(flow(source=HOSTILE, encapsulation=HOSTILE, interfaces=(HOSTILE,)),),
        clocks=(Clock(HOSTILE, HOSTILE, 1.0, 1.0),),
        captures=(shown,),
        findings=(finding(**told, evidence=evidence),),
        drops=({HOSTILE: HOSTILE},),
        names=dict.fromkeys(("8.8.8.8", "10.244.2.2"), HOSTILE),
        bad_documents=(BadDocument(HOSTILE, HOSTILE, HOSTILE),),
    )


@pytest.mark.parametrize("width", [60, 120, 200])
def test_hostile_text_is_shown_not_obeyed(width: int) -> None:
    found = text(hostile(), width=width)
    assert all(char.isprintable() or char == "\n" for char in found)
    assert HOSTILE_SEEN in re.sub(r"\s+", "", found)


def test_hostile_text_in_colour_brings_no_escape_codes_of_its_own() -> None:
    found = report_text(hostile(), width=200, colour=True)
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", found)
    assert "\x1b[31m" in found
    assert all(char.isprintable() or char == "\n" for char in without_colours)
    assert "[red]x[/red]:skull:" in without_colours


def test_colour_changes_nothing_else() -> None:
    coloured = report_text(full(), width=80, colour=True)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines()
    assert [line.rstrip() for line in lines] == text(full(), width=80).splitlines()
    assert "\x1b" not in text(full(), width=80)


def first_colour(found: Report) -> str:
    return report_text(found, width=80, colour=True).partition("m")[0]


def test_the_verdict_has_the_colour_of_what_it_says() -> None:
    red, green, yellow = ("\x1b[1;31", "\x1b[1;32", "\x1b[1;33")
    assert first_colour(report(answered())) == green
    assert first_colour(report(answered(1), lost(2))) == red
    assert first_colour(report(answered(), findings=(finding(),))) == red
    assert first_colour(report(answered(), findings=(finding(severity="warning"),))) == yellow
    assert first_colour(report(answered(), findings=(finding(severity="info"),))) == green
    assert first_colour(report(answered(), interrupted=True)) == yellow
    assert first_colour(report()) == yellow


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = text(full(), width=80)
    coloured = report_text(full(), width=80, colour=True)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert text(full(), width=80) == plain
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert report_text(full(), width=80, colour=True) == coloured


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize(
    "found",
    [full(), report(*MANY), report(natted()), report(same_node()), report(lost()), hostile()],
    ids=["full", "many", "nat", "same-node", "lost", "hostile"],
)
def test_lines_fit(found: Report, width: int) -> None:
    remedies = {printable(finding.remedy) for finding in found.findings}
    for line in text(found, width=width).splitlines():
        assert cell_len(line) <= width or line.strip() in remedies
        assert line == line.rstrip()


def test_wide_characters_are_counted_as_such() -> None:
    ping = answered(source_pod="波德" * 12, request=(), reply=())
    found = text(report(ping), width=60)
    assert max(cell_len(line) for line in found.splitlines()) <= 60
    assert found.encode()
