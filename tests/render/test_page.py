"""Paragraphs, tables and copyable lines, each within its width."""

from __future__ import annotations

import re

from netdiag.render.aligned_rows import Column
from netdiag.render.page import PROBLEM, Page, said

NAMES = ("a", "interface-of-a-very-long-name", "接口")
TABLE = [
    Column("name", [said((name, PROBLEM)) for name in NAMES]),
    Column("packets", [said(number) for number in ("1", "1,234,567,890", "22")], right=True),
    Column("over", [said(kind) for kind in ("vxlan", "", "plain")]),
]


def table(width: int) -> str:
    page = Page(width, colour=False)
    page.table(TABLE)
    return page.text()


def test_numbers_stand_on_the_right() -> None:
    assert table(120).splitlines() == [
        "  name                                 packets  over",
        "  a                                          1  vxlan",
        "  interface-of-a-very-long-name  1,234,567,890",
        "  接口                                      22  plain",
    ]


def test_what_does_not_fit_is_folded_not_cut() -> None:
    folded = table(34)
    assert len(folded.splitlines()) > 4
    assert "1,234,567,890" in folded
    first_column = "".join(line[:12].strip() for line in folded.splitlines())
    assert NAMES[1] in first_column


def test_both_kinds_of_table_look_alike() -> None:
    """At its natural width, 53, nothing folds; one less, and rich's own table does it."""
    assert len(table(53).splitlines()) == 4
    fit, folded = table(53).splitlines(), table(52).splitlines()
    assert len(folded) > len(fit)
    squeezed = [re.sub(" +", " ", line) for line in (fit[1], folded[1])]
    assert squeezed[0] == squeezed[1]


def test_paragraphs_are_indented_and_wrapped() -> None:
    page = Page(12, colour=False)
    page.paragraph("one two three", " four")
    assert page.text() == "  one two\n  three four\n"


def test_a_copyable_line_is_never_broken() -> None:
    page = Page(10, colour=False)
    page.copyable("ip route add 10.244.2.0/24 via 10.1.10.10")
    assert page.text() == "  ip route add 10.244.2.0/24 via 10.1.10.10\n"


def test_a_copyable_line_stays_one_line_whatever_is_in_it() -> None:
    page = Page(80, colour=False)
    page.copyable("ip link set x\nreboot\r\t")
    assert page.text() == "  ip link set x\\x0areboot\\x0d\\x09\n"


def test_labelled_words_wrap_beside_their_label() -> None:
    page = Page(16, colour=False)
    page.labelled("so", "one two three", (" four\n", PROBLEM), column=4)
    assert page.text() == "  so  one two\n      three\n      four\\x0a\n"


def test_a_note_stands_once_on_a_page() -> None:
    page = Page(80, colour=False)
    for words in ("this", "that", "this"):
        page.note(words)
    assert page.text() == "  this\n  that\n"


def test_whether_a_table_has_room() -> None:
    assert Page(53, colour=False).has_room(TABLE)
    assert not Page(52, colour=False).has_room(TABLE)
