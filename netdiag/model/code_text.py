"""What a finding's code means, in words that do not depend on any capture."""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.report import Severity


class CodeText(Struct, frozen=True, kw_only=True):
    """One code, explained; capitals in commands stand for what the reader puts in."""

    code: str
    severity: Severity
    node: str
    """Where the cause sits: which node a finding of this code names."""
    title: str
    """One line without a full stop."""
    meaning: str
    proof: str
    """What netdiag takes for a proof."""
    causes: tuple[str, ...]
    """Typical ones, the most frequent first."""
    confirm: tuple[str, ...]
    """Commands to copy."""
    fix: tuple[str, ...]
    """Commands to copy."""
    safety: str
    """What the fix disturbs, and what it does not."""


class CodeFamily(Struct, frozen=True):
    """Codes about one part of the way."""

    name: str
    texts: tuple[CodeText, ...]
