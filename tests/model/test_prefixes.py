"""Prefixes as numbers: what they cover, and how they are written."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.model.prefixes import Prefix, contains, parse_address, parse_prefix


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.244.1.0/24", Prefix(4, 0x0AF40100, 24)),
        ("10.244.1.7/24", Prefix(4, 0x0AF40100, 24)),
        (" 10.244.1.7 ", Prefix(4, 0x0AF40107, 32)),
        ("0.0.0.0/0", Prefix(4, 0, 0)),
        ("fd00::1/64", Prefix(6, 0xFD << 120, 64)),
        ("::1", Prefix(6, 1, 128)),
        ("10.244.1.0/33", None),
        ("10.244.1", None),
        ("10.244.1.0/", None),
        ("web-0", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_prefix(text: str | None, wanted: Prefix | None) -> None:
    assert parse_prefix(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.244.1.7/24", "10.244.1.7"),
        ("10.244.1.7", "10.244.1.7"),
        ("fd00::7/64", "fd00::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("/24", None),
        (None, None),
    ],
)
def test_parse_address(text: str | None, wanted: str | None) -> None:
    found = parse_address(text)
    assert (found and str(found)) == wanted
    assert found is None or found.is_host


@pytest.mark.parametrize(
    ("outer", "inner", "wanted"),
    [
        ("10.244.0.0/16", "10.244.1.2", True),
        ("10.244.0.0/16", "10.244.1.0/24", True),
        ("10.244.1.0/24", "10.244.0.0/16", False),
        ("10.244.1.0/24", "10.244.2.1", False),
        ("0.0.0.0/0", "8.8.8.8", True),
        ("0.0.0.0/0", "::1", False),
        ("::/0", "fd00::1", True),
        ("10.244.1.2", "10.244.1.2", True),
        ("nonsense", "10.244.1.2", False),
        ("10.244.0.0/16", None, False),
    ],
)
def test_contains(outer: str, inner: str | None, wanted: bool) -> None:
    assert contains(outer, inner) is wanted


def test_overlapping_is_mutual() -> None:
    wide, narrow, other = (
        prefix("10.244.0.0/16"),
        prefix("10.244.1.0/24"),
        prefix("10.245.0.0/16"),
    )
    assert wide.overlaps(narrow)
    assert narrow.overlaps(wide)
    assert not wide.overlaps(other)


def test_hosts_of_a_prefix() -> None:
    assert str(prefix("10.244.1.0/24").host(2)) == "10.244.1.2"
    assert str(prefix("10.244.1.0/31").host(2)) == "10.244.1.1"
    assert str(prefix("10.244.1.7").host(2)) == "10.244.1.7"
    assert str(prefix("fd00::/64").host(2)) == "fd00::2"


def prefix(text: str) -> Prefix:
    found = parse_prefix(text)
    assert found is not None
    return found


networks = st.builds(
    lambda number, length: ip_network((number, length), strict=False),
    st.integers(0, (1 << 32) - 1),
    st.integers(0, 32),
) | st.builds(
    lambda number, length: ip_network((number, length), strict=False),
    st.integers(0, (1 << 128) - 1),
    st.integers(0, 128),
)


@given(networks)
def test_a_network_is_written_as_it_was_read(network: object) -> None:
    found = prefix(str(network))
    assert str(found) == str(network).removesuffix("/32" if found.version == 4 else "/128")
    assert found.covers(found)
    assert found.covers(found.host(0))


@given(networks, networks)
def test_covering_is_that_of_the_standard_library(one: object, other: object) -> None:
    outer, inner = ip_network(str(one)), ip_network(str(other))
    same = outer.version == inner.version
    wanted = same and inner.subnet_of(outer)  # type: ignore[arg-type]
    assert prefix(str(one)).covers(prefix(str(other))) is wanted
