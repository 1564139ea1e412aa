"""What live probes found: packets that kernels dropped."""

from __future__ import annotations

from typing import Any

from netdiag.render.page import WARNING, Page

MOST_DROPS = 10


def write_drops(page: Page, drops: tuple[dict[str, Any], ...]) -> None:
    """Write a line per drop, its fields as the probe named them."""
    if not drops:
        return
    page.heading(f"Drops ({len(drops):,})")
    for drop in drops[:MOST_DROPS]:
        page.paragraph(fields_text(drop))
    if len(drops) > MOST_DROPS:
        page.paragraph((f"… and {len(drops) - MOST_DROPS:,} more", WARNING))


def fields_text(fields: dict[str, Any]) -> str:
    """Return ``name value, name value``, without what is not known."""
    return ", ".join(f"{name} {value}" for name, value in fields.items() if value is not None)
