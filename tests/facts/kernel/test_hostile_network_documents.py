"""No document makes a parser of network documents raise, whatever it holds and wherever it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.facts.kernel.network_documents import JSON_PARSERS, TEXT_PARSERS, as_told

WORDS = [
    "default", "10.1.1.0/24", "10.1.1.1", "fe80::1/64", "via", "inet", "inet6", "dev", "nexthop",
    "mtu", "lock", "encap", "weight", "metric", "-1", "7", "9" * 30, "0x", "table", "from", "all",
    "lookup", "not", "fwmark", "0x1/0x", "1:", "2: eth0@if3: <UP>", "link/ether", "RX:", "bytes",
    "promiscuity", "vxlan", "id", "bridge_slave", "vf", "alias", "lladdr", "STALE", "used",
    "00:11:22:33:44:55", "master", "self", "state", "eth0", "UP", "peer", "scope", "flags=1<UP>",
    "Link encap:", "inet addr:", "Mask:255.0.0.0", "0.0.0.0", "U", "*", "!", "at", "on", "?",
    "(10.1.1.1)", "8000.0011223344aa", "no", "\\", "\\\t", "\0", "\ud7ff", "eth0: flags=1<UP>  mtu",
]  # fmt: skip
NAMES = [
    "dst", "gateway", "dev", "via", "nexthops", "flags", "metrics", "table", "type", "ifname",
    "ifindex", "linkinfo", "info_kind", "info_data", "addr_info", "local", "prefixlen", "mac",
    "priority", "src", "srclen", "fwmark", "not", "goto", "state", "lladdr", "proxy", "master",
    "hairpin", "port", "stats64", "rx", "bytes", "vfinfo_list", "address", "id", "link_index",
]  # fmt: skip
lines = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "\t", "    "]), st.lists(st.sampled_from(WORDS), max_size=8)
    )
).map(lambda made: "\n".join(indent + " ".join(words) for indent, words in made))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)
items = st.lists(st.dictionaries(st.sampled_from(NAMES), values, max_size=6), max_size=4)

LONG = {
    "one word": "x" * 1_000_000,
    "blanks": " " * 1_000_000,
    "words": "via " * 250_000,
    "arrows": "1: a" + ": <" * 300_000,
    "ends": "a Link encap:" + "A " * 400_000,
    "capitals": "a: flags=1<UP>  mtu 1\n " + "A " * 400_000,
    "ats": "? (1.1.1.1) at a" + " on" * 30_000,
    "backslashes": "1: a: <UP> mtu 1" + "\\ " * 30_000,
    "next hops": "10.0.0.0/8\n" + "\tnexthop dev a\n" * 60_000,
    "continued": "1: a: <UP> mtu 1\n" + "    RX: bytes\n" * 60_000,
    "colons": ":" * 60_000,
    "nested": "[" * 100_000,
    "objects": '[{"dst":' * 50_000,
    "digits": f'[{{"priority": {"9" * 60_000}, "ifindex": {"9" * 60_000}}}]',
}


@pytest.mark.parametrize("parser", TEXT_PARSERS)
@given(text=st.text() | lines)
@example(text="0 UP\n \\ 0")
def test_text(parser: str, text: str) -> None:
    parsed = TEXT_PARSERS[parser](text, "text", 1)
    count = text.count("\n") + 1
    assert all(1 <= item.position <= count for item in parsed.items)
    assert all(isinstance(hash(item), int) for item in parsed.items)


@pytest.mark.parametrize("parser", JSON_PARSERS)
@given(data=st.binary() | st.text().map(str.encode) | values.map(json.dumps).map(str.encode))
def test_json(parser: str, data: bytes) -> None:
    JSON_PARSERS[parser](data, "json")


@pytest.mark.parametrize("parser", JSON_PARSERS)
@given(document=items)
def test_json_of_known_names(parser: str, document: list[Any]) -> None:
    parsed = JSON_PARSERS[parser](json.dumps(document).encode(), "json")
    assert all(0 <= item.position < len(document) for item in parsed.items)


@pytest.mark.parametrize("document", LONG.values(), ids=LONG)
def test_long_documents_take_no_longer_than_their_length(document: str) -> None:
    """What takes the square of it runs into the time limit of all tests."""
    for parse_text in TEXT_PARSERS.values():
        parse_text(document, "text", 1)
    for parse_json in JSON_PARSERS.values():
        parse_json(document.encode(), "json")


@pytest.mark.parametrize("parser", TEXT_PARSERS)
def test_an_error_in_place_of_a_document(parser: str) -> None:
    parsed = TEXT_PARSERS[parser]("bash: ip: command not found\n", "text", 7)
    assert parsed == ((), ("line 7 is not understood",))
    assert TEXT_PARSERS[parser](" \n\r\n", "text", 1) == ((), ())


@pytest.mark.parametrize("parser", JSON_PARSERS)
def test_an_error_in_place_of_json(parser: str) -> None:
    items, problems = JSON_PARSERS[parser](b"bash: ip: command not found\n", "json")
    assert items == ()
    assert len(problems) == 1
    assert JSON_PARSERS[parser](b"[ ]\n", "json") == ((), ())
    assert JSON_PARSERS[parser](b"", "json") == ((), ())


@pytest.mark.parametrize("parser", TEXT_PARSERS)
def test_ends_of_lines_of_windows(parser: str) -> None:
    for text in ("10.1.1.0/24 dev eth0\n", "0:\tfrom all lookup local\n", "10.1.1.1 dev a STALE\n"):
        one, other = (
            TEXT_PARSERS[parser](form, "text", 1) for form in (text, text.replace("\n", "\r\n"))
        )
        assert as_told(one) == as_told(other)
