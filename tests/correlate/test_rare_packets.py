"""ICMP errors, ARP, fragments and encrypted tunnels: what is kept, and how much of it."""

from __future__ import annotations

from struct import pack

import pytest

from netdiag.correlate import rare_packets
from netdiag.correlate.rare_packets import RarePackets
from tests.bundles.packets import UDP, arp_reply, arp_request, icmp, icmpv6, ip
from tests.bundles.packets import udp as datagram
from tests.bundles.tunnels import wireguard
from tests.captures import NODE_1, NODE_2, START_NS, A, B
from tests.correlate.collecting import collect
from tests.correlate.echoes import answer, echo_packet, framed
from tests.correlate.segments import segment

ROUTER, ROUTER_6 = "10.1.10.1", "fd00::1"
V6, OTHER_V6 = "fd00:244::12", "fd00:244:1::34"
ICMP, ICMPV6, ESP = 1, 58, 50
FIRST, LATER, LAST = 0x2000, 0x2010, 0x0020


def rare(*frames: bytes) -> RarePackets:
    return collect({"n/eth0": [(START_NS + at, frame) for at, frame in enumerate(frames)]}).rare


def error(kind: int, code: int, quoted: bytes, word: int = 0) -> bytes:
    return framed(ip(ROUTER, A, ICMP, icmp(kind, code, pack("!I", word) + quoted), ttl=61))


def error_6(kind: int, code: int, quoted: bytes, word: int = 0) -> bytes:
    message = icmpv6(ROUTER_6, V6, kind, code, pack("!I", word) + quoted)
    return framed(ip(ROUTER_6, V6, ICMPV6, message, ttl=61))


PING = echo_packet(5, identifier=9)
PING_6 = echo_packet(5, identifier=9, source=V6, destination=OTHER_V6)


@pytest.mark.parametrize(
    ("frame", "mtu"),
    [
        (error(3, 4, PING, 1450), 1450),
        (error(3, 4, PING, 0), 0),
        (error(3, 1, PING, 1450), None),
        (error(11, 0, PING, 1450), None),
        (error_6(2, 0, PING_6, 1280), 1280),
        (error_6(1, 4, PING_6, 1280), None),
    ],
)
def test_the_mtu_that_a_router_asks_for(frame: bytes, mtu: int | None) -> None:
    (found,) = rare(frame).errors
    assert found.mtu == mtu
    assert (found.ttl, found.frame, found.time_ns, found.place) == (61, 1, START_NS, 0)
    assert found.is_ipv6 == (found.source == ROUTER_6)


@pytest.mark.parametrize(
    ("frame", "quoted", "echo", "quotes_reply"),
    [
        (error(3, 1, PING), ((A, B),), (9, 5), False),
        (error(3, 1, answer(5, identifier=9)), ((B, A),), (9, 5), True),
        (error(3, 1, PING[:28]), ((A, B),), (9, 5), False),
        (error(3, 3, segment(1)), ((A, B),), None, False),
        (error_6(1, 0, PING_6), ((V6, OTHER_V6),), (9, 5), False),
        (
            error(3, 1, ip(NODE_1, NODE_2, 4, PING)),
            ((NODE_1, NODE_2), (A, B)),
            (9, 5),
            False,
        ),
    ],
)
def test_what_an_error_is_about(
    frame: bytes,
    quoted: tuple[tuple[str, str], ...],
    echo: tuple[int, int] | None,
    quotes_reply: bool,
) -> None:
    (found,) = rare(frame).errors
    assert (found.quoted, found.echo, found.quotes_reply) == (quoted, echo, quotes_reply)
    assert [tunnel.kind for tunnel in found.quoted_encapsulation] == ["ipip"] * (len(quoted) - 1)


def test_echoes_and_flows_are_not_rare() -> None:
    found = rare(framed(PING), framed(answer()), framed(segment(1)), framed(PING_6))
    assert (found.errors, found.claims, found.fragments, found.opaque) == ([], {}, {}, {})


MAC, OTHER_MAC = "00:0c:29:00:00:01", "00:0c:29:00:00:02"


def test_claims() -> None:
    ends = (MAC, "10.1.1.1"), (OTHER_MAC, "10.1.1.2")
    found = rare(
        arp_request(ends[0], "10.1.1.2"),
        arp_reply(ends[1], ends[0]),
        arp_reply((OTHER_MAC, "10.1.1.1"), ends[0]),
        arp_reply(ends[1], ends[0]),
        arp_request((MAC, "0.0.0.0"), "10.1.1.3"),
    )
    said = {
        (claim.address, claim.mac): [(seen.frame, seen.is_reply) for seen in sightings]
        for claim, sightings in found.claims.items()
    }
    assert said == {
        ("10.1.1.1", MAC): [(1, False)],
        ("10.1.1.2", OTHER_MAC): [(2, True), (4, True)],
        ("10.1.1.1", OTHER_MAC): [(3, True)],
    }


def test_later_fragments_by_ip_id() -> None:
    parts = [
        framed(ip(A, B, ICMP, bytes(16), number=number, fragment=field))
        for number, field in ((7, FIRST), (7, LATER), (7, LAST), (8, LAST))
    ]
    assert rare(*parts).fragments == {(0, A, B, 7): 2, (0, A, B, 8): 1}


def wireguard_frame(number: int, *, source: str = NODE_1, packet: bytes = PING) -> bytes:
    ends = (source, NODE_2 if source == NODE_1 else NODE_1)
    return framed(ip(*ends, UDP, datagram(*ends, (51820, 51820), wireguard(packet, number))))


def esp_frame(number: int, size: int = 100) -> bytes:
    return framed(ip(NODE_1, NODE_2, ESP, pack("!II", 0xABCD, number) + bytes(range(size))))


def test_wireguard_by_lane() -> None:
    small, large = bytes(1), bytes(33)
    found = rare(
        wireguard_frame(1, packet=small),
        wireguard_frame(2, packet=large),
        wireguard_frame(1, source=NODE_2),
    )
    lanes = {lane.encapsulation.source: packets for lane, packets in found.opaque.items()}
    assert set(lanes) == {NODE_1, NODE_2}
    assert list(lanes[NODE_1].sizes) == [16, 48]
    assert list(lanes[NODE_1].frames) == [1, 2]
    assert len(lanes[NODE_1].keys) == 2
    assert found.opaque_count == 3


def test_esp_by_sequence_number() -> None:
    (packets,) = rare(esp_frame(1), esp_frame(2), esp_frame(2)).opaque.values()
    assert list(packets.sizes) == [108, 108, 108]
    assert sorted(packets.keys.values()) == [0, 1]


def test_wireguard_handshakes_are_not_kept() -> None:
    ends = (NODE_1, NODE_2)
    first = pack("<I", 1) + bytes(144)
    found = rare(framed(ip(*ends, UDP, datagram(*ends, (51820, 51820), first))))
    assert (found.opaque_count, found.opaque) == (0, {})


def claim(number: int) -> bytes:
    return arp_reply((MAC, f"10.1.{number}.1"), (OTHER_MAC, "10.1.1.2"))


def later(number: int) -> bytes:
    return framed(ip(A, B, ICMP, bytes(16), number=number, fragment=LAST))


@pytest.mark.parametrize("more", [0, 1, 5])
@pytest.mark.parametrize(
    ("bound", "frame"),
    [
        ("MAX_ERRORS", lambda number: error(3, 1, PING)),
        ("MAX_CLAIMS", claim),
        ("MAX_FRAGMENTED", later),
        ("MAX_OPAQUE", wireguard_frame),
    ],
)
def test_bounds(bound: str, frame: object, more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rare_packets, bound, 20)
    assert callable(frame)
    found = rare(*(frame(number) for number in range(20 + more)))
    kept = (
        len(found.errors)
        + len(found.claims)
        + len(found.fragments)
        + sum(len(packets.times) for packets in found.opaque.values())
    )
    assert (kept, found.left_out) == (20, more)


def test_a_claim_that_is_known_is_seen_again_when_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rare_packets, "MAX_CLAIMS", 1)
    found = rare(claim(1), claim(2), claim(1))
    assert [len(seen) for seen in found.claims.values()] == [2]
    assert found.left_out == 1


def test_no_claim_is_remembered_more_often_than_sixteen_times() -> None:
    (seen,) = rare(*(claim(1) for _ in range(40))).claims.values()
    assert [sighting.frame for sighting in seen] == list(range(1, 17))
