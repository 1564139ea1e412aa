"""Pings built by hand: pod-a and pod-b on node-1, pod-c on node-2, flannel between them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.model.report import (
    Encapsulation,
    Hop,
    Ping,
    Point,
    Role,
)

START_NS = 1_795_220_155_213_395_000
A, B, C = "10.244.1.2", "10.244.1.3", "10.244.2.2"
THERE = (Encapsulation("vxlan", "10.1.10.9", "10.1.10.10", 1, 8472),)
BACK = (Encapsulation("vxlan", "10.1.10.10", "10.1.10.9", 1, 8472),)
ROLES: dict[str, Role] = {"eth0": "pod", "cni0": "bridge", "flannel.1": "overlay"}
ROLES |= {"ens33": "physical", "wg0": "overlay"}

NODE_1 = ("node-1/pod-a:eth0", "node-1/veth7e2f650f", "node-1/cni0", "node-1/flannel.1")
NODE_2 = ("node-2/flannel.1", "node-2/cni0", "node-2/veth470beb22", "node-2/pod-c:eth0")
REQUEST_WAY: tuple[str, ...] = (*NODE_1, "node-1/ens33", "node-2/ens33", *NODE_2)
SAME_NODE_WAY: tuple[str, ...] = (*NODE_1[:3], "node-1/veth5", "node-1/pod-b:eth0")


def point(place: str) -> Point:
    node, _, interface = place.partition("/")
    pod, colon, name = interface.rpartition(":")
    return Point(node, pod if colon else None, name)


def hop(place: str, since_us: float = 0.0, **changes: Any) -> Hop:
    """Return a crossing of ``node/interface`` or ``node/pod:interface``."""
    where = point(place)
    name = where.interface or ""
    crossing = Hop(
        node=where.node,
        pod=where.pod,
        interface=name,
        role=ROLES.get(name, "veth"),
        direction=None,
        time_ns=START_NS + int(since_us * 1000),
        since_first_us=since_us,
        ttl=63,
        length=98,
        file=f"case/{where.node}/{name}.pcap",
        frame=1,
        source=A,
        destination=C,
        id=7,
        encapsulation=(),
        role_guessed=False,
    )
    return replace(crossing, **changes)


def way(places: tuple[str, ...], start_us: float = 0.0, **changes: Any) -> tuple[Hop, ...]:
    """Return a hop every 10 µs; what crosses ens33 is in the tunnel."""
    tunnel = changes.pop("tunnel", THERE)
    return tuple(
        hop(
            place,
            start_us + 10 * number,
            encapsulation=tunnel if place.endswith("/ens33") else (),
            **changes,
        )
        for number, place in enumerate(places)
    )


def answered(number: int = 1, rtt_us: float = 250.0, **changes: Any) -> Ping:
    """Return a ping of pod-a to pod-c over flannel's VXLAN."""
    reply = way(REQUEST_WAY[::-1], rtt_us - 90, tunnel=BACK, source=C, destination=A, ttl=62)
    ping = Ping(
        number=number,
        source=A,
        source_pod="pod-a",
        destination=C,
        destination_pod="pod-c",
        id=7,
        seq=number,
        status="answered",
        rtt_us=rtt_us,
        request=way(REQUEST_WAY),
        reply=reply,
        lost_after=None,
    )
    return replace(ping, **changes)


def lost(number: int = 1) -> Ping:
    """Return a ping whose request is last seen on node-2's NIC."""
    return replace(
        answered(number),
        status="request-lost",
        rtt_us=None,
        request=way(REQUEST_WAY[:6]),
        reply=(),
        lost_after=Point("node-2", None, "ens33"),
    )


def same_node() -> Ping:
    return answered(
        destination=B,
        destination_pod="pod-b",
        request=way(SAME_NODE_WAY, destination=B),
        reply=way(SAME_NODE_WAY[::-1], 210, source=B, destination=A),
    )


def natted() -> Ping:
    """Return a ping of the world outside; the node's address takes the pod's place."""
    outside: dict[str, Any] = {"destination": "8.8.8.8"}
    nic = hop("node-1/ens33", 30, source="10.1.10.9", id=51234, **outside)
    back: dict[str, Any] = {"source": "8.8.8.8", "destination": A}
    return answered(
        destination="8.8.8.8",
        destination_pod=None,
        request=(*way(NODE_1[:3], **outside), nic),
        rtt_us=9030.0,
        reply=(
            hop("node-1/ens33", 9000, source="8.8.8.8", destination="10.1.10.9", id=51234),
            *way(NODE_1[2::-1], 9010, **back),
        ),
    )
