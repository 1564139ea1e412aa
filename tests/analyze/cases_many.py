"""Many pings: floods, several at once with one id, the same id and seq again, duplicates."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from tests.analyze.case import BOTH_VXLAN, Case, pings, with_fates
from tests.bundles import flannel
from tests.bundles.network import Bundle, Fate, Network, Stream

HOUR_US = 3_600_000_000.0


def of_pod_b(network: Network) -> Network:
    """Return the way of pod-b, beside pod-a."""

    def moved(path: str) -> str:
        return path.replace("pod-a:", "pod-b:").replace("veth3cafbbcc", "veth9a99bd4f")

    return replace(
        network,
        source=flannel.POD_B,
        request=moved(network.request),
        reply=moved(network.reply),
    )


def windows(network: Network, offset_us: float = 0, count: int = 3) -> Stream:
    """Return a ping of Windows: id 1, the alphabet as payload, may be fragmented."""
    payload: Literal["constant"] = "constant"
    return Stream(
        network=network,
        count=count,
        offset_us=offset_us,
        identifier=1,
        payload=payload,
        data_bytes=32,
        dont_fragment=False,
    )


def apart(stream: Stream) -> Stream:
    """Return it with IP ids of its own."""
    return replace(stream, first_ip_id=0x9000)


def again(offset_us: float, first_ip_id: int) -> Stream:
    return Stream(network=flannel.VXLAN, offset_us=offset_us, first_ip_id=first_ip_id)


CASES = (
    Case(
        name="two Windows pods ping one pod with the same id and seq at once",
        bundle=Bundle(streams=(windows(flannel.VXLAN), windows(of_pod_b(flannel.VXLAN), 3))),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="two Windows pods ping one pod with the same id and seq at once, IP ids differ",
        bundle=Bundle(streams=(windows(flannel.VXLAN), apart(windows(of_pod_b(flannel.VXLAN), 3)))),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="two Windows pods, a millisecond apart, IP ids differ",
        bundle=Bundle(
            streams=(windows(flannel.VXLAN), apart(windows(of_pod_b(flannel.VXLAN), 1000)))
        ),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="two Windows pods, one of them gets no replies",
        bundle=Bundle(
            streams=(
                windows(flannel.VXLAN),
                replace(
                    windows(of_pod_b(flannel.VXLAN), 3),
                    fate=Fate(reply_lost_after="node-1/cni0"),
                ),
            )
        ),
        statuses="answered reply-lost " * 3,
        lost_after={2: "node-1/cni0"},
        found=("unexplained-loss node-1",),
    ),
    Case(
        name="ping -f: several in flight at any time",
        bundle=Bundle(streams=(Stream(network=flannel.VXLAN, count=900, interval_us=90),)),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="ping -f: more than are listed",
        bundle=Bundle(streams=(Stream(network=flannel.HOST_GW, count=1500, interval_us=120),)),
    ),
    Case(
        name="ping -f with losses on the underlay",
        bundle=Bundle(
            streams=(
                Stream(
                    network=flannel.VXLAN,
                    count=300,
                    interval_us=90,
                    fates={n: Fate(request_lost_after="node-1/ens33") for n in range(7, 300, 50)},
                ),
            )
        ),
        statuses=" ".join(
            "request-lost" if n in range(7, 300, 50) else "answered" for n in range(1, 301)
        ),
        lost_after={7: "node-1/ens33", 257: "node-1/ens33"},
        found=("intermittent-loss node-1",),
    ),
    Case(
        name="the same id and seq again after an hour",
        bundle=Bundle(streams=(again(0, 100), again(HOUR_US, 40_000))),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="the same packets, byte for byte, again after an hour",
        bundle=Bundle(streams=(windows(flannel.VXLAN), windows(flannel.VXLAN, HOUR_US))),
        observed=BOTH_VXLAN,
    ),
    Case(
        name="seq wraps in the middle",
        bundle=Bundle(streams=(Stream(network=flannel.VXLAN, count=6, first_seq=65_533),)),
    ),
    Case(
        name="the destination answers twice",
        bundle=Bundle(streams=pings(flannel.VXLAN, fate=Fate(replies=2))),
    ),
    Case(
        name="the underlay doubles the replies",
        bundle=Bundle(streams=pings(flannel.VXLAN, fate=Fate(reply_copied_from="node-1/ens33"))),
    ),
    Case(
        name="one reply of many is doubled",
        bundle=Bundle(
            streams=with_fates(flannel.HOST_GW, 5, {3: Fate(reply_copied_from="node-1/ens33")})
        ),
    ),
)
