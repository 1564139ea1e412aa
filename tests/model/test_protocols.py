"""Names of protocols, ICMP messages and TCP flags, as tcpdump spells them."""

from __future__ import annotations

import pytest

from netdiag.model.protocols import icmp_name, icmpv6_name, ip_protocol_name, tcp_flags_text


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (0x00, "none"),
        (0x01, "F"),
        (0x02, "S"),
        (0x04, "R"),
        (0x08, "P"),
        (0x10, "."),
        (0x20, "U"),
        (0x40, "E"),
        (0x80, "W"),
        (0x12, "S."),
        (0x14, "R."),
        (0x18, "P."),
        (0x11, "F."),
        (0xC2, "SEW"),
        (0xFF, "FSRP.UEW"),
    ],
)
def test_tcp_flags(flags: int, text: str) -> None:
    assert tcp_flags_text(flags) == text


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [
        (8, 0, "echo request"),
        (0, 0, "echo reply"),
        (3, 4, "need to frag"),
        (3, 99, "unreachable"),
        (11, 0, "time exceeded in-transit"),
        (200, 7, "type 200 code 7"),
    ],
)
def test_icmp_messages(number: int, code: int, name: str) -> None:
    assert icmp_name(number, code) == name


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [
        (128, 0, "echo request"),
        (1, 4, "port unreachable"),
        (1, 99, "unreachable"),
        (2, 0, "packet too big"),
        (135, 0, "neighbor solicitation"),
        (8, 0, "type 8 code 0"),
    ],
)
def test_icmpv6_messages(number: int, code: int, name: str) -> None:
    assert icmpv6_name(number, code) == name


@pytest.mark.parametrize(
    ("number", "name"), [(1, "proto 1 (icmp)"), (132, "proto 132 (sctp)"), (253, "proto 253")]
)
def test_ip_protocols(number: int, name: str) -> None:
    assert ip_protocol_name(number) == name
