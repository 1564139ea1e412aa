"""Faults that were found by hand and mended: each test says what is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from netdiag.correlate.places import role_of
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Role
from tests.bundles import flannel
from tests.bundles.network import Bundle, Fate, Stream
from tests.bundles.packets import UDP as UDP_PROTOCOL
from tests.bundles.packets import ip
from tests.captures import MILLISECOND_NS, NODE_1, NODE_2, SECOND_NS, START_NS, pcap, vxlan
from tests.cli.processes import netdiag
from tests.correlate.collecting import Packet, collect, collect_files
from tests.correlate.echoes import answer, echo_packet, flood, framed
from tests.correlate.segments import segment, udp_packet
from tests.correlate.test_joining import ALPHABET, OTHER_6, POD_6, cut
from tests.explain.observing import judged, observe_bundle, statuses

NAMES: dict[str, Role] = {
    "enP2p1s0": "physical",
    "ibp5s0": "physical",
    "docker_gwbridge": "bridge",
    "wg-v6.cali": "overlay",
}


@pytest.mark.parametrize(("name", "role"), NAMES.items())
def test_roles(name: str, role: Role) -> None:
    assert role_of(CapturePoint("node-1", None, name)) == role


def test_a_reply_that_is_doubled_after_more_than_a_second_is_no_ping_of_its_own() -> None:
    """The two replies are a microsecond apart; what is old is the request."""
    reply = framed(answer())
    packets = [
        (START_NS, framed(echo_packet())),
        (START_NS + 1500 * MILLISECOND_NS, reply),
        (START_NS + 1500 * MILLISECOND_NS + 1000, reply),
    ]
    assert collect({"n/eth0": packets}).pings == 1


def test_cut_payloads_of_two_pings_at_once_are_told_apart_by_their_ids() -> None:
    """Over IPv6 there is no IP id; the first ping is lost, and the second arrives."""
    pings: Sequence[bytes] = [
        framed(echo_packet(identifier=number, source=POD_6, destination=OTHER_6, data=ALPHABET))
        for number in (1, 2)
    ]
    near: list[Packet] = [(START_NS + at, frame) for at, frame in enumerate(pings)]
    far = [(START_NS + 5000, pings[1])]
    found = collect_files({"n/eth0": cut(near, 64), "m/eth0": pcap(far)})
    ids = sorted(sorted({word >> 16 for word in shape.sample(0)[4::3]}) for shape in found.shapes)
    assert ids == [[1], [2]]


def test_tcp_under_vxlan_and_plain_udp_with_the_same_ports_are_two_flows() -> None:
    """As of a SIP server: 5060 at both ends."""
    ports = (5060, 5060)
    inner = framed(segment(1, ports=ports))
    outer = framed(ip(NODE_1, NODE_2, UDP_PROTOCOL, vxlan(1, inner)))
    plain = framed(udp_packet(ports=ports))
    found = collect({"n/eth0": [(START_NS, outer), (START_NS + 1, plain)]})
    assert len(found.collector.flows.rows) == 2


def test_a_capture_that_began_after_the_pings_proves_no_loss(tmp_path: Path) -> None:
    """Nothing compares the clocks; by both of them node-2's captures began half a second late."""
    streams = (
        Stream(network=flannel.VXLAN, count=2, fate=Fate(request_lost_after="node-1/ens33")),
    )
    bundle = Bundle(streams=streams, started_us={"node-2/*": 1_500_000})
    assert statuses(judged(observe_bundle(bundle, tmp_path))) == ["unknown"]


@pytest.mark.parametrize("interface", ["dummy0", "nodelocaldns", "kube-ipvs0"])
def test_a_device_without_a_wire_is_no_nic_that_should_have_seen_a_ping(
    interface: str, tmp_path: Path
) -> None:
    """It is ranked as a NIC; that it is silent proves nothing, the NIC is not captured."""
    bundle = Bundle(
        streams=(
            Stream(network=flannel.VXLAN, count=2, fate=Fate(request_lost_after="node-1/cni0")),
        ),
        only=("node-1/veth3cafbbcc", "node-1/cni0", f"node-1/{interface}"),
        idle=(f"node-1/{interface}",),
    )
    assert statuses(judged(observe_bundle(bundle, tmp_path))) == ["unknown"]


def test_a_ping_number_that_no_machine_word_holds_is_one_that_there_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(flood(1, SECOND_NS)))
    done = netdiag("analyze", tmp_path / "a.pcap", "--ping", str(10**30))
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no such ping" in done.stderr


def test_a_node_whose_nic_alone_saw_requests_lost_them_within(tmp_path: Path) -> None:
    """Only node-2 is captured, whole; "request-lost" until the NIC's own packets were doubted."""
    streams = (
        Stream(network=flannel.VXLAN, count=2, fate=Fate(request_lost_after="node-2/ens33")),
    )
    bundle = Bundle(streams=streams, only=("node-2/*",))
    assert statuses(judged(observe_bundle(bundle, tmp_path))) == ["request-lost"]
