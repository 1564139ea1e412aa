"""What a finding's code means, as text: one code in full, or all of them in a line each."""

from __future__ import annotations

from netdiag.model.code_text import CodeFamily, CodeText
from netdiag.render.finding_text import STYLES
from netdiag.render.page import HEADING, PLACE, QUIET, Page, said

BULLET = "· "


def code_page(text: CodeText, *, width: int, colour: bool) -> str:
    """Return one code's text as lines of at most ``width`` cells; only commands may be longer."""
    page = Page(width, colour)
    style = f"{HEADING} {STYLES[text.severity]}"
    page.paragraph((text.code, HEADING), "  ", (text.severity.upper(), style), indent=0)
    page.paragraph((f"{text.title}.", HEADING), indent=0)
    page.paragraph(("where: ", QUIET), (text.node, PLACE), indent=0)
    page.heading("What it means")
    page.paragraph(text.meaning)
    page.heading("How it is proved")
    page.paragraph(text.proof)
    page.heading("Typical causes")
    for cause in text.causes:
        page.labelled(BULLET.strip(), cause, column=len(BULLET))
    _write_commands(page, "How to confirm it", text.confirm)
    _write_commands(page, "How to fix it", text.fix)
    page.heading("Is that safe?")
    page.paragraph(text.safety)
    return page.text()


def _write_commands(page: Page, heading: str, commands: tuple[str, ...]) -> None:
    page.heading(heading)
    for command in commands:
        page.copyable(command)


def code_list(families: tuple[CodeFamily, ...], *, width: int, colour: bool) -> str:
    """Return all codes by family, with their severity and title, in ``width`` cells."""
    page = Page(width, colour)
    texts = [text for family in families for text in family.texts]
    widest = max(len(text.code) for text in texts)
    page.paragraph((f"{len(texts)} codes; netdiag explain CODE tells more.", HEADING), indent=0)
    for family in families:
        page.heading(family.name)
        for text in family.texts:
            severity = (text.severity.ljust(len("warning")), STYLES[text.severity])
            page.labelled(text.code, said(severity, f"  {text.title}"), column=widest + len("  "))
    return page.text()
