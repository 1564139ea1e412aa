"""Pasted terminal sessions: what belongs to which command."""

from __future__ import annotations

import re
from typing import NamedTuple

from netdiag.facts.commands import Command, Elsewhere
from netdiag.facts.prompts import MAX_PROMPT, Session, read_prompt

MAX_SECTIONS = 1000

_FENCE = re.compile(r"\s{0,8}(?:```|~~~)[\w-]{0,20}\s*|Script (?:started|done) on .*")
"""What Markdown and ``script`` put around what programs print."""


class Section(NamedTuple):
    """Some lines of a text, and the command that printed them."""

    command: tuple[str, ...]
    """Its words, from the tool's name on; empty = not told."""
    text: str
    first_line: int
    """Number of the first line, from 1."""
    elsewhere: Elsewhere | None = None
    """Where it ran; None = where the text is from."""


def looks_like_json(text: str) -> bool:
    """Return True if a text begins as JSON does, and not with a prompt in brackets."""
    begin = text.lstrip()
    if begin[:1] not in ("[", "{"):
        return False
    prompt = read_prompt(begin[: MAX_PROMPT + 1].partition("\n")[0].rstrip())
    return prompt is None or not prompt.is_certain


def split_sections(text: str) -> list[Section]:
    """Return the parts of a text between lines that are a prompt, or a fence of Markdown."""
    sections: list[Section] = []
    command = Command(())
    session = Session()
    lines = text.splitlines()
    last = len(text.rstrip().splitlines()) - 1
    start = 0
    for number, line in enumerate(lines):
        found = Command(()) if _FENCE.fullmatch(line) else session.read(line, number == last)
        if found is None or len(sections) >= MAX_SECTIONS:
            continue
        _add(sections, command, lines, start, number)
        command, start = found, number + 1
    _add(sections, command, lines, start, len(lines))
    return sections


def _add(sections: list[Section], command: Command, lines: list[str], start: int, end: int) -> None:
    """Add the lines from ``start`` up to ``end``, unless all are blank."""
    text = "\n".join(lines[start:end])
    if text.strip():
        sections.append(Section(command.words, text, start + 1, command.elsewhere))
