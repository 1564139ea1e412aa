"""Findings that packets alone prove: size, fragments, neighbours, doubled addresses, errors."""

from __future__ import annotations

from dataclasses import replace

from tests.analyze.case import BOTH_VXLAN, Case, pings
from tests.bundles import flannel, others
from tests.bundles.macs import mac_of
from tests.bundles.network import Bundle, Extra, Fate, IcmpError, Network, Stream
from tests.bundles.packets import arp_reply, arp_request
from tests.bundles.paths import place_of

WRONG_MAC = "00:0c:29:99:99:99"
NIC_1, NIC_2 = place_of("node-1/ens33"), place_of("node-2/ens33")
HOLDER_1, HOLDER_2 = (mac_of(NIC_1), "10.1.10.9"), (mac_of(NIC_2), "10.1.10.10")
NODE_1_POD_PATH = "node-1/cni0 64 out\n node-1/veth3cafbbcc 64 out\n node-1/pod-a:eth0 64 in"
BACK_FROM_NODE_2 = """
    node-2/flannel.1     64  out
    node-2/ens33         64  vxlan
    node-1/ens33         64  vxlan
    node-1/flannel.1     64
    node-1/cni0          63
    node-1/veth3cafbbcc  63
    node-1/pod-a:eth0    63
"""
FROM_ROUTER = """
    rtr/e1               64
    node-1/ens33         64
    node-1/cbr0          63
    node-1/veth11aa22bb  63
    node-1/pod-a:eth0    63
"""


def big(network: Network, fate: Fate = Fate(), *, dont_fragment: bool = True) -> tuple[Stream, ...]:  # noqa: B008
    """Return pings of 1500 bytes."""
    return (Stream(network=network, data_bytes=1472, fate=fate, dont_fragment=dont_fragment),)


def in_fragments(path: str) -> str:
    return path.replace("vxlan", "vxlan/frag")


def asked_node_1() -> tuple[Extra, ...]:
    """node-2 asks where node-1 is and is answered: its own MAC is known from that."""
    question = arp_request(HOLDER_2, HOLDER_1[1])
    answer = arp_reply(HOLDER_1, HOLDER_2)
    return tuple(
        Extra(place, at_us, frame)
        for at_us, frame in ((-200_000, question), (-199_900, answer))
        for place in (NIC_1, NIC_2)
    )


def claims(place: str, address: str, macs: tuple[str, ...]) -> tuple[Extra, ...]:
    """ARP replies at one place in which these MACs claim one address."""
    asker = ("0a:58:0a:f4:02:01", "10.244.2.1")
    return tuple(
        Extra(place_of(place), -100_000 + at * 40, arp_reply((mac, address), asker))
        for at, mac in enumerate(macs)
    )


FRAGMENTED = replace(
    flannel.VXLAN,
    request=in_fragments(flannel.VXLAN.request),
    reply=in_fragments(flannel.VXLAN.reply),
)
STALE = replace(
    flannel.VXLAN,
    request=flannel.VXLAN.request.replace(
        "node-1/ens33         63  vxlan", f"node-1/ens33  63  vxlan  to={WRONG_MAC}"
    ),
)
POD_C_MAC = mac_of(place_of("node-2/pod-c:eth0"))


def told_by(kind: str, about: str, sender: str, path: str, mtu: int = 0) -> Fate:
    """Return the fate of a request that is lost at a place whose node says so."""
    error = IcmpError(kind=kind, about=about, sender=sender, path=path, mtu=mtu)  # type: ignore[arg-type]
    return Fate(request_lost_after=about, error=error)


CASES = (
    Case(
        name="requests under vxlan, replies plain",
        bundle=Bundle(streams=pings(flannel.ASYMMETRIC)),
        found=("asymmetric-path",),
        observed=("node-1 > node-2 vxlan", "node-2 > node-1 none"),
    ),
    Case(
        name="too big for flannel.1, and the pod is told",
        bundle=Bundle(
            streams=big(
                flannel.VXLAN,
                told_by("frag-needed", "node-1/cni0", "10.244.1.1", NODE_1_POD_PATH, 1450),
            )
        ),
        all_are="request-lost",
        lost_after={1: "node-1/cni0"},
        found=("mtu-exceeded node-1",),
        errors=(1, 2, 3),
    ),
    Case(
        name="too big for a link behind the router, and the pod is told",
        bundle=Bundle(
            streams=big(
                others.KUBENET, told_by("frag-needed", "rtr/e1", "10.1.10.1", FROM_ROUTER, 1400)
            )
        ),
        all_are="request-lost",
        lost_after={1: "rtr/e1"},
        found=("mtu-exceeded rtr",),
        errors=(1, 2, 3),
    ),
    Case(
        name="the pod's node says that the host is unreachable",
        bundle=Bundle(
            streams=pings(
                flannel.VXLAN,
                fate=told_by(
                    "host-unreachable", "node-2/flannel.1", "10.244.2.0", BACK_FROM_NODE_2
                ),
            )
        ),
        all_are="request-lost",
        lost_after={1: "node-2/flannel.1"},
        found=("nexthop-unreachable|pod-route-missing|unexplained-loss node-2",),
        errors=(1, 2, 3),
    ),
    Case(
        name="a rule on the pod's node rejects",
        bundle=Bundle(
            streams=pings(
                flannel.VXLAN,
                fate=told_by(
                    "port-unreachable", "node-2/flannel.1", "10.244.2.0", BACK_FROM_NODE_2
                ),
            )
        ),
        all_are="request-lost",
        lost_after={1: "node-2/flannel.1"},
        found=("forward-blocked|policy-blocked|unexplained-loss node-2",),
        errors=(1, 2, 3),
    ),
    Case(
        name="the router says that the TTL ran out",
        bundle=Bundle(
            streams=pings(
                others.KUBENET, fate=told_by("ttl-exceeded", "rtr/e1", "10.1.10.1", FROM_ROUTER)
            )
        ),
        all_are="request-lost",
        lost_after={1: "rtr/e1"},
        found=("* rtr",),
        errors=(1, 2, 3),
    ),
    Case(
        name="outer packets in fragments both ways, all delivered",
        bundle=Bundle(streams=big(FRAGMENTED, dont_fragment=False)),
        found=("overlay-fragmented -",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="outer packets of node-1 in fragments, all delivered",
        bundle=Bundle(
            streams=big(replace(FRAGMENTED, reply=flannel.VXLAN.reply), dont_fragment=False)
        ),
        found=("overlay-fragmented node-1",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="outer packets go to a MAC that the other node does not have",
        bundle=Bundle(
            streams=pings(STALE, fate=Fate(request_lost_after="node-1/ens33")),
            extras=asked_node_1(),
        ),
        all_are="request-lost",
        lost_after={1: "node-1/ens33"},
        found=("underlay-neighbour-stale node-1",),
    ),
    Case(
        name="outer packets go to a wrong MAC, a promiscuous NIC of the other node sees them",
        bundle=Bundle(
            streams=pings(STALE, fate=Fate(request_lost_after="node-1/ens33")),
            copies={"node-1/ens33": ("node-2/ens33",)},
            extras=asked_node_1(),
        ),
        all_are="request-lost",
        lost_after={1: "node-1/ens33|node-2/ens33"},
        found=("underlay-neighbour-stale node-1",),
        paths_known=False,
    ),
    Case(
        name="two MACs hold the destination's address",
        bundle=Bundle(
            streams=pings(flannel.VXLAN),
            extras=claims("node-2/cni0", flannel.POD_C, (POD_C_MAC, "0a:58:0a:00:de:ad")),
        ),
        found=("duplicate-ip node-2",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="one MAC answers twice for the destination's address",
        bundle=Bundle(
            streams=pings(flannel.VXLAN),
            extras=claims("node-2/cni0", flannel.POD_C, (POD_C_MAC, POD_C_MAC)),
        ),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="two pods on different nodes hold one address",
        bundle=Bundle(
            streams=pings(others.MACVLAN),
            extras=claims("node-1/ens33", "10.1.10.103", (POD_C_MAC, "0a:58:0a:00:de:ad")),
        ),
        found=("duplicate-ip *",),
    ),
)
