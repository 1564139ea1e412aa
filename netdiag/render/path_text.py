"""The expected path of a ping as text: the verdict, what stops it, a table per direction."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.expected import ExpectedPath, ExpectedStep, ExpectedWay
from netdiag.model.report import Finding
from netdiag.render.aligned_rows import Column, filled
from netdiag.render.finding_text import write_findings
from netdiag.render.page import GOOD, HEADING, PLACE, PROBLEM, QUIET, TUNNEL, WARNING, Page, said
from netdiag.render.path_verdict import path_sentences
from netdiag.render.role_words import explain_guesses, role_words
from netdiag.render.tunnel_words import full_stack, short_stack

STOPPED = "✗"
WIDTH_FOR_ROLES = 76
WIDTH_FOR_TUNNEL_ENDS = 110


def path_text(path: ExpectedPath, *, width: int, colour: bool) -> str:
    """Return the path as lines of at most ``width`` cells; only remedies may be longer."""
    page = Page(width, colour)
    for sentence in path_sentences(path):
        page.paragraph((sentence, f"{HEADING} {_colour(path)}"), indent=0)
    write_findings(page, _findings(path))
    _write_way(page, "Request", "→", path.request)
    _write_way(page, "Reply", "←", path.reply)
    return page.text()


def _colour(path: ExpectedPath) -> str:
    ways = (path.request, path.reply)
    if any(way.arrives is False for way in ways):
        return PROBLEM
    return GOOD if all(way.arrives for way in ways) else WARNING


def _findings(path: ExpectedPath) -> tuple[Finding, ...]:
    """Return what stops either direction; what stops both in the same way once."""
    found = (way.stopped for way in (path.request, path.reply) if way.stopped is not None)
    return tuple({(item.code, item.node, item.interface): item for item in found}.values())


def _write_way(page: Page, name: str, arrow: str, way: ExpectedWay) -> None:
    page.heading(f"{name}  {way.source} → {way.destination}: ", _ending(way))
    if way.steps or way.stopped:
        page.table(_columns(way, arrow, page.width))
    if page.width >= WIDTH_FOR_ROLES and any(step.role_guessed for step in way.steps):
        explain_guesses(page)
    for doubt in way.doubts:
        page.paragraph(("not known: ", WARNING), doubt)


def _ending(way: ExpectedWay) -> tuple[str, str]:
    if way.arrives is None:
        return "not known whether it arrives", WARNING
    if way.arrives:
        return "arrives", GOOD
    return f"stopped on {way.stopped.node if way.stopped else '?'}", PROBLEM


def _columns(way: ExpectedWay, arrow: str, width: int) -> list[Column]:
    stack = full_stack if width >= WIDTH_FOR_TUNNEL_ENDS else short_stack
    steps = way.steps
    roles = [role_words(step) for step in steps] if width >= WIDTH_FOR_ROLES else []
    stacks = [(step.encapsulation,) if step.encapsulation else () for step in steps]
    columns = [
        Column("", [said(arrow) for _ in steps]),
        Column("node", [said((name, PLACE)) for name in _nodes(steps)]),
        Column("interface", [said((_interface(step), PLACE)) for step in steps]),
        Column("role", roles or [said("") for _ in steps]),
        Column("carried", [said((stack(each), TUNNEL if each else QUIET)) for each in stacks]),
        Column("why", [said(step.why) for step in steps]),
    ]
    return filled(_with_end(columns, way))


def _nodes(steps: tuple[ExpectedStep, ...]) -> list[str]:
    """Return the node's name where it is another than in the row above, else nothing."""
    before = (None, *(step.node for step in steps))
    return [
        "" if step.node == previous else step.node
        for step, previous in zip(steps, before, strict=False)
    ]


def _interface(step: ExpectedStep) -> str:
    return f"{step.pod}:{step.interface}" if step.pod else step.interface


def _with_end(columns: list[Column], way: ExpectedWay) -> list[Column]:
    """Return the columns, with a last row that says where and why the packet is stopped."""
    stopped = way.stopped
    if stopped is None:
        return columns
    interface = stopped.interface or ""
    words = (STOPPED, stopped.node or "?", interface, "", "", stopped.code)
    last: list[Text] = [said((word, PROBLEM)) for word in words]
    return [
        column._replace(cells=[*column.cells, cell])
        for column, cell in zip(columns, last, strict=True)
    ]
