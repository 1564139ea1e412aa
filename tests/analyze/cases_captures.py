"""Captures that see only a part: silence is never read as loss where nothing was captured."""

from __future__ import annotations

from tests.analyze.case import BOTH_PLAIN, BOTH_VXLAN, Case, pings, tied
from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Fate

SECOND_US = 1_000_000.0
BOTH_NODES = ("node-1", "node-2")

CASES = (
    Case(
        name="only node-2 captured", bundle=Bundle(streams=pings(flannel.VXLAN), only=("node-2/*",))
    ),
    Case(
        name="only node-1 captured", bundle=Bundle(streams=pings(flannel.VXLAN), only=("node-1/*",))
    ),
    Case(
        name="only node-2's host interfaces captured, ties",
        bundle=Bundle(streams=pings(tied(flannel.VXLAN)), only=("node-2/*",), without=("*:*",)),
    ),
    Case(
        name="only the NICs captured",
        bundle=Bundle(streams=pings(flannel.VXLAN), only=("*/ens33",)),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="only the NICs captured, clocks 350 ms apart",
        bundle=Bundle(
            streams=pings(flannel.VXLAN), only=("*/ens33",), clocks_us={"node-2": -350_000.0}
        ),
        clocks_us={"node-2": -350_000.0},
        told=("clock-skew node-2",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="only one NIC captured",
        bundle=Bundle(streams=pings(flannel.VXLAN), only=("node-1/ens33",)),
    ),
    Case(
        name="only the pods captured",
        bundle=Bundle(streams=pings(flannel.VXLAN), only=("*:eth0",)),
    ),
    Case(
        name="all but the pods captured",
        bundle=Bundle(streams=pings(flannel.VXLAN), without=("*:eth0",)),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="node-2's capture began after two of three pings",
        bundle=Bundle(streams=pings(flannel.VXLAN), started_us={"node-2/*": 1.5 * SECOND_US}),
        told=("capture-incomplete node-2",),
    ),
    Case(
        name="node-1's capture began after two of three pings",
        bundle=Bundle(streams=pings(flannel.VXLAN), started_us={"node-1/*": 1.5 * SECOND_US}),
        statuses="answered|unknown answered|unknown answered",
        told=("capture-incomplete node-1",),
    ),
    Case(
        name="node-1's capture began when the first reply was on its way",
        bundle=Bundle(streams=pings(flannel.VXLAN), started_us={"node-1/*": 200}),
        statuses="answered|unknown answered answered",
    ),
    Case(
        name="the last ping's request had just arrived when the captures ended",
        bundle=Bundle(streams=pings(flannel.VXLAN), stopped_us={"*": 2 * SECOND_US + 150}),
        statuses="answered answered unknown",
    ),
    Case(
        name="the last ping was between the nodes when the captures ended",
        bundle=Bundle(streams=pings(flannel.VXLAN), stopped_us={"*": 2 * SECOND_US + 60}),
        statuses="answered answered unknown",
    ),
    Case(
        name="the last reply was between the nodes when the captures ended",
        bundle=Bundle(streams=pings(flannel.VXLAN), stopped_us={"*": 2 * SECOND_US + 210}),
        statuses="answered answered unknown",
    ),
    Case(
        name="only node-1 captured, and no reply comes back to it",
        bundle=Bundle(
            streams=pings(flannel.VXLAN, fate=Fate(request_lost_after="node-2/ens33")),
            only=("node-1/*",),
        ),
        all_are="unknown",
        told=("capture-incomplete *",),
    ),
    Case(
        name="only node-2 captured, and the replies die on node-1",
        bundle=Bundle(
            streams=pings(flannel.VXLAN, fate=Fate(reply_lost_after="node-1/ens33")),
            only=("node-2/*",),
        ),
    ),
    Case(
        name="node-1's NIC was captured with a filter that sees nothing under vxlan",
        bundle=Bundle(streams=pings(flannel.VXLAN), empty=("node-1/ens33",)),
        told=("capture-incomplete node-1",),
    ),
    Case(
        name="both NICs were captured with a filter that sees nothing under vxlan",
        bundle=Bundle(streams=pings(flannel.VXLAN), empty=("*/ens33",)),
        told=("capture-incomplete node-1|-", "capture-incomplete node-2|-"),
    ),
    Case(
        name="a capture that dropped packets",
        bundle=Bundle(streams=pings(flannel.VXLAN), dropped={"node-1/cni0": 12}),
        told=("capture-dropped node-1",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="a third node is captured and has no part in it",
        bundle=Bundle(
            streams=pings(flannel.VXLAN),
            idle=("node-3/ens33", "node-3/flannel.1", "node-3/cni0", "node-3/pod-z:eth0"),
        ),
        untold=("capture-incomplete node-3", "clock-skew node-3"),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="a third node's promiscuous NIC sees the packets too",
        bundle=Bundle(
            streams=pings(flannel.VXLAN),
            copies={"node-2/ens33": ("node-3/ens33",)},
            idle=("node-3/ens33",),
        ),
        untold=("capture-incomplete node-3",),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="a third node's promiscuous NIC sees plain packets, any.pcap besides",
        bundle=Bundle(
            streams=pings(others.CALICO_BGP),
            copies={"node-1/ens33": ("node-3/ens33",)},
            any_too=("node-1", "node-2", "node-3"),
        ),
        observed=BOTH_PLAIN,
    ),
    Case(
        name="the bridge floods to another pod's veth",
        bundle=Bundle(
            streams=pings(flannel.VXLAN),
            copies={
                "node-1/cni0 out": ("node-1/veth9a99bd4f", "node-1/pod-b:eth0"),
                "node-2/cni0 out": ("node-2/vethffff0001",),
            },
        ),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="the bridge floods to other pods' veths, same node, any.pcap besides",
        bundle=Bundle(
            streams=pings(flannel.SAME_NODE),
            copies={"node-1/cni0": ("node-1/vethffff0001", "node-1/vethffff0002")},
            any_too=("node-1",),
        ),
    ),
    Case(
        name="captures without a packet but the pings",
        bundle=Bundle(streams=pings(flannel.VXLAN), background=False),
        observed=BOTH_VXLAN,
    ),
)
