"""Each rule is silent about what is healthy, and about what only looks like a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bundles import flannel, others
from tests.bundles.macs import mac_of
from tests.bundles.network import Bundle, Extra, Fate, IcmpError, Network, Stream
from tests.bundles.packets import arp_reply, arp_request, ethernet
from tests.bundles.paths import place_of
from tests.captures import A, B
from tests.correlate.segments import segment
from tests.explain.observing import found_by_rule, judged, observe_bundle

HEALTHY: dict[str, Network] = {
    "vxlan": flannel.VXLAN,
    "host-gw": flannel.HOST_GW,
    "udp": flannel.UDP,
    "wireguard": flannel.WIREGUARD,
    "one node": flannel.SAME_NODE,
    "hairpin": flannel.HAIRPIN,
    "ipv6": flannel.VXLAN_IPV6,
    "service": flannel.SERVICE,
    "ipip": others.CALICO_IPIP,
    "bgp": others.CALICO_BGP,
    "kubenet": others.KUBENET,
    "macvlan": others.MACVLAN,
    "nat": others.NAT_BOTH,
}
POD_C_MAC, OTHER_MAC = mac_of(place_of("node-2/pod-c:eth0")), "0a:58:0a:00:de:ad"
ASKER = ("0a:58:0a:f4:02:01", "10.244.2.1")
GOOD = (Stream(network=flannel.VXLAN),)
NODE_1_WAY = "node-1/cni0 64 out\n node-1/veth3cafbbcc 64 out\n node-1/pod-a:eth0 64 in"


def rules(bundle: Bundle, folder: Path) -> dict[str, list[str]]:
    """Return the codes that each rule finds."""
    found = found_by_rule(judged(observe_bundle(bundle, folder)))
    return {name: sorted({one.code for one in findings}) for name, findings in found.items()}


@pytest.mark.parametrize("network", HEALTHY.values(), ids=list(HEALTHY))
def test_no_rule_finds_anything_where_all_is_well(network: Network, tmp_path: Path) -> None:
    assert rules(Bundle(streams=(Stream(network=network),)), tmp_path) == {}


def claim(mac: str, address: str, at_us: float) -> Extra:
    return Extra(place_of("node-2/cni0"), at_us, arp_reply((mac, address), ASKER))


def question(mac: str, address: str, at_us: float) -> Extra:
    return Extra(place_of("node-2/cni0"), at_us, arp_request((mac, address), "10.244.2.9"))


def proxied(count: int) -> tuple[Extra, ...]:
    """Return what two hosts say that both answer for so many addresses."""
    return tuple(
        claim(mac, f"10.244.2.{100 + number}", -1000.0 * number - at)
        for number in range(count)
        for at, mac in enumerate((POD_C_MAC, OTHER_MAC))
    )


@pytest.mark.parametrize(
    ("extras", "found"),
    [
        ((claim(POD_C_MAC, flannel.POD_C, -50), claim(OTHER_MAC, flannel.POD_C, -10)), True),
        ((claim(POD_C_MAC, flannel.POD_C, -50), claim(POD_C_MAC, flannel.POD_C, -10)), False),
        ((claim(POD_C_MAC, flannel.POD_C, -50), claim(OTHER_MAC, "10.244.2.3", -10)), False),
        ((claim(POD_C_MAC, flannel.POD_C, -2_000_010), claim(OTHER_MAC, flannel.POD_C, 0)), False),
        ((claim(POD_C_MAC, flannel.POD_C, -1_999_000), claim(OTHER_MAC, flannel.POD_C, 0)), True),
        ((question(POD_C_MAC, flannel.POD_C, -9), question(OTHER_MAC, flannel.POD_C, -8)), False),
        (proxied(2), True),
        (proxied(3), False),
    ],
    ids=[
        "two answer",
        "one answers twice",
        "two addresses",
        "the address moved in two seconds",
        "the address moved in less",
        "both only ask",
        "both answer for two addresses",
        "both are proxies of three",
    ],
)
def test_duplicate_ip(extras: tuple[Extra, ...], found: bool, tmp_path: Path) -> None:
    expected = {"duplicate_ip": ["duplicate-ip"]} if found else {}
    assert rules(Bundle(streams=GOOD, extras=extras), tmp_path) == expected


def tcp(place: str, at_us: float, fault: int, ttl: int = 64) -> Extra:
    packet = segment(1, b"data", fault=fault, ttl=ttl, source=A, destination=B)
    return Extra(place_of(place), at_us, ethernet(OTHER_MAC, POD_C_MAC, packet))


@pytest.mark.parametrize(
    ("extras", "found"),
    [
        ((tcp("node-1/ens33", 10, 1), tcp("node-2/ens33", 20, 1)), True),
        ((tcp("node-1/ens33", 10, 1), tcp("node-2/ens33", 20, 0)), False),
        ((tcp("node-1/ens33", 10, 0), tcp("node-2/ens33", 20, 0)), False),
        ((tcp("node-1/ens33", 10, 1),), False),
    ],
    ids=["wrong where it arrives", "right where it arrives", "right", "seen at the sender only"],
)
def test_bad_checksum(extras: tuple[Extra, ...], found: bool, tmp_path: Path) -> None:
    expected = {"bad_checksum": ["bad-checksum"]} if found else {}
    assert rules(Bundle(streams=GOOD, extras=extras), tmp_path) == expected


@pytest.mark.parametrize(
    ("network", "only", "found"),
    [
        (flannel.ASYMMETRIC, ("*",), True),
        (flannel.ASYMMETRIC, ("node-1/ens33",), True),
        (flannel.ASYMMETRIC, ("*:eth0",), False),
        (flannel.VXLAN, ("node-1/*",), False),
        (flannel.VXLAN, ("node-1/ens33", "node-2/flannel.1"), False),
    ],
)
def test_asymmetric_path(
    network: Network, only: tuple[str, ...], found: bool, tmp_path: Path
) -> None:
    bundle = Bundle(streams=(Stream(network=network),), only=only)
    assert ("asymmetric_path" in rules(bundle, tmp_path)) == found


@pytest.mark.parametrize(
    ("offset_us", "found"),
    [(999.0, False), (1001.0, True), (-999.0, False), (-1001.0, True), (0.0, False)],
)
def test_clock_skew(offset_us: float, found: bool, tmp_path: Path) -> None:
    bundle = Bundle(streams=GOOD, clocks_us={"node-2": offset_us})
    assert rules(bundle, tmp_path) == ({"clock_skew": ["clock-skew"]} if found else {})


@pytest.mark.parametrize("dropped", [0, 1])
def test_capture_dropped(dropped: int, tmp_path: Path) -> None:
    bundle = Bundle(streams=GOOD, dropped={"node-1/cni0": dropped})
    assert rules(bundle, tmp_path) == ({"capture_dropped": ["capture-dropped"]} if dropped else {})


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({"empty": ("node-1/ens33",)}, True),
        ({"idle": ("node-3/ens33",), "empty": ("node-3/ens33",)}, False),
        ({"empty": ("node-1/cni0",)}, False),
        ({"started_us": {"node-2/*": 500_000.0}}, True),
        ({"started_us": {"node-2/*": -10.0}}, False),
        ({"only": ("node-1/*",)}, False),
    ],
    ids=str,
)
def test_capture_incomplete(how: dict[str, object], found: bool, tmp_path: Path) -> None:
    expected = {"capture_incomplete": ["capture-incomplete"]} if found else {}
    assert rules(Bundle(streams=GOOD, **how), tmp_path) == expected  # type: ignore[arg-type]


FRAGMENTED = flannel.VXLAN.request.replace("vxlan", "vxlan/frag")


@pytest.mark.parametrize("fate", [Fate(), Fate(request_lost_after="node-2/ens33")])
def test_fragments_are_told_only_where_they_arrive(fate: Fate, tmp_path: Path) -> None:
    network = Network(flannel.POD_A, flannel.POD_C, FRAGMENTED, flannel.VXLAN.reply)
    bundle = Bundle(streams=(Stream(network=network, data_bytes=1472, fate=fate),))
    delivered = not fate.request_lost_after
    assert ("overlay_fragmented" in rules(bundle, tmp_path)) == delivered


def frag_needed(mtu: int) -> IcmpError:
    return IcmpError(
        kind="frag-needed", about="node-1/cni0", sender="10.244.1.1", path=NODE_1_WAY, mtu=mtu
    )


LOSSES = {
    "too big, and told so": (
        Stream(
            network=flannel.VXLAN,
            data_bytes=1472,
            fate=Fate(request_lost_after="node-1/cni0", error=frag_needed(1450)),
        ),
        ["mtu-exceeded"],
    ),
    "told of another reason": (
        Stream(
            network=flannel.VXLAN,
            fate=Fate(
                request_lost_after="node-1/cni0",
                error=IcmpError(
                    kind="host-unreachable",
                    about="node-1/cni0",
                    sender="10.244.1.1",
                    path=NODE_1_WAY,
                    mtu=1450,
                ),
            ),
        ),
        ["unexplained-loss"],
    ),
    "told so, and answered all the same": (
        Stream(network=flannel.VXLAN, fate=Fate(error=frag_needed(1450))),
        [],
    ),
    "some are lost": (
        Stream(network=flannel.VXLAN, fates={2: Fate(request_lost_after="node-1/ens33")}),
        ["intermittent-loss"],
    ),
    "all are lost": (
        Stream(network=flannel.VXLAN, fate=Fate(request_lost_after="node-1/ens33")),
        ["unexplained-loss"],
    ),
    "silent": (Stream(network=flannel.VXLAN, fate=Fate(silent=True)), ["destination-silent"]),
}


@pytest.mark.parametrize(("stream", "codes"), LOSSES.values(), ids=list(LOSSES))
def test_the_strongest_proof_alone_is_told(
    stream: Stream, codes: list[str], tmp_path: Path
) -> None:
    expected = {"losses": codes} if codes else {}
    assert rules(Bundle(streams=(stream,)), tmp_path) == expected


def test_small_pings_that_pass_do_not_make_the_loss_of_large_ones_intermittent(
    tmp_path: Path,
) -> None:
    large = Stream(
        network=flannel.VXLAN,
        identifier=99,
        data_bytes=1472,
        offset_us=300,
        fate=Fate(request_lost_after="node-1/cni0"),
    )
    assert rules(Bundle(streams=(*GOOD, large)), tmp_path) == {"losses": ["mtu-blackhole"]}
