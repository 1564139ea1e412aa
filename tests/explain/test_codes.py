"""What codes mean: every code that a rule finds has a text, and every text a rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from netdiag.explain.codes import CODES, FAMILIES
from netdiag.model.code_text import CodeText
from tests.cli.processes import ROOT

RULES = sorted(
    path
    for folder in ("findings", "expected")
    for path in (ROOT / "netdiag/explain" / folder).glob("*.py")
)
CODE = re.compile(r"[a-z]+(-[a-z]+)+")
MADE_OF_CODES = ("Finding", "Obstacle")
WIDEST = 100
LENGTHS = range(200, 1000)
"""Characters of a text that says enough, and not too much."""


def constants() -> Iterator[str]:
    """Yield all constant texts of the rules."""
    for path in RULES:
        for item in ast.walk(ast.parse(path.read_text())):
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                yield item.value


def calls() -> Iterator[tuple[str, str | None]]:
    """Yield code and severity, where it is constant, of each finding that a rule makes."""
    for path in RULES:
        for item in ast.walk(ast.parse(path.read_text())):
            if not isinstance(item, ast.Call) or not isinstance(item.func, ast.Name):
                continue
            first, *others = [
                each.value if isinstance(each, ast.Constant) else None for each in item.args
            ] or [None]
            if item.func.id in MADE_OF_CODES and isinstance(first, str):
                severity = others[0] if item.func.id == "Finding" and others else None
                yield first, severity if isinstance(severity, str) else None


def words(text: CodeText) -> tuple[str, ...]:
    return (text.node, text.title, text.meaning, text.proof, *text.causes, text.safety)


def test_every_code_that_a_rule_finds_has_a_text() -> None:
    found = {code for code, _ in calls()}
    assert len(found) > 20
    assert found - set(CODES) == set()


def test_every_text_has_a_rule() -> None:
    assert set(CODES) - set(constants()) == set()


def test_severities_are_those_of_the_rules() -> None:
    told = {(code, severity) for code, severity in calls() if severity is not None}
    assert [pair for pair in told if pair[1] != CODES[pair[0]].severity] == []


def test_each_code_is_told_once() -> None:
    assert sum(len(family.texts) for family in FAMILIES) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_text_is_complete(code: str) -> None:
    text = CODES[code]
    assert CODE.fullmatch(text.code)
    assert len(text.meaning) in LENGTHS
    assert len(text.proof) > 80
    assert len(text.causes) >= 2
    assert text.confirm
    assert text.fix
    assert text.safety.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_a_text_is_tidy(code: str) -> None:
    text = CODES[code]
    assert not text.title.endswith(".")
    assert [each for each in words(text) if each != each.strip() or "  " in each] == []
    assert [each for each in (text.meaning, text.proof) if not each.endswith(".")] == []
    assert [each for each in text.causes if each.endswith(".")] == []
    lines = (text.title, *text.confirm, *text.fix)
    assert [line for line in lines if len(line) > WIDEST or "\n" in line] == []


def test_texts_name_no_codes_that_do_not_exist() -> None:
    referred = {
        name
        for text in CODES.values()
        for words_of in words(text)
        for name in re.findall(r"\bsee ([a-z]+(?:-[a-z]+)+)", words_of)
    }
    assert referred
    assert referred - set(CODES) == set()
