"""What may reach a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.render.terminal import COLOURED, PLAIN, printable


@pytest.mark.parametrize("text", ["", "eth0", "a b", "größe", "名前", "e\u0301", "\U0001f600"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\r\tc", r"a\x0ab\x0d\x09c"),
        ("\0\x07\x7f", r"\x00\x07\x7f"),
        ("\x9b", r"\x9b"),
        ("\u202e\u2066\u200f", r"\u202e\u2066\u200f"),
        ("\u200b\ufeff", r"\u200b\ufeff"),
        ("\u2028", r"\u2028"),
        ("\udcff\ud800", r"\udcff\ud800"),
        ("\U000e0001", r"\U000e0001"),
        ("ä\x1b", r"ä\x1b"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_no_text_gets_through_unprintable(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
    assert printable(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_printable_texts_are_left_alone(text: str) -> None:
    assert printable(text) == text


def test_palettes() -> None:
    assert set(PLAIN) == {""}
    assert len(set(COLOURED)) == len(COLOURED)
