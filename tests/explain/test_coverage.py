"""When silence is a loss: only where a capture would have shown the packet."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Fate, Network, Stream
from tests.explain.observing import judged, observe, observe_bundle, statuses

SECOND_US = 1_000_000.0
AT_CNI0 = Fate(request_lost_after="node-1/cni0")
AT_NIC = Fate(request_lost_after="node-1/ens33")
IN_NODE_2 = Fate(request_lost_after="node-2/ens33")
REPLY_AT_NIC = Fate(reply_lost_after="node-2/ens33")
INSIDE_1 = ("node-1/veth3cafbbcc", "node-1/cni0", "node-1/pod-a:eth0")


def lost(fate: Fate, network: Network = flannel.VXLAN, **how: object) -> Bundle:
    """Return a bundle in which no ping comes past a place."""
    streams = (Stream(network=network, count=2, fate=fate),)
    return Bundle(streams=streams, **how)  # type: ignore[arg-type]


class Silence(NamedTuple):
    """Where nothing is heard of pings, and what may be read from it."""

    name: str
    bundle: Bundle
    status: str


SILENCES = (
    Silence("all is captured", lost(AT_CNI0), "request-lost"),
    Silence(
        "the node's NIC is captured and silent",
        lost(AT_CNI0, only=(*INSIDE_1, "node-1/ens33")),
        "request-lost",
    ),
    Silence("no NIC is captured, and no other node", lost(AT_CNI0, only=INSIDE_1), "unknown"),
    Silence(
        "the NIC's capture is empty, as 'icmp' makes it",
        lost(AT_CNI0, only=(*INSIDE_1, "node-1/ens33"), empty=("node-1/ens33",)),
        "unknown",
    ),
    Silence(
        "the NIC's capture dropped packets",
        lost(AT_CNI0, only=(*INSIDE_1, "node-1/ens33"), dropped={"node-1/ens33": 3}),
        "unknown",
    ),
    Silence(
        "the NIC's capture dropped none and says so",
        lost(AT_CNI0, only=(*INSIDE_1, "node-1/ens33"), dropped={"node-1/ens33": 0}),
        "request-lost",
    ),
    Silence(
        "the NIC's capture began after the pings",
        lost(
            AT_CNI0,
            only=(*INSIDE_1, "node-1/ens33"),
            started_us={"node-1/ens33": 1.5 * SECOND_US},
        ),
        "unknown",
    ),
    Silence("it left by the NIC, and node-2 is silent", lost(AT_NIC), "request-lost"),
    Silence("it left by the NIC, and that is all", lost(AT_NIC, only=("node-1/*",)), "unknown"),
    Silence(
        "of node-2 only the NIC is captured: it may have been meant for another node",
        lost(AT_NIC, only=("node-1/*", "node-2/ens33")),
        "unknown",
    ),
    Silence(
        "of node-2 only the inside is captured",
        lost(AT_NIC, only=("node-1/*", "node-2/cni0")),
        "request-lost",
    ),
    Silence(
        "all captures of node-2 dropped packets",
        lost(
            AT_NIC,
            only=("node-1/*", "node-2/cni0", "node-2/ens33"),
            dropped={"node-2/cni0": 1, "node-2/ens33": 1},
        ),
        "unknown",
    ),
    Silence(
        "node-2's captures began before, by a clock two hours ahead that nobody can compare",
        lost(AT_NIC, clocks_us={"node-2": 7.2e9}),
        "request-lost",
    ),
    Silence(
        "it came in by node-2's NIC, and nothing within saw it", lost(IN_NODE_2), "request-lost"
    ),
    Silence(
        "it came in by node-2's NIC, and nothing within is captured",
        lost(IN_NODE_2, without=("node-2/flannel.1", "node-2/cni0", "node-2/veth*", "node-2/p*")),
        "unknown",
    ),
    Silence("the reply is gone, and it had left the pod", lost(REPLY_AT_NIC), "reply-lost"),
    Silence(
        "the reply left node-2, and nothing else is captured",
        lost(REPLY_AT_NIC, only=("node-2/*",)),
        "answered",
    ),
    Silence(
        "plain routing: the NIC of node-2 is expected after an answered ping only",
        lost(AT_NIC, others.CALICO_BGP, only=("node-1/*", "node-2/ens33")),
        "unknown",
    ),
)


@pytest.mark.parametrize("silence", SILENCES, ids=lambda silence: silence.name)
def test_what_silence_means(silence: Silence, tmp_path: Path) -> None:
    assert set(statuses(judged(observe_bundle(silence.bundle, tmp_path)))) == {silence.status}


@pytest.mark.parametrize("cut_bytes", [0, 1])
def test_a_capture_that_breaks_off_proves_nothing(cut_bytes: int, tmp_path: Path) -> None:
    bundle = lost(AT_CNI0, only=(*INSIDE_1, "node-1/ens33"))
    observe_bundle(bundle, tmp_path)
    file = tmp_path / "node-1" / "ens33.pcap"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) - cut_bytes])
    found = statuses(judged(observe(tmp_path)))
    assert set(found) == {"unknown" if cut_bytes else "request-lost"}


@pytest.mark.parametrize(
    ("stopped_us", "status"),
    [(SECOND_US + 160, "unknown"), (SECOND_US + 2_000_000, "request-lost")],
)
def test_a_ping_that_may_be_under_way_is_not_lost(
    stopped_us: float, status: str, tmp_path: Path
) -> None:
    """The longest round trip is a millisecond; captures end 0.16 ms or 2 s after the ping."""
    bundle = lost(AT_NIC, stopped_us={"*": stopped_us})
    (view,) = judged(observe_bundle(bundle, tmp_path)).views
    assert view.judgement.status == "request-lost"
    last = view.track.sample(1).times[view.track.first.position]
    assert view.judgement.status_at(last) == status
    first = view.track.sample(0).times[view.track.first.position]
    assert view.judgement.status_at(first) == "request-lost"


def test_a_nic_that_other_pings_of_the_pair_crossed_proves_the_loss(tmp_path: Path) -> None:
    """Of node-2 only the NIC is captured; ping 1 came by there, ping 2 did not."""
    fates = {2: AT_NIC}
    bundle = Bundle(
        streams=(Stream(network=flannel.VXLAN, count=2, fates=fates),),
        only=("node-1/*", "node-2/ens33"),
    )
    assert statuses(judged(observe_bundle(bundle, tmp_path))) == ["answered", "request-lost"]
