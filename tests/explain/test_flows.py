"""TCP and UDP of all places, put together: each packet counted once."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.explain.flows import MAX_FLOWS, list_flows
from tests.bundles.packets import UDP, ip
from tests.captures import NODE_1, NODE_2, START_NS, A, B, vxlan
from tests.correlate.collecting import Packet
from tests.correlate.echoes import framed
from tests.correlate.segments import segment, udp_packet
from tests.explain.observing import observe_packets

MANY = 1000


def under_vxlan(packet: bytes) -> bytes:
    return ip(NODE_1, NODE_2, UDP, vxlan(1, framed(packet)))


def spaced(*packets: bytes, late: int = 0) -> list[Packet]:
    return [(START_NS + 10 * at + late, framed(packet)) for at, packet in enumerate(packets)]


DATA = [segment(1 + 100 * at, bytes(100), ip_id=at) for at in range(4)]


def test_a_packet_is_counted_once_whatever_sees_it(tmp_path: Path) -> None:
    """At the place that saw most; retransmissions where most were seen."""
    seen = observe_packets(
        {
            "node-1/cni0": spaced(*DATA),
            "node-1/ens33": spaced(*map(under_vxlan, DATA), late=3),
            "node-2/ens33": spaced(*map(under_vxlan, DATA[:2]), under_vxlan(DATA[1]), late=5),
        },
        tmp_path,
    )
    ((flow,), left_out) = list_flows(seen, MANY)
    assert (flow.protocol, flow.source, flow.destination) == ("tcp", f"{A}:40000", f"{B}:80")
    assert (flow.packets, flow.bytes, flow.retransmissions) == (4, 560, 0)
    assert flow.encapsulation == "vxlan"
    assert flow.interfaces == ("node-1/cni0", "node-1/ens33", "node-2/ens33")
    assert left_out == 0


@pytest.mark.parametrize(
    ("captures", "encapsulation"),
    [
        ({"n/ens33": [DATA[0]]}, "none"),
        ({"n/cni0": [DATA[0]]}, None),
        ({"n/ens33": [under_vxlan(DATA[0])]}, "vxlan"),
        ({"n/cni0": [DATA[0]], "n/ens33": [under_vxlan(DATA[0])]}, "vxlan"),
        ({"n/ens33": [DATA[0], under_vxlan(DATA[1])]}, "mixed"),
        ({"n/ens33": [under_vxlan(DATA[0])], "m/ens33": [DATA[0]]}, "mixed"),
    ],
)
def test_encapsulation(
    captures: dict[str, list[bytes]], encapsulation: str | None, tmp_path: Path
) -> None:
    packets = {name: spaced(*found) for name, found in captures.items()}
    ((flow,), _) = list_flows(observe_packets(packets, tmp_path), MANY)
    assert flow.encapsulation == encapsulation


def test_ipv6_sockets(tmp_path: Path) -> None:
    packet = udp_packet(bytes(1), source="fd00::1", destination="fd00::2")
    ((flow,), _) = list_flows(observe_packets({"n/eth0": spaced(packet)}, tmp_path), MANY)
    assert (flow.source, flow.destination) == ("[fd00::1]:5353", "[fd00::2]:53")
    assert (flow.protocol, flow.bytes) == ("udp", 49)


@pytest.mark.parametrize(("most", "listed"), [(MANY, MAX_FLOWS), (None, MAX_FLOWS + 20)])
def test_the_largest_are_listed(most: int | None, listed: int, tmp_path: Path) -> None:
    packets = [
        udp_packet(bytes(number), ports=(1000 + number, 53)) for number in range(MAX_FLOWS + 20)
    ]
    flows, left_out = list_flows(observe_packets({"n/eth0": spaced(*packets)}, tmp_path), most)
    assert [flow.bytes for flow in flows] == sorted(map(len, packets), reverse=True)[:listed]
    assert left_out == len(packets) - listed
