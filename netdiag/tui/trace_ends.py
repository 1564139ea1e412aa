"""Pods and nodes to trace between, found by what is typed; pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from ipaddress import ip_address

from netdiag.tui.session import TraceEnd

NEAR = 0.6
MOST_COMPARED = 2000
"""Of more ends, those that are merely alike are not looked for."""


def matching_ends(
    ends: Sequence[TraceEnd], typed: str, takes_names: bool = False
) -> list[TraceEnd]:
    """Return the ends that may be meant, the likeliest first; all of them if nothing is typed.

    ``takes_names``: a name that no end has may be right, too; none is taken for a slip.
    """
    wanted = typed.strip().casefold()
    if not wanted:
        return list(ends)
    ranked = [(rank, end) for end in ends if (rank := _rank(end, wanted)) is not None]
    if not ranked and not takes_names and len(ends) <= MOST_COMPARED:
        return _near(ends, wanted)
    return [end for _, end in sorted(ranked, key=lambda found: found[0])]


def end_typed(ends: Sequence[TraceEnd], typed: str) -> str | None:
    """Return the end's name, or the address, that was typed in full; None if it is neither."""
    typed = typed.strip()
    if any(typed == end.name for end in ends):
        return typed
    try:
        return str(ip_address(typed))
    except ValueError:
        return None


def end_meant(ends: Sequence[TraceEnd], typed: str, takes_names: bool = False) -> str | None:
    """Return the same, or else the likeliest name; None if there is none, or nothing was typed."""
    found = matching_ends(ends, typed, takes_names) if typed.strip() else []
    named = found[0].name if found else (typed.strip() if takes_names else "")
    return end_typed(ends, typed) or named or None


def _words(end: TraceEnd) -> tuple[str, ...]:
    name = end.name.casefold()
    return (name, name.rpartition("/")[2], *(each.casefold() for each in end.addresses))


def _rank(end: TraceEnd, wanted: str) -> int | None:
    words = _words(end)
    if wanted in words:
        return 0
    if any(word.startswith(wanted) for word in words):
        return 1
    if any(wanted in word for word in words):
        return 2
    return 3 if wanted in end.node.casefold() else None


def _near(ends: Sequence[TraceEnd], wanted: str) -> list[TraceEnd]:
    """Return ends that are written much like it, as after a slip of the finger."""
    likeness = difflib.SequenceMatcher(b=wanted)
    scored = []
    for end in ends:
        best = 0.0
        for word in _words(end)[:2]:
            likeness.set_seq1(word[: len(wanted) + 4])
            best = max(best, likeness.ratio())
        if best >= NEAR:
            scored.append((-best, end))
    return [end for _, end in sorted(scored, key=lambda found: found[0])]
