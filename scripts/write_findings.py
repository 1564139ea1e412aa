"""Writes docs/findings and the table of findings in README.md: python -m scripts.write_findings."""

from __future__ import annotations

from pathlib import Path

from netdiag.explain.codes import FAMILIES
from netdiag.render.code_markdown import findings_table, markdown_pages

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "docs/findings/"
BEGIN, END = "<!-- findings -->\n", "<!-- /findings -->\n"


def write_findings(root: Path) -> None:
    """Write all pages anew, and remove those of codes that are no more."""
    pages = markdown_pages(FAMILIES)
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    readme = root / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


def with_table(text: str) -> str:
    """Return the README with its table as the texts have it; ValueError without its markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"README.md lacks the markers {BEGIN.strip()} and {END.strip()}")
    return before + begin + findings_table(FAMILIES, FOLDER) + end + after


if __name__ == "__main__":
    write_findings(ROOT)
