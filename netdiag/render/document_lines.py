"""Documents that are broken: what is told rests on the rest of them."""

from __future__ import annotations

from netdiag.model.report import BadDocument
from netdiag.render.page import QUIET, Page

MOST_DOCUMENTS = 10


def write_bad_documents(page: Page, documents: tuple[BadDocument, ...]) -> None:
    """Write a quiet line for each document in which something could not be read."""
    if not documents:
        return
    page.heading(f"Documents with problems ({len(documents):,})")
    for bad in documents[:MOST_DOCUMENTS]:
        name = "/".join(part for part in (bad.node, bad.document) if part)
        page.paragraph((f"{name}: {bad.problem}", QUIET))
    if len(documents) > MOST_DOCUMENTS:
        page.paragraph((f"… and {len(documents) - MOST_DOCUMENTS:,} more", QUIET))
