"""Addresses and prefixes as documents write them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.kernel.addresses import canonical_address, canonical_prefix, mask_length


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("10.244.1.0/24", "10.244.1.0/24"),
        ("10.244.1.7/24", "10.244.1.0/24"),
        ("10.244/16", "10.244.0.0/16"),
        ("127/8", "127.0.0.0/8"),
        ("10.1.1.1", "10.1.1.1/32"),
        ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("fd00:0:0::/64", "fd00::/64"),
        ("FD00::1", "fd00::1/128"),
        ("::/0", "::/0"),
        ("10.244", None),
        ("10.0.0.0/33", None),
        ("10.0.0.0/", None),
        ("10.0.0.0/255.0.255.0", None),
        ("fd00::/129", None),
        ("256.0.0.1", None),
        ("010.0.0.1", None),
        ("default", None),
        ("", None),
        ("/24", None),
        ("1.2.3.4.5/8", None),
        ("\u0661.\u0662.\u0663.\u0664", None),
        ("f" * 100_000 + "::", None),
    ],
)
def test_prefix(text: str, prefix: str | None) -> None:
    assert canonical_prefix(text) == prefix


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1.1.1", "10.1.1.1"),
        ("10.1.1", None),
        ("fe80::1%eth0", "fe80::1"),
        ("::FFFF:10.0.0.1", "::ffff:10.0.0.1"),
        ("00:0c:29:11:22:09", None),
        ("eth0", None),
    ],
)
def test_address(text: str, address: str | None) -> None:
    assert canonical_address(text) == address


@pytest.mark.parametrize(
    ("mask", "length"),
    [
        ("0.0.0.0", 0),
        ("255.255.255.0", 24),
        ("255.255.255.255", 32),
        ("255.0.255.0", None),
        ("24", None),
    ],
)
def test_mask(mask: str, length: int | None) -> None:
    assert mask_length(mask) == length


@given(st.integers(0, (1 << 32) - 1), st.integers(0, 32))
def test_ipv4_prefixes_are_those_of_the_standard_library(number: int, bits: int) -> None:
    network = IPv4Network((number, bits), strict=False)
    assert canonical_prefix(f"{network.network_address}/{bits}") == str(network)
    assert mask_length(str(network.netmask)) == bits


@given(st.integers(0, (1 << 128) - 1), st.integers(0, 128))
def test_ipv6_prefixes_are_those_of_the_standard_library(number: int, bits: int) -> None:
    network = IPv6Network((number, bits), strict=False)
    canonical = canonical_prefix(str(network))
    assert canonical is not None
    assert IPv6Network(canonical) == network
