"""Codes as Markdown: what is checked in is current, links lead somewhere."""

from __future__ import annotations

import re

import pytest

from netdiag.explain.codes import CODES, FAMILIES
from netdiag.render.code_markdown import markdown_pages
from scripts.write_findings import FOLDER, with_table
from tests.cli.processes import ROOT

PAGES = markdown_pages(FAMILIES)
REWRITE = "run python -m scripts.write_findings"


def test_there_is_a_page_for_each_code_and_an_index() -> None:
    assert set(PAGES) == {"README.md", *(f"{code}.md" for code in CODES)}
    assert {path.name for path in (ROOT / FOLDER).iterdir()} == set(PAGES), REWRITE


@pytest.mark.parametrize("name", PAGES)
def test_what_is_checked_in_is_current(name: str) -> None:
    assert (ROOT / FOLDER / name).read_text(encoding="utf-8") == PAGES[name], REWRITE


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_pages(name: str) -> None:
    links = re.findall(r"\]\(([^)]*)\)", PAGES[name])
    assert links
    assert set(links) <= set(PAGES)


def test_other_codes_are_linked_and_its_own_is_not() -> None:
    page = PAGES["overlay-device-missing.md"]
    assert "[route-missing](route-missing.md)" in page
    assert "(overlay-device-missing.md)" not in page
    assert "[route-missing](route-missing.md)" in PAGES["return-route-missing.md"]
    assert "return-[route-missing]" not in "".join(PAGES.values())


def test_words_are_not_read_as_markup() -> None:
    assert r"cali\*" in PAGES["pod-route-missing.md"]


def test_a_readme_without_markers_is_told() -> None:
    with pytest.raises(ValueError, match="markers"):
        with_table("# netdiag\n")
