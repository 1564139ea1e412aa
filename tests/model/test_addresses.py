"""Addresses as text."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.model.addresses import ipv4_text, ipv6_text, mac_text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (0, "::"),
        (1, "::1"),
        (0xFD00_0244_0001 << 80 | 2, "fd00:244:1::2"),
        (0x2001_0DB8 << 96 | 1 << 64 | 1, "2001:db8:0:1::1"),
        (0xFFFF_0A00_0001, "::ffff:10.0.0.1"),
        (0x0A00_0001, "::a00:1"),
        (0x1_FFFF_0A00_0001, "::1:ffff:a00:1"),
        ((1 << 128) - 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ],
)
def test_ipv6(address: int, text: str) -> None:
    assert ipv6_text(address) == text


@given(st.integers(0, (1 << 32) - 1))
def test_ipv4_is_written_as_the_standard_library_does(address: int) -> None:
    assert ipv4_text(address) == str(IPv4Address(address))


@given(st.integers(0, (1 << 128) - 1) | st.integers(0, 0xFFFF_FFFF).map(lambda n: 0xFFFF << 32 | n))
def test_ipv6_reads_back(address: int) -> None:
    assert int(IPv6Address(ipv6_text(address))) == address


def test_mac() -> None:
    assert mac_text(bytes([2, 0, 0, 0xAB, 0xCD, 0xEF])) == "02:00:00:ab:cd:ef"
