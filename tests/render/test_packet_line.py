"""One aligned line a packet: columns, times, colours."""

from __future__ import annotations

import pytest

from netdiag.model.capture_point import CapturePoint
from netdiag.render.packet_line import PacketLines
from netdiag.render.terminal import COLOURED, PLAIN, Palette
from tests.captures import (
    IN,
    OUT,
    PACKET_HOST,
    PACKET_OUTGOING,
    SECOND_NS,
    SLL2,
    START_NS,
    A,
    B,
    cooked2,
    echo_frame,
    enhanced,
    interface,
    ipv4,
    pcap,
    pcapng,
    ping,
    simple,
    vxlan_frame,
)
from tests.render.saying import reader_of

ETH0 = CapturePoint("node-1", None, "eth0")
ECHO = "10.244.0.12 > 10.244.1.34: ICMP echo request, id 8448, seq 0, length 64"
TUNNEL = "vxlan 10.1.10.9 > 10.1.10.10 vni 1"


def lines_of(
    content: bytes,
    *points: CapturePoint,
    palette: Palette = PLAIN,
    place_width: int = 0,
) -> list[str]:
    """Return the lines of a file's packets, captured at these points or all at node-1/eth0."""
    lines = PacketLines(palette, True, place_width)
    reader = reader_of(content)
    printed: list[str] = []
    while reader.next():
        reader.decode()
        point = points[len(printed)] if points else ETH0
        printed.append(lines.line(reader, point))
    return printed


def times_of(*times_ns: int) -> list[str]:
    content = pcapng(interface(), *(enhanced(time_ns, b"") for time_ns in times_ns))
    return [line.split()[0] for line in lines_of(content)]


def test_a_line() -> None:
    (line,) = lines_of(pcap([(START_NS, echo_frame())]))
    assert line == f"19:59:38.867705  node-1/eth0  -    -  {ECHO}\n"


def test_the_place_column_has_the_width_that_is_asked_for() -> None:
    (line,) = lines_of(pcap([(START_NS, echo_frame())]), place_width=20)
    assert line == f"19:59:38.867705  {'node-1/eth0':20}  -    -  {ECHO}\n"


def test_columns_widen_and_stay_wide() -> None:
    places = [CapturePoint(None, None, name) for name in ("eth0", "veth470beb22", "eth0")]
    frames = [echo_frame(), vxlan_frame(), echo_frame()]
    printed = lines_of(pcap((START_NS, frame) for frame in frames), *places)
    assert [line[17:].rstrip("\n") for line in printed] == [
        f"eth0  -    -  {ECHO}",
        f"veth470beb22  -    {TUNNEL}  {ECHO}",
        f"eth0          -    {'-':{len(TUNNEL)}}  {ECHO}",
    ]


def test_one_long_name_does_not_widen_all_lines() -> None:
    places = [CapturePoint(None, None, name) for name in ("x" * 300, "eth0")]
    printed = lines_of(pcap([(START_NS, echo_frame())] * 2), *places)
    assert f"  {'x' * 300}  -  " in printed[0]
    assert f"  eth0{' ' * 44}  -  " in printed[1]


@pytest.mark.parametrize(
    ("point", "place"),
    [
        (CapturePoint(None, None, None), "?"),
        (CapturePoint("node-1", None, None), "node-1/?"),
        (CapturePoint("node-1", "web", "eth0"), "node-1/web:eth0"),
        (CapturePoint(None, "web", "eth0"), "web:eth0"),
        (CapturePoint("n\x1b[1m", None, "e\n"), r"n\x1b[1m/e\x0a"),
    ],
)
def test_places(point: CapturePoint, place: str) -> None:
    (line,) = lines_of(pcap([(START_NS, echo_frame())]), point)
    assert line.startswith(f"19:59:38.867705  {place}  -  ")


def test_directions() -> None:
    packet = ipv4(A, B, ping(1, 1))
    records = pcapng(
        interface(),
        enhanced(1, b"", direction=IN),
        enhanced(1, b"", direction=OUT),
        enhanced(1, b""),
    )
    assert [line[29:34] for line in lines_of(records)] == [" in  ", " out ", " -   "]
    kinds = (PACKET_HOST, PACKET_OUTGOING)
    cooked = pcap([(1, cooked2(packet, 2, kind)) for kind in kinds], SLL2)
    assert [line[29:34] for line in lines_of(cooked)] == [" in  ", " out "]


def test_times_of_day() -> None:
    day_ns = 86_400 * SECOND_NS
    assert times_of(0, 999, 1000, day_ns - 1, day_ns, 3_661 * SECOND_NS + 1_000_000) == [
        "00:00:00.000000",
        "00:00:00.000000",
        "00:00:00.000001",
        "23:59:59.999999",
        "00:00:00.000000",
        "01:01:01.001000",
    ]


def test_a_time_that_goes_back() -> None:
    assert times_of(2 * SECOND_NS, SECOND_NS, 2 * SECOND_NS) == [
        "00:00:02.000000",
        "00:00:01.000000",
        "00:00:02.000000",
    ]


def test_times_at_the_ends_of_what_fits() -> None:
    *_, last = times_of(0, (1 << 64) - 1)
    assert last.endswith(".854775")


def test_no_time() -> None:
    printed = lines_of(pcapng(interface(), simple(echo_frame()), enhanced(0, echo_frame())))
    assert [line.split()[0] for line in printed] == ["--:--:--.------", "00:00:00.000000"]


def test_a_problem_stands_at_the_end() -> None:
    (line,) = lines_of(pcap([(START_NS, echo_frame()[:20])]))
    assert line.endswith("  [the packet ends inside the ipv4 header]\n")


def test_colours_surround_the_columns() -> None:
    (line,) = lines_of(pcap([(START_NS, vxlan_frame()[:-70])]), palette=COLOURED)
    time, place, tunnel, problem, end = COLOURED
    assert line.startswith(
        f"{time}19:59:38.867705{end}  {place}node-1/eth0{end}  -    {tunnel}{TUNNEL}{end}  "
    )
    assert f"  {problem}[the " in line
    assert line.endswith(f"]{end}\n")
