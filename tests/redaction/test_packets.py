"""Rewritten packets: as long as they were, checksums as right, by tshark's judgement."""

from __future__ import annotations

import subprocess
from ipaddress import ip_address
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.sources.redaction.mapping import Mapping
from netdiag.sources.redaction.packets import PacketRewriter
from netdiag.sources.redaction.sums import sum_words
from tests.redaction.recordings import redact

ETHERNET, RAW = 1, 101
MAPPING = Mapping(bytes(range(32)))
PACKETS = PacketRewriter(MAPPING)
MACS = bytes.fromhex("021111111111 022222222222")
HERE, THERE = ip_address("10.244.1.2"), ip_address("10.244.2.2")
HERE6, THERE6 = ip_address("2001:db8::1"), ip_address("2001:db8:1::2")
SECRETS = (MACS[:6], MACS[6:], HERE.packed, THERE.packed, HERE6.packed, THERE6.packed, b"password")

CHECKED = [
    option
    for name in ("ip.check_checksum", "udp.check_checksum", "tcp.check_checksum")
    for option in ("-o", f"{name}:TRUE")
]
WHOLE = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
STATUS = [
    option
    for name in ("ip", "udp", "tcp", "icmp", "icmpv6")
    for option in ("-e", f"{name}.checksum.status")
]


def checksum(data: bytes) -> bytes:
    return (0xFFFF - (sum_words(data) or 0xFFFF)).to_bytes(2, "big")


def ipv4(protocol: int, payload: bytes) -> bytes:
    head = bytes((0x45, 0, *(20 + len(payload)).to_bytes(2, "big"), 0, 1, 0, 0, 64, protocol))
    addresses = HERE.packed + THERE.packed
    return head + checksum(head + addresses) + addresses + payload


def ipv6(protocol: int, payload: bytes) -> bytes:
    head = bytes((0x60, 0, 0, 0, *len(payload).to_bytes(2, "big"), protocol, 64))
    return head + HERE6.packed + THERE6.packed + payload


def _pseudo(version: int, protocol: int, size: int) -> bytes:
    ends = HERE.packed + THERE.packed if version == 4 else HERE6.packed + THERE6.packed
    return ends + size.to_bytes(4, "big") + protocol.to_bytes(4, "big")


def udp(port: int, payload: bytes, version: int = 4) -> bytes:
    size = 8 + len(payload)
    head = (40000).to_bytes(2, "big") + port.to_bytes(2, "big") + size.to_bytes(2, "big")
    return head + checksum(_pseudo(version, 17, size) + head + payload) + payload


def tcp(payload: bytes, version: int = 4) -> bytes:
    head = bytes.fromhex("9c40 1f90 00000001 00000002 5018 ffff")
    covered = _pseudo(version, 6, 20 + len(payload)) + head + payload
    return head + checksum(covered) + b"\0\0" + payload


def icmp(kind: int, payload: bytes) -> bytes:
    rest = b"\0\1\0\2" + payload
    return bytes((kind, 0)) + checksum(bytes((kind, 0)) + rest) + rest


def icmpv6(kind: int, rest: bytes) -> bytes:
    head = bytes((kind, 0))
    return head + checksum(_pseudo(6, 58, 4 + len(rest)) + head + rest) + rest


def frame(kind: int, payload: bytes) -> bytes:
    return MACS + kind.to_bytes(2, "big") + payload


PING = ipv4(1, icmp(8, b"our token" * 4))
PING6 = ipv6(58, icmpv6(128, b"\0\1\0\1our token"))
NEIGHBOUR = bytes(4) + HERE6.packed + b"\2\1" + MACS[:6]
PACKET = {
    "ping": frame(0x0800, PING),
    "ping by IPv6": frame(0x86DD, PING6),
    "vlan": frame(0x8100, b"\0\5\x08\0" + PING),
    "arp": frame(0x0806, bytes.fromhex("0001 0800 06 04 0002")
                 + MACS[:6] + HERE.packed + MACS[6:] + THERE.packed),
    "neighbour": frame(0x86DD, ipv6(58, icmpv6(136, NEIGHBOUR))),
    "tcp": frame(0x0800, ipv4(6, tcp(b"password"))),
    "tcp by IPv6": frame(0x86DD, ipv6(6, tcp(b"password", 6))),
    "udp": frame(0x0800, ipv4(17, udp(53, b"password!"))),
    "udp by IPv6": frame(0x86DD, ipv6(17, udp(53, b"password", 6))),
    "vxlan": frame(0x0800, ipv4(17, udp(8472, b"\x08\0\0\0\0\0\1\0" + frame(0x0800, PING)))),
    "vxlan elsewhere": frame(0x0800, ipv4(17, udp(9999, b"\x08\0\0\0\0\0\1\0" + frame(0x0806,
        bytes.fromhex("0001 0800 06 04 0001") + MACS[:6] + HERE.packed + bytes(6)
        + THERE.packed)))),
    "vxlan by IPv6": frame(0x86DD, ipv6(17, udp(4789, b"\x08\0\0\0\0\0\1\0"
                                                + frame(0x86DD, PING6), 6))),
    "geneve": frame(0x0800, ipv4(17, udp(6081, b"\0\0\x65\x58\0\0\1\0" + frame(0x0800, PING)))),
    "flannel-udp": frame(0x0800, ipv4(17, udp(8285, PING))),
    "ipip": frame(0x0800, ipv4(4, PING)),
    "6in4": frame(0x0800, ipv4(41, PING6)),
    "4in6": frame(0x86DD, ipv6(4, PING)),
    "gre": frame(0x0800, ipv4(47, b"\0\0\x08\0" + PING)),
    "gre of frames": frame(0x0800, ipv4(47, b"\x20\0\x65\x58\0\0\0\1" + frame(0x0800, PING))),
    "error": frame(0x0800, ipv4(1, icmp(3, ipv4(17, udp(53, b"password"))))),
    "error by IPv6": frame(0x86DD, ipv6(58, icmpv6(1, bytes(4) + PING6))),
    "tcp through vxlan": frame(0x0800, ipv4(17, udp(8472, b"\x08\0\0\0\0\0\1\0"
                                            + frame(0x0800, ipv4(6, tcp(b"password")))))),
    "unknown": frame(0x88CC, b"password"),
}  # fmt: skip


def judged(capture: Path) -> list[str]:
    """Return what tshark thinks of each packet: its protocols, and its checksums."""
    words = [
        "tshark",
        "-r",
        str(capture),
        *CHECKED,
        *WHOLE,
        "-T",
        "fields",
        "-e",
        "ip.len",
        *STATUS,
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def pcap(folder: Path, name: str, packets: list[bytes]) -> Path:
    path = folder / f"{name}.pcap"
    head = bytes.fromhex("d4c3b2a1 02000400 00000000 00000000 ffff0000 01000000")
    sizes = [len(each).to_bytes(4, "little") for each in packets]
    records = [bytes(8) + size * 2 + data for size, data in zip(sizes, packets, strict=True)]
    path.write_bytes(head + b"".join(records))
    return path


needs_tshark = pytest.mark.skipif(which("tshark") is None, reason="tshark judges")


@needs_tshark
def test_checksums_of_every_header_stay_right(tmp_path: Path) -> None:
    before = judged(pcap(tmp_path, "before", list(PACKET.values())))
    after = judged(pcap(tmp_path, "after", [PACKETS.packet(ETHERNET, p) for p in PACKET.values()]))
    assert dict(zip(PACKET, after, strict=True)) == dict(zip(PACKET, before, strict=True))
    assert not any("0" in line.split("\t", 1)[1] for line in before), before


@needs_tshark
def test_wrong_checksums_stay_wrong(tmp_path: Path) -> None:
    wrong = [bytes((*data[:-1], data[-1] ^ 1)) for name, data in PACKET.items() if "ping" in name]
    before = judged(pcap(tmp_path, "before", wrong))
    after = judged(pcap(tmp_path, "after", [PACKETS.packet(ETHERNET, data) for data in wrong]))
    assert after == before
    assert all("0" in line.split("\t", 1)[1] for line in before)


@needs_tshark
@pytest.mark.parametrize("name", ["flannel-vxlan", "calico-ipip"])
def test_checksums_of_recordings_stay_as_they_were(name: str, tmp_path: Path) -> None:
    with redact(name) as (gathered, redaction, copy):
        gathered.save(str(tmp_path / "before"))
        copy.save(str(tmp_path / "after"))
        places = [(each, redaction.texts.place(each)) for each in gathered.captures()]
    for place, mapped in places:
        before = judged(tmp_path.joinpath("before", *place))
        assert judged(tmp_path.joinpath("after", *mapped)) == before, place


@pytest.mark.parametrize("name", PACKET)
def test_nothing_is_left_wherever_a_packet_is_cut(name: str) -> None:
    for size in range(len(PACKET[name]) + 1):
        data = PACKET[name][:size]
        mapped = PACKETS.packet(ETHERNET, data)
        assert len(mapped) == size
        assert [secret for secret in SECRETS if secret in mapped] == []


@pytest.mark.parametrize("packet", [PING, PING6, ipv4(4, PING)], ids=len)
def test_a_packet_without_a_frame_is_mapped_as_in_one(packet: bytes) -> None:
    kind = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    assert PACKETS.packet(RAW, packet) == PACKETS.packet(ETHERNET, frame(kind, packet))[14:]


def test_the_token_of_a_ping_stays_and_so_does_its_id() -> None:
    assert PACKETS.packet(RAW, PING)[24:] == PING[24:]


def test_no_checksum_stays_none() -> None:
    packet = bytearray(ipv4(17, udp(8472, b"\x08\0\0\0\0\0\1\0" + frame(0x0800, PING))))
    packet[26:28] = bytes(2)
    assert PACKETS.packet(RAW, bytes(packet))[26:28] == bytes(2)


def test_a_checksum_that_a_nic_would_finish_is_still_of_the_pseudo_header() -> None:
    packet = bytearray(ipv4(17, udp(53, b"12345678")))
    packet[26:28] = sum_words(_pseudo(4, 17, 16)).to_bytes(2, "big")
    mapped = PACKETS.packet(RAW, bytes(packet))
    assert int.from_bytes(mapped[26:28], "big") == sum_words(mapped[12:20] + _pseudo(4, 17, 16)[8:])


def test_wireguard_keeps_its_header_alone() -> None:
    message = b"\4\0\0\0" + bytes(range(1, 13)) + b"s" * 48
    mapped = PACKETS.packet(RAW, ipv4(17, udp(51820, message)))
    assert mapped[28:] == message[:16] + bytes(48)


def _spoiled(data: bytes, at: int, byte: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes((byte,)) + data[at + 1 :]


SPOILED = st.builds(
    _spoiled, st.sampled_from(list(PACKET.values())), st.integers(0, 200), st.integers(0, 255)
)


@given(st.sampled_from([ETHERNET, RAW, 0]), st.binary(max_size=200) | SPOILED)
def test_any_bytes_stay_as_long(link_type: int, data: bytes) -> None:
    assert len(PACKETS.packet(link_type, data)) == len(data)
