"""Losses at each step of the way, in both directions, without any facts to explain them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tests.analyze.case import Case, pings, with_fates
from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Fate, Network
from tests.bundles.paths import Place, Step, steps_of

NETWORKS = {
    "vxlan": flannel.VXLAN,
    "ipip": others.CALICO_IPIP,
    "host-gw": flannel.HOST_GW,
    "kubenet": others.KUBENET,
    "wireguard": flannel.WIREGUARD,
    "wireguard over a router": others.FLANNEL_WIREGUARD_OVER_ROUTER,
}


REQUEST_ON_WIRE = "underlay-loss|unexplained-loss"
REPLY_ON_WIRE = "unexplained-loss|underlay-loss"
"""Without facts nobody knows whether those of a node explain the loss: both codes are right."""


def lost_everywhere(name: str, network: Network) -> Iterator[Case]:
    """Yield a case for each step after which all requests, or all replies, are lost."""
    for step, following in pairwise(steps_of(network.request)):
        fate = Fate(request_lost_after=str(step.place))
        found = code_of(step, following, REQUEST_ON_WIRE)
        yield always_lost(name, network, fate, step.place, found)
    for step, following in pairwise(steps_of(network.reply)):
        fate = Fate(reply_lost_after=str(step.place))
        found = code_of(step, following, REPLY_ON_WIRE)
        yield always_lost(name, network, fate, step.place, found)


def always_lost(name: str, network: Network, fate: Fate, place: Place, found: str) -> Case:
    what = "request" if fate.request_lost_after else "reply"
    in_pod = found.startswith("destination-silent")
    return Case(
        name=f"{name}: no {what} comes past {place}",
        bundle=Bundle(streams=pings(network, fate=fate)),
        all_are="request-lost|unanswered" if in_pod else f"{what}-lost",
        lost_after={1: str(place), 2: str(place), 3: str(place)},
        found=(found,),
    )


def code_of(step: Step, following: Step, on_wire: str) -> str:
    """Return the finding.

    A router that is silent may be called a part of the underlay. That a captured pod is the
    destination, and that a captured NIC is the next one, cannot be told from pings that never get
    there, so both readings are right; replies come back over interfaces that are known.
    """
    node = step.place.node
    if node != following.place.node:
        return f"{on_wire} {node}"
    if node == "rtr":
        return "underlay-loss|unexplained-loss node-1|node-2|rtr"
    if following.place.pod and on_wire != REPLY_ON_WIRE:
        return f"destination-silent|unexplained-loss {node}"
    return f"unexplained-loss {node}"


def now_and_then(name: str, fate: Fate, status: str, after: str, node: str) -> Case:
    return Case(
        name=name,
        bundle=Bundle(streams=with_fates(flannel.VXLAN, 6, {2: fate, 5: fate})),
        statuses=f"answered {status} answered answered {status} answered",
        lost_after={2: after, 5: after},
        found=(f"intermittent-loss {node}",),
    )


CASES = (
    *(case for name, network in NETWORKS.items() for case in lost_everywhere(name, network)),
    Case(
        name="the destination is silent",
        bundle=Bundle(streams=pings(flannel.VXLAN, fate=Fate(silent=True))),
        all_are="unanswered",
        found=("destination-silent node-2",),
    ),
    Case(
        name="the destination is silent, only its veth captured",
        bundle=Bundle(streams=pings(flannel.VXLAN, fate=Fate(silent=True)), without=("*:eth0",)),
        all_are="unanswered",
        found=("destination-silent node-2",),
    ),
    Case(
        name="the destination is silent, calico's veth, no pods captured",
        bundle=Bundle(
            streams=pings(others.CALICO_IPIP, fate=Fate(silent=True)), without=("*:eth0",)
        ),
        all_are="unanswered",
        found=("destination-silent node-2",),
    ),
    Case(
        name="the destination on the same node is silent",
        bundle=Bundle(streams=pings(flannel.SAME_NODE, fate=Fate(silent=True))),
        all_are="unanswered",
        found=("destination-silent node-1",),
    ),
    Case(
        name="the destination is silent, clocks 350 ms apart",
        bundle=Bundle(
            streams=pings(flannel.VXLAN, fate=Fate(silent=True)),
            clocks_us={"node-2": 350_000.0},
        ),
        all_are="unanswered",
        found=("destination-silent node-2",),
    ),
    Case(
        name="all requests lost on the underlay, clocks 3 s apart, same id and seq as before",
        bundle=Bundle(
            streams=pings(flannel.VXLAN, 5, fate=Fate(request_lost_after="node-2/ens33")),
            clocks_us={"node-2": -3_000_000.0},
        ),
        all_are="request-lost",
        lost_after={1: "node-2/ens33", 5: "node-2/ens33"},
        found=("unexplained-loss node-2",),
    ),
    now_and_then(
        "some requests lost on the underlay",
        Fate(request_lost_after="node-1/ens33"),
        "request-lost",
        "node-1/ens33",
        "node-1",
    ),
    now_and_then(
        "some requests lost in node-2",
        Fate(request_lost_after="node-2/flannel.1"),
        "request-lost",
        "node-2/flannel.1",
        "node-2",
    ),
    now_and_then(
        "some requests lost between the veth and the pod",
        Fate(request_lost_after="node-2/veth7e2f650f"),
        "request-lost",
        "node-2/veth7e2f650f",
        "node-2",
    ),
    now_and_then(
        "some replies lost on the underlay",
        Fate(reply_lost_after="node-2/ens33"),
        "reply-lost",
        "node-2/ens33",
        "node-2",
    ),
    now_and_then(
        "some replies lost in node-1",
        Fate(reply_lost_after="node-1/ens33"),
        "reply-lost",
        "node-1/ens33",
        "node-1",
    ),
)
