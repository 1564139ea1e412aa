"""Pings inside WireGuard, among packets that are encrypted too and have nothing to do with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from netdiag.explain.observed import observed_encapsulation
from netdiag.explain.opaque import WINDOW_NS
from netdiag.explain.path_view import PathView, Start
from tests.bundles import flannel, others
from tests.bundles.macs import mac_of
from tests.bundles.network import NODES, Bundle, Extra, Fate, Stream
from tests.bundles.packets import UDP, ethernet, ip, udp
from tests.bundles.paths import place_of
from tests.bundles.tunnels import WIREGUARD_PORT, wireguard
from tests.correlate.echoes import echo_packet
from tests.explain.observing import judged, observe_bundle

PING_BYTES = 84
LARGE, SMALL, SAME = bytes(500), bytes(20), bytes(PING_BYTES)
NIC = "node-1/ens33"


def encrypted(
    at_us: float, packet: bytes, *, to: str = "node-2", number: int = 9000, at: str = NIC
) -> Extra:
    """Return an encrypted packet from node-1, where it leaves or where a router sees it."""
    ends = NODES["node-1"], NODES[to]
    data = udp(*ends, (WIREGUARD_PORT, WIREGUARD_PORT), wireguard(packet, number))
    macs = mac_of(place_of("node-2/ens33")), mac_of(place_of(NIC))
    return Extra(place_of(at), at_us, ethernet(*macs, ip(*ends, UDP, data)))


def request(extras: Iterable[Extra], folder: Path, count: int = 3) -> PathView:
    streams = (Stream(network=flannel.WIREGUARD, count=count),)
    context = judged(observe_bundle(Bundle(streams=streams, extras=tuple(extras)), folder))
    (view,) = context.views
    return view.request


def hops_on_nics(view: PathView) -> list[list[tuple[str, bool, float]]]:
    """Return for each ping its NICs: node, whether it is inferred, microseconds since its begin."""
    found = []
    for sample in view.track.samples(99):
        start = Start(sample.times[view.track.first.position], view.track.first.node)
        hops = view.hops(sample, start, {})
        found.append(
            [
                (str(hop.node), hop.inferred, hop.since_first_us)
                for hop in hops
                if hop.role == "physical"
            ]
        )
    return found


FOUND = [("node-1", True, 55.0), ("node-2", True, 155.0)]
"""The NIC of node-1 sends 40 us after the tunnel device, 5 us apart are the others."""

UNRELATED = {
    "none": [],
    "larger ones just before the right one": [encrypted(s * 1e6 + 40, LARGE) for s in range(3)],
    "smaller ones just before the right one": [encrypted(s * 1e6 + 40, SMALL) for s in range(3)],
    "of the same size, before the ping": [encrypted(s * 1e6 - 50, SAME) for s in range(3)],
    "of the same size, after the right one": [encrypted(s * 1e6 + 70, SAME) for s in range(3)],
    "of the same size, to another node, later": [
        encrypted(s * 1e6 + 60, SAME, to="node-3") for s in range(3)
    ],
    "a hundred large ones": [encrypted(at * 7.3 + 1e6, LARGE, number=at) for at in range(100)],
}


@pytest.mark.parametrize("extras", UNRELATED.values(), ids=list(UNRELATED))
def test_the_right_packet_is_found(extras: list[Extra], tmp_path: Path) -> None:
    view = request(extras, tmp_path)
    assert hops_on_nics(view) == [FOUND] * 3
    assert observed_encapsulation(view) == "wireguard"


@pytest.mark.parametrize(
    "extras",
    [
        [],
        [encrypted(s * 1e6 + 60, LARGE) for s in range(3)],
        [encrypted(s * 1e6 + 60, SMALL) for s in range(3)],
        [encrypted(s * 1e6 - 60, SAME) for s in range(3)],
        [encrypted(s * 1e6 + 30 + WINDOW_NS / 1000, SAME) for s in range(3)],
        [encrypted(60, SAME)],
    ],
    ids=["nothing", "too large", "too small", "too early", "too late", "for one ping of three"],
)
def test_unrelated_packets_are_no_hop(extras: list[Extra], tmp_path: Path) -> None:
    """The pings themselves never leave node-1."""
    fate = Fate(request_lost_after="node-1/flannel-wg")
    bundle = Bundle(streams=(Stream(network=flannel.WIREGUARD, fate=fate),), extras=tuple(extras))
    (view,) = judged(observe_bundle(bundle, tmp_path)).views
    assert hops_on_nics(view.request) == [[], [], []]
    assert str(view.lost_after()) == "node-1/flannel-wg"


def test_an_encrypted_packet_that_arrives_is_followed_to_the_other_node(tmp_path: Path) -> None:
    fate = Fate(request_lost_after="node-2/ens33")
    bundle = Bundle(streams=(Stream(network=flannel.WIREGUARD, fate=fate),))
    (view,) = judged(observe_bundle(bundle, tmp_path)).views
    assert hops_on_nics(view.request) == [FOUND] * 3
    assert str(view.lost_after()) == "node-2/ens33"


THROUGH_ROUTER = [NIC, "rtr/e1", "rtr/e2", "node-2/ens33"]


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ("", THROUGH_ROUTER),
        ("rtr/e1", [NIC, "rtr/e2", "node-2/ens33"]),
        ("rtr/e2", [NIC, "rtr/e1", "node-2/ens33"]),
        (NIC, THROUGH_ROUTER[1:]),
        ("node-2/ens33", THROUGH_ROUTER[:-1]),
        ("node-1/*", THROUGH_ROUTER[1:]),
        ("node-1/*[!3]", THROUGH_ROUTER),
        ("node-2/*[!3]", THROUGH_ROUTER),
    ],
)
def test_a_router_sees_the_same_packets(without: str, expected: list[str], tmp_path: Path) -> None:
    streams = (Stream(network=others.FLANNEL_WIREGUARD_OVER_ROUTER),)
    bundle = Bundle(streams=streams, without=(without,))
    (view,) = judged(observe_bundle(bundle, tmp_path)).views
    assert places_on_wire(view.request) == expected
    assert places_on_wire(view.reply) == expected[::-1]


def places_on_wire(view: PathView) -> list[str]:
    return [str(step.place.point) for step in view.steps if step.place.role == "physical"]


def test_a_router_that_saw_only_other_packets_is_no_hop(tmp_path: Path) -> None:
    view = request([encrypted(s * 1e6 + 60, SAME, at="rtr/e1") for s in range(3)], tmp_path)
    assert hops_on_nics(view) == [FOUND] * 3


@pytest.mark.parametrize("size", [16, 17, 19, 20, 21, 35, 36, 56, 1000, 1372])
def test_padding_hides_no_size(size: int, tmp_path: Path) -> None:
    bundle = Bundle(streams=(Stream(network=flannel.WIREGUARD, data_bytes=size),))
    (view,) = judged(observe_bundle(bundle, tmp_path)).views
    assert hops_on_nics(view.request) == [FOUND] * 3


def test_an_echo_has_the_size_that_the_cases_are_about() -> None:
    assert len(echo_packet(data=bytes(56))) == PING_BYTES
