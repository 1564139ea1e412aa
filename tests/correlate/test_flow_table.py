"""TCP and UDP: what is counted at each place, and what is a retransmission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from netdiag.model.layers import TCP, UDP
from tests.bundles.packets import ip
from tests.captures import START_NS, A, B, ipv4, pcap, vxlan_frame
from tests.captures import icmp as icmp_message
from tests.captures import udp as plain_udp
from tests.correlate.bounds import MAX_ROWS
from tests.correlate.collecting import Collected, Packet, collect, collect_files
from tests.correlate.echoes import framed
from tests.correlate.segments import ACK, FIN, SYN, addresses_of, segment, udp_packet

V6, OTHER_V6 = "fd00:244::12", "fd00:244:1::34"


class Row(NamedTuple):
    """What is said of a flow at a place, without its times."""

    place: int
    protocol: int
    packets: int
    bytes: int
    retransmissions: int


def spaced(*packets: bytes) -> list[Packet]:
    """Return frames of these packets, a microsecond apart."""
    return [(START_NS + at * 1000, framed(packet)) for at, packet in enumerate(packets)]


def rows(found: Collected) -> list[Row]:
    flows = found.collector.flows
    return [
        Row(row.place, row.protocol, *flows.counts(number)[:3])
        for number, row in enumerate(flows.rows)
    ]


def retransmissions(*packets: bytes) -> int:
    return sum(row.retransmissions for row in rows(collect({"n/eth0": spaced(*packets)})))


def test_packets_and_bytes_of_each_direction() -> None:
    """Bytes are those of the IP packets."""
    there = [segment(1000 + 10 * at, bytes(10), ip_id=at) for at in range(3)]
    back = [segment(7, source=B, destination=A, ports=(80, 40000))]
    found = collect({"n/eth0": spaced(*there, *back, udp_packet(bytes(100)))})
    assert rows(found) == [
        Row(0, TCP, 3, 150, 0),
        Row(0, TCP, 1, 40, 0),
        Row(0, UDP, 1, 128, 0),
    ]
    flows = found.collector.flows
    assert [row.addresses for row in flows.rows] == [
        addresses_of(),
        addresses_of(B, A),
        addresses_of(),
    ]
    assert [row.ports.hex() for row in flows.rows] == ["9c400050", "00509c40", "14e90035"]
    assert [flows.counts(number)[3] - START_NS for number in range(3)] == [0, 3000, 4000]


def test_ipv6() -> None:
    ends = {"source": V6, "destination": OTHER_V6}
    found = collect(
        {
            "n/eth0": spaced(
                segment(1, bytes(10), **ends),  # type: ignore[arg-type]
                segment(11, bytes(10), **ends),  # type: ignore[arg-type]
                segment(1, bytes(10), **ends),  # type: ignore[arg-type]
                udp_packet(bytes(2), source=OTHER_V6, destination=V6),
            )
        }
    )
    assert rows(found) == [Row(0, TCP, 3, 210, 1), Row(0, UDP, 1, 50, 0)]
    assert found.collector.flows.rows[0].addresses == addresses_of(V6, OTHER_V6)


def test_each_place_has_rows_of_its_own() -> None:
    packets = spaced(*(segment(10 * at, bytes(10), ip_id=at) for at in range(5)))
    found = collect({"n/eth0": packets, "n/cni0": packets[:3], "m/eth0": packets[2:]})
    assert sorted(rows(found)) == [
        Row(0, TCP, 5, 250, 0),
        Row(1, TCP, 3, 150, 0),
        Row(2, TCP, 3, 150, 0),
    ]


def test_a_tunnel_makes_another_row() -> None:
    """Under VXLAN and plain at one place; what is under it is counted, not the tunnel."""
    found = collect({"n/eth0": [(START_NS, vxlan_frame())]})
    assert rows(found) == []
    assert found.pings == 1


DATA = bytes(10)
NOT_AGAIN = {
    "one after the other": [segment(1, DATA), segment(11, DATA, ip_id=2)],
    "the same packet, twice captured": [segment(1, DATA), segment(1, DATA)],
    "the same packet under another TTL": [segment(1, DATA), segment(1, DATA, ttl=63)],
    "acknowledgements without data": [segment(1, ip_id=1), segment(1, ip_id=2)],
    "a keep-alive of no byte": [segment(1, DATA), segment(11, ip_id=2), segment(10, ip_id=3)],
    "out of order": [segment(11, DATA, ip_id=2), segment(1, DATA, ip_id=1)],
    "over the wrap": [segment(2**32 - 5, DATA), segment(5, DATA, ip_id=2)],
    "the same numbers the other way": [
        segment(1, DATA),
        segment(1, DATA, source=B, destination=A, ports=(80, 40000), ip_id=2),
    ],
    "the same numbers of another connection": [
        segment(1, DATA),
        segment(1, DATA, ports=(40001, 80), ip_id=2),
    ],
    "SYN, then data": [segment(0, flags=SYN), segment(1, DATA, ip_id=2)],
    "data, then FIN": [segment(1, DATA), segment(11, flags=FIN | ACK, ip_id=2)],
    "UDP": [udp_packet(DATA, ip_id=1), udp_packet(DATA, ip_id=2)],
}
AGAIN = {
    "the last one": ([segment(1, DATA), segment(1, DATA, ip_id=2)], 1),
    "an earlier one": (
        [segment(1, DATA), segment(11, DATA, ip_id=2), segment(1, DATA, ip_id=3)],
        1,
    ),
    "three times": ([segment(1, DATA, ip_id=at) for at in range(1, 5)], 3),
    "IP id 0": ([segment(1, DATA, ip_id=0), segment(1, DATA, ip_id=0)], 1),
    "SYN": ([segment(0, flags=SYN, ip_id=at) for at in (1, 2, 3)], 2),
    "SYN with options": ([segment(0, flags=SYN, options=bytes(20), ip_id=at) for at in (1, 2)], 1),
    "SYN and ACK": ([segment(0, flags=SYN | ACK, ip_id=0) for _ in "ab"], 1),
    "FIN": ([segment(1, flags=FIN | ACK, ip_id=at) for at in (1, 2)], 1),
    "over the wrap": ([segment(2**32 - 5, DATA, ip_id=at) for at in (1, 2)], 1),
    "the last byte before the wrap": ([segment(2**32 - 10, DATA, ip_id=at) for at in (1, 2)], 1),
}


@pytest.mark.parametrize("packets", NOT_AGAIN.values(), ids=list(NOT_AGAIN))
def test_what_is_no_retransmission(packets: Sequence[bytes]) -> None:
    assert retransmissions(*packets) == 0


@pytest.mark.parametrize(("packets", "count"), AGAIN.values(), ids=list(AGAIN))
def test_what_is_a_retransmission(packets: Sequence[bytes], count: int) -> None:
    assert retransmissions(*packets) == count


def test_a_retransmission_is_counted_at_every_place_that_sees_it() -> None:
    packets = spaced(segment(1, DATA), segment(1, DATA, ip_id=2))
    found = collect({"n/eth0": packets, "m/eth0": packets[1:]})
    assert [row.retransmissions for row in sorted(rows(found))] == [1, 0]


def test_a_segment_cut_behind_its_ports_is_counted_and_no_more() -> None:
    frame = framed(segment(1, DATA))
    size = 14 + 20 + 8
    packets = [(START_NS, frame[:size]), (START_NS + 1, frame[:size])]
    found = collect({"n/eth0": packets})
    assert [row.retransmissions for row in rows(found)] == [0]
    assert rows(found)[0].packets == 2


def test_wrong_checksums_are_noted_with_their_frames() -> None:
    packets = [segment(at * 10, DATA, ip_id=at, fault=at % 2) for at in range(4)]
    found = collect({"n/eth0": spaced(*packets), "n/eth1": spaced(*packets[::2])})
    assert found.collector.flows.wrong_checksums == {0: [2, 4]}


def many_flows(count: int) -> list[Packet]:
    """Return two datagrams of each of so many flows: all the first ones, then all the second."""
    flows = [
        framed(ipv4(f"10.9.{number >> 14}.1", B, plain_udp(number & 0x3FFF | 0x4000, 53), 17))
        for number in range(count)
    ]
    return [(START_NS + at, frame) for at, frame in enumerate(flows + flows)]


@pytest.mark.parametrize("count", [255, 256, 257, 600, 5000])
def test_the_table_grows_and_keeps_what_it_has(count: int) -> None:
    found = collect({"n/eth0": many_flows(count)})
    assert rows(found) == [Row(0, UDP, 2, 56, 0)] * count
    flows = found.collector.flows
    ports = [int.from_bytes(row.ports[:2], "big") for row in flows.rows]
    assert ports == [number & 0x3FFF | 0x4000 for number in range(count)]
    assert [flows.counts(number)[3] for number in (0, count - 1)] == [
        START_NS,
        START_NS + count - 1,
    ]


def test_flows_past_the_bound_are_left_out() -> None:
    found = collect_files({"n/eth0": pcap(many_flows(MAX_ROWS + 50))})
    flows = found.collector.flows
    assert flows.used == len(flows.rows) == MAX_ROWS
    assert flows.left_out == 2 * 50
    assert {flows.counts(number)[0] for number in range(MAX_ROWS)} == {2}


@pytest.mark.parametrize(
    "frame",
    [
        framed(ipv4(A, B, icmp_message(3, 3, 0, segment(1, DATA)))),
        framed(ip(A, B, 6, b"", fragment=0x2001)),
    ],
    ids=["quoted by an ICMP error", "a later fragment"],
)
def test_what_is_no_flow(frame: bytes) -> None:
    assert rows(collect({"n/eth0": [(START_NS, frame)]})) == []
