"""What findings' codes mean, as Markdown: ``docs/findings`` and the table in README.md."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

from netdiag.model.code_text import CodeFamily, CodeText

WIDTH = 100
INDEX = "README.md"
INTRODUCTION = """\
# Findings

What each code of a finding means, how netdiag proves it, what causes it, how to confirm and to fix
it. `netdiag explain CODE` prints the same. Made by `python -m scripts.write_findings` from the
texts in `netdiag/explain/codes`.
"""
HEAD = "| code | severity | what was seen |\n|---|---|---|\n"


def markdown_pages(families: tuple[CodeFamily, ...]) -> Mapping[str, str]:
    """Return the files of ``docs/findings`` by name: one per code, and an index."""
    texts = [text for family in families for text in family.texts]
    codes = {text.code for text in texts}
    pages = {f"{text.code}.md": "".join(_page(text, codes)) for text in texts}
    return {INDEX: _index(families), **pages}


def findings_table(families: tuple[CodeFamily, ...], folder: str = "") -> str:
    """Return a table of all codes, linked to their pages in a folder."""
    rows = (_row(text, folder) for family in families for text in family.texts)
    return HEAD + "".join(rows)


def _row(text: CodeText, folder: str) -> str:
    return f"| [`{text.code}`]({folder}{text.code}.md) | {text.severity} | {text.title} |\n"


def _index(families: tuple[CodeFamily, ...]) -> str:
    sections = (f"\n## {family.name}\n\n{findings_table((family,))}" for family in families)
    return INTRODUCTION + "".join(sections)


def _page(text: CodeText, codes: set[str]) -> Iterator[str]:
    others = codes - {text.code}
    yield f"# {text.code}\n\n"
    yield _wrapped(f"**{text.severity}**: {text.title}.")
    yield "\n" + _wrapped(f"Where: {text.node}.")
    for heading, words in (("What it means", text.meaning), ("How it is proved", text.proof)):
        yield f"\n## {heading}\n\n" + _wrapped(_linked(words, others))
    yield "\n## Typical causes\n\n"
    for cause in text.causes:
        yield _wrapped(_linked(cause, others), bullet="- ")
    for heading, lines in (("How to confirm it", text.confirm), ("How to fix it", text.fix)):
        commands = "".join(f"    {line}\n" for line in lines)
        yield f"\n## {heading}\n\n{commands}"
    yield "\n" + _wrapped(_linked(text.safety, others))
    yield f"\n[All findings]({INDEX})\n"


def _linked(words: str, codes: set[str]) -> str:
    """Return the words with each code in them linked, and nothing of them read as markup."""
    plain = re.sub(r"([*<>`])", r"\\\1", words)
    names = "|".join(sorted(codes, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])({names})(?![\w-])", r"[\1](\1.md)", plain)


def _wrapped(words: str, bullet: str = "") -> str:
    filled = textwrap.fill(
        words,
        WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{filled}\n"
