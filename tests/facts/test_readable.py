"""What terminals add is taken away, and no letter of what programs print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.readable import readable


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"2: \x1b[36menp1s0: \x1b[0m<UP> x\x1b[32m UP\x1b[0m y", "2: enp1s0: <UP> x UP y"),
        (b"\x1b]0;root@n1: ~\x07\x1b[?2004h\x1b[01;32mn1\x1b[00m:~# ip a\r\n", "n1:~# ip a\n"),
        (b"\x1b]0;t\x1b\\x\x1b(B\x1b=y", "xy"),
        (b"\x1b[?2004l\r1: lo\r\n", "1: lo\n"),
        (b"\xef\xbb\xbfdefault", "default"),
        ("default via ä\r\n".encode("utf-16"), "default via ä\n"),
        (b"\xfe\xff" + "x\r\n".encode("utf-16-be"), "x\n"),
        (b"plain\n", "plain\n"),
    ],
)  # fmt: skip
def test_readable(data: bytes, text: str) -> None:
    assert readable(data).decode() == text


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert b"\r" not in readable(data)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0xD7FF)))
def test_plain_text_stays(text: str) -> None:
    assert readable(text.encode()).decode() == text
