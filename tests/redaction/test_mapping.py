"""What addresses become: structure is kept, and nothing else."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.sources.redaction.mapping import Address, Mapping

KEY = bytes(range(32))
MAPPING = Mapping(KEY)
KNOWN = Mapping(KEY, [ip_network("10.244.0.0/22"), ip_network("fd00:1::/64")])

KEPT = [
    *("0.0.0.0", "127.0.0.53", "169.254.1.1", "224.0.0.5", "255.255.255.0", "255.255.255.255"),
    *("::", "::1", "fe80::1", "ff02::1", "ff02::2"),
]
KEPT_MACS = ["00" * 6, "ff" * 6, "ee" * 6, "01005e000001", "333300000001"]

ipv4 = st.integers(0, 2**32 - 1).map(IPv4Address)
global_ipv6 = st.integers(0x20 << 120, (0xFE << 120) - 1).map(IPv6Address)
pairs = st.tuples(ipv4, ipv4) | st.tuples(global_ipv6, global_ipv6)
near = st.builds(
    lambda first, length, other: (first, IPv4Address(int(first) ^ (other >> length))),
    ipv4, st.integers(0, 32), st.integers(0, 2**32 - 1),
)  # fmt: skip
macs = st.binary(min_size=6, max_size=6)


def shared_bits(first: Address, second: Address) -> int:
    return first.max_prefixlen - (int(first) ^ int(second)).bit_length()


@given(pairs | near)
def test_addresses_share_as_many_leading_bits_as_before(pair: tuple[Address, Address]) -> None:
    for mapping in (MAPPING, KNOWN):
        first, second = map(mapping.address, pair)
        assert shared_bits(first, second) == shared_bits(*pair)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_the_same_everywhere_is_kept(text: str) -> None:
    assert MAPPING.address(ip_address(text)) == ip_address(text)


@given(ipv4)
def test_nothing_becomes_what_is_kept_and_private_stays_private(address: IPv4Address) -> None:
    mapped = MAPPING.address(address)
    kinds = ("is_multicast", "is_loopback", "is_link_local", "is_unspecified")
    assert [getattr(mapped, kind) for kind in kinds] == [getattr(address, kind) for kind in kinds]
    for network in map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")):
        assert (mapped in network) == (address in network)


def test_first_and_last_addresses_of_known_networks_stay_first_and_last() -> None:
    first, last = (KNOWN.address(ip_address(each)) for each in ("10.244.0.0", "10.244.3.255"))
    assert int(first) % 1024 == 0
    assert int(last) == int(first) + 1023
    assert int(KNOWN.address(ip_address("fd00:1::"))) % 2**64 == 0


def test_a_prefix_with_clear_host_bits_keeps_them_clear() -> None:
    assert int(MAPPING.network(ip_address("192.168.4.0"), 23)) % 512 == 0
    host = ip_address("192.168.4.1")
    assert MAPPING.network(host, 23) == MAPPING.address(host)


def test_another_key_maps_otherwise() -> None:
    other = Mapping(bytes(32))
    address = ip_address("10.244.1.2")
    assert len({other.address(address), MAPPING.address(address), address}) == 3
    assert other.mac(b"\x02abcde") != MAPPING.mac(b"\x02abcde")


def test_an_address_in_an_address_is_mapped_too() -> None:
    mapped = MAPPING.address(ip_address("::ffff:10.1.10.9"))
    assert isinstance(mapped, IPv6Address)
    assert mapped.ipv4_mapped == MAPPING.address(ip_address("10.1.10.9"))


def test_a_link_local_address_follows_its_mac() -> None:
    mac = bytes.fromhex("be1a5c000102")
    mapped = MAPPING.address(ip_address("fe80::bc1a:5cff:fe00:102")).packed
    assert bytes((mapped[8] ^ 2, *mapped[9:11], *mapped[13:])) == MAPPING.mac(mac)


def test_solicited_nodes_by_address_and_by_mac_fit() -> None:
    address = MAPPING.address(ip_address("ff02::1:ff12:3456"))
    assert address.packed[:13] == ip_address("ff02::1:ff12:3456").packed[:13]
    assert MAPPING.mac(bytes.fromhex("3333ff123456")) == b"\x33\x33" + address.packed[12:]
    assert address.packed[13:] != b"\x12\x34\x56"


@given(st.lists(macs, min_size=2, max_size=20, unique=True))
def test_macs_stay_distinct_and_unicast(addresses: list[bytes]) -> None:
    mapped = [MAPPING.mac(each) for each in addresses]
    assert len(set(mapped)) == len(addresses)
    assert [each[0] & 1 for each in mapped] == [each[0] & 1 for each in addresses]


@pytest.mark.parametrize("mac", KEPT_MACS)
def test_macs_that_are_nobodys_are_kept(mac: str) -> None:
    assert MAPPING.mac(bytes.fromhex(mac)) == bytes.fromhex(mac)
