"""What ``netdiag inspect`` found, as text: the verdict, findings, truths, nodes, MTUs."""

from __future__ import annotations

from netdiag.model.inspection import Inspection
from netdiag.render.document_lines import write_bad_documents
from netdiag.render.finding_text import write_findings
from netdiag.render.inspection_verdict import inspection_colour, inspection_sentences
from netdiag.render.mode_table import write_modes
from netdiag.render.mtu_chains import write_mtu_chains
from netdiag.render.node_sections import write_nodes
from netdiag.render.page import HEADING, Page


def inspection_text(inspection: Inspection, *, width: int, colour: bool) -> str:
    """Return the inspection as lines of at most ``width`` cells; only remedies may be longer."""
    page = Page(width, colour)
    style = f"{HEADING} {inspection_colour(inspection)}"
    for sentence in inspection_sentences(inspection):
        page.paragraph((sentence, style), indent=0)
    write_findings(page, inspection.findings)
    write_modes(page, inspection.mode, inspection.pairs, left_out=0)
    write_nodes(page, inspection)
    write_mtu_chains(page, inspection)
    write_bad_documents(page, inspection.bad_documents)
    return page.text()
