"""Many pings at a glance: a line each while they are few, else counts and who was lost."""

from __future__ import annotations

from netdiag.model.report import Ping, Report
from netdiag.render.aligned_rows import Column
from netdiag.render.page import PROBLEM, QUIET, Page, said
from netdiag.render.ping_choice import FEW
from netdiag.render.ping_table import status_words
from netdiag.render.place_name import Names, ends_name

MOST_LINES = 10
MOST_NUMBERS = 12


def write_summary(page: Page, report: Report, shown: int) -> None:
    """Write what happened to all pings, and how to see those that are not shown."""
    if len(report.pings) <= FEW:
        return
    page.heading(f"Pings ({report.totals.pings:,})")
    if len(report.pings) <= MOST_LINES:
        page.table(_columns(report.pings, report.names))
    else:
        _write_losses(page, report)
    if shown < len(report.pings):
        page.paragraph((f"{_in_full(shown)}: --ping N shows another, --all shows all.", QUIET))
    if len(report.pings) < report.totals.pings:
        page.paragraph((f"Only {len(report.pings):,} of them are listed.", QUIET))


def _in_full(shown: int) -> str:
    return "1 of them in full below" if shown == 1 else f"{shown:,} of them in full below"


def _columns(pings: tuple[Ping, ...], names: Names) -> list[Column]:
    columns = [
        Column("ping", [said(str(ping.number)) for ping in pings], right=True),
        Column("seq", [said(str(ping.seq)) for ping in pings], right=True),
    ]
    if len({(ping.source, ping.destination) for ping in pings}) > 1:
        ends = [said(ends_name(ping, names)) for ping in pings]
        columns.append(Column("from → to", ends))
    return [*columns, Column("", [status_words(ping) for ping in pings])]


def _write_losses(page: Page, report: Report) -> None:
    """Write how pings ended that were not answered, with their numbers."""
    numbers: dict[str, list[int]] = {}
    for ping in report.pings:
        if ping.status != "answered":
            numbers.setdefault(status_words(ping).plain, []).append(ping.number)
    page.paragraph(f"{report.totals.answered:,} answered")
    for words, lost in sorted(numbers.items(), key=lambda item: -len(item[1])):
        some = ", ".join(str(number) for number in lost[:MOST_NUMBERS])
        more = ", …" if len(lost) > MOST_NUMBERS else ""
        noun = "ping" if len(lost) == 1 else "pings"
        page.paragraph(f"{len(lost):,} ", (words, PROBLEM), f": {noun} {some}{more}")
