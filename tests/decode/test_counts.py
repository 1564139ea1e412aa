"""Packets counted by encapsulation and protocol."""

from __future__ import annotations

from netdiag.decode.counts import CountRow, PacketCounts
from netdiag.decode.open_reader import open_reader
from netdiag.model.layers import ARP, IPV4, IPV6, OVER_IPIP, OVER_VXLAN, STOP
from tests.decode import frames
from tests.decode.capture_files import Pcap, Pcapng, stream
from tests.decode.frames import PING, PING6_FRAME, PING_FRAME, ethernet, icmp, ipv4, octets, udp
from tests.decode.observing import UDP_TUNNELS

MAX_ROWS = 256
"""``counts.MAX_ROWS``, which the compiled module keeps to itself."""

IPIP_FRAME = ethernet(frames.IPV4, ipv4(frames.IPIP, PING))
VXLAN_FRAME = ethernet(
    frames.IPV4,
    ipv4(frames.UDP, udp("1 > 8472", octets("08000000 00000100") + IPIP_FRAME)),
)
ARP_FRAME = ethernet(frames.ARP, frames.ARP_REQUEST)
LLDP_FRAME = ethernet(0x88CC, b"\x02")
ERROR_FRAME = ethernet(frames.IPV4, ipv4(frames.ICMP, icmp(3, 3, payload=IPIP_FRAME[14:])))


def count(data: bytes) -> PacketCounts:
    counts = PacketCounts()
    counts.count_all(open_reader(stream(data), 65536, UDP_TUNNELS))
    return counts


def pcap_of(*packets: bytes, link_type: int = 1, more: int = 0) -> bytes:
    """Return a file of packets that were ``more`` bytes longer than what was captured."""
    pcap = Pcap()
    return pcap.header(link_type) + b"".join(
        pcap.record(packet, length=len(packet) + more) for packet in packets
    )


def of_kinds(kinds: int) -> bytes:
    """Return a file whose packets are of so many kinds: of the link types 1000, 1001, ..."""
    ng = Pcapng()
    interfaces = b"".join(ng.interface(link_type=1000 + number) for number in range(kinds))
    packets = b"".join(ng.enhanced(b"x", interface=number) for number in range(kinds))
    return ng.section() + interfaces + packets


def test_nothing_to_count() -> None:
    counts = count(pcap_of())
    assert (counts.rows(), counts.problems) == ([], 0)


def test_the_first_packet_is_counted_even_if_its_row_looks_like_an_empty_one() -> None:
    counts = count(pcap_of(b"", link_type=0))
    assert counts.rows() == [CountRow(0, 0, STOP, -1, 1, 0, False)]


def test_packets_of_one_kind_share_a_row_and_the_largest_comes_first() -> None:
    frame_list = [PING_FRAME, IPIP_FRAME, PING_FRAME, VXLAN_FRAME, ARP_FRAME, PING6_FRAME]
    frame_list += [PING_FRAME, IPIP_FRAME, LLDP_FRAME]
    stack = OVER_VXLAN << 4 | OVER_IPIP
    sizes = {frame: len(frame) + 10 for frame in frame_list}
    assert count(pcap_of(*frame_list, more=10)).rows() == [
        CountRow(0, 0, IPV4, 1, 3, 3 * sizes[PING_FRAME], False),
        CountRow(OVER_IPIP, 0, IPV4, 1, 2, 2 * sizes[IPIP_FRAME], False),
        CountRow(0, 0, ARP, -1, 1, sizes[ARP_FRAME], False),
        CountRow(0, 0, IPV6, 58, 1, sizes[PING6_FRAME], False),
        CountRow(0, 1, STOP, -1, 1, sizes[LLDP_FRAME], False),
        CountRow(stack, 0, IPV4, 1, 1, sizes[VXLAN_FRAME], False),
    ]


def test_a_quote_is_not_counted() -> None:
    assert count(pcap_of(ERROR_FRAME)).rows() == [
        CountRow(0, 0, IPV4, 1, 1, len(ERROR_FRAME), False)
    ]


def test_protocol_numbers_are_told_apart_up_to_255() -> None:
    packets = [ipv4(protocol) for protocol in (0, 132, 255)]
    rows = count(pcap_of(*packets, link_type=101)).rows()
    assert [(row.network, row.protocol) for row in rows] == [(IPV4, 0), (IPV4, 132), (IPV4, 255)]


def test_packets_with_a_problem_are_counted_too() -> None:
    counts = count(pcap_of(PING_FRAME, PING_FRAME[:20], IPIP_FRAME[:40], PING_FRAME[:13]))
    assert (counts.problems, sum(row.packets for row in counts.rows())) == (3, 4)


def test_packets_are_counted_one_by_one_as_all_at_once() -> None:
    data = pcap_of(PING_FRAME, IPIP_FRAME, PING_FRAME[:20], ARP_FRAME)
    reader = open_reader(stream(data), 65536, UDP_TUNNELS)
    counts = PacketCounts()
    while reader.next():
        reader.decode()
        counts.add(reader)
    assert (counts.rows(), counts.problems) == (count(data).rows(), 1)


def test_counts_of_several_files_add_up() -> None:
    counts = PacketCounts()
    for data in (pcap_of(PING_FRAME), pcap_of(PING, PING, link_type=101)):
        counts.count_all(open_reader(stream(data), 65536, UDP_TUNNELS))
    size = len(PING_FRAME) + 2 * len(PING)
    assert counts.rows() == [CountRow(0, 0, IPV4, 1, 3, size, False)]


def test_kinds_are_told_apart_in_all_rows_but_the_last() -> None:
    rows = count(of_kinds(MAX_ROWS - 1)).rows()
    assert [row.link_type for row in rows] == list(range(1000, 1000 + MAX_ROWS - 1))
    assert not any(row.other for row in rows)


def test_more_kinds_than_rows_share_the_last_row() -> None:
    data = of_kinds(MAX_ROWS + 44) + Pcapng().enhanced(b"x", interface=MAX_ROWS + 1)
    rows = count(data).rows()
    assert len(rows) == MAX_ROWS
    assert [(row.packets, row.wire_bytes) for row in rows if row.other] == [(46, 46)]
    assert rows[0].other
    assert [row.link_type for row in rows[1:]] == list(range(1000, 1000 + MAX_ROWS - 1))


def test_a_kind_seen_before_the_last_row_was_shared_keeps_its_own() -> None:
    data = of_kinds(MAX_ROWS + 5) + Pcapng().enhanced(b"x", interface=7)
    rows = count(data).rows()
    assert [(row.packets, row.other) for row in rows if row.link_type == 1007] == [(2, False)]
