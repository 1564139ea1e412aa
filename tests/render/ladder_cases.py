"""Pings made by hand for the ladder: a few words a hop, everything else as short as it gets."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.model.report import (
    Clock,
    Encapsulation,
    Evidence,
    Finding,
    Hop,
    Ping,
    Point,
    Report,
    Role,
    Status,
)
from tests.render.sample_report import REPORT

START_NS = 1_795_220_155_213_395_000
SOURCE, DESTINATION = "10.244.1.2", "10.244.2.2"
VXLAN = Encapsulation("vxlan", "10.1.10.9", "10.1.10.10", 1, 8472)
VXLAN_BACK = Encapsulation("vxlan", "10.1.10.10", "10.1.10.9", 1, 8472)
IPIP = Encapsulation("ipip", "10.1.10.9", "10.1.10.10", None, None)
WIREGUARD = Encapsulation("wireguard", "10.1.10.9", "10.1.10.10", None, 51820)

ROLES: dict[str, Role] = {
    "ens33": "physical",
    "cni0": "bridge",
    "flannel.1": "overlay",
    "tunl0": "overlay",
    "wireguard.cali": "overlay",
}


def hop(
    place: str | Point,
    us: float,
    *around: Encapsulation,
    back: bool = False,
    source: str | None = None,
    destination: str | None = None,
    inferred: bool = False,
) -> Hop:
    """One hop; a place is ``node/interface`` or ``node/pod:interface``."""
    node, pod, interface = _place(place)
    ends = (DESTINATION, SOURCE) if back else (SOURCE, DESTINATION)
    return Hop(
        node=node,
        pod=pod,
        interface=interface,
        role="pod" if pod else ROLES.get(interface or "", "veth"),
        direction=None,
        time_ns=START_NS + int(us * 1000),
        since_first_us=us,
        ttl=63,
        length=98,
        file=f"case/{node}/{interface}.pcap",
        frame=int(us) + 1,
        source=source or ends[0],
        destination=destination or ends[1],
        id=18716,
        encapsulation=around,
        inferred=inferred,
    )


def ping(status: Status, request: tuple[Hop, ...], reply: tuple[Hop, ...] = ()) -> Ping:
    return Ping(
        number=7,
        source=SOURCE,
        source_pod="pod-a",
        destination=DESTINATION,
        destination_pod="pod-c",
        id=18716,
        seq=3,
        status=status,
        rtt_us=reply[-1].since_first_us if reply and status == "answered" else None,
        request=request,
        reply=reply,
        lost_after=None,
    )


def finding(node: str | None, title: str, code: str = "overlay-port-blocked") -> Finding:
    evidence = Evidence(kind="fact", node=node, document="iptables-save.txt", key="INPUT")
    return Finding(code, "error", node, None, title, "Because.", "Undo it.", (evidence,))


def report(*pings: Ping, findings: tuple[Finding, ...] = ()) -> Report:
    clocks = (Clock("node-2", "node-1", 350_000.0, 50.0),)
    return replace(REPORT, pings=pings, findings=findings, clocks=clocks)


def _place(place: str | Point) -> tuple[str | None, str | None, str | None]:
    if isinstance(place, Point):
        return place.node, place.pod, place.interface
    node, _, rest = place.partition("/")
    pod, colon, interface = rest.rpartition(":")
    return node, pod if colon else None, interface


OUT = (
    hop("node-1/pod-a:eth0", 0.0),
    hop("node-1/veth1a2b3c4d", 3.1),
    hop("node-1/cni0", 4.6),
    hop("node-1/flannel.1", 12.4),
    hop("node-1/ens33", 19.9, VXLAN),
    hop("node-2/ens33", 241.7, VXLAN),
    hop("node-2/flannel.1", 249.0),
    hop("node-2/cni0", 262.5),
    hop("node-2/vethc0ffee00", 264.0),
    hop("node-2/pod-c:eth0", 266.3),
)
BACK = (
    hop("node-2/pod-c:eth0", 281.0, back=True),
    hop("node-2/vethc0ffee00", 283.2, back=True),
    hop("node-2/cni0", 284.9, back=True),
    hop("node-2/flannel.1", 291.4, back=True),
    hop("node-2/ens33", 297.8, VXLAN_BACK, back=True),
    hop("node-1/ens33", 5_512.9, VXLAN_BACK, back=True),
    hop("node-1/flannel.1", 5_519.3, back=True),
    hop("node-1/cni0", 5_531.0, back=True),
    hop("node-1/veth1a2b3c4d", 5_532.5, back=True),
    hop("node-1/pod-a:eth0", 5_534.2, back=True),
)
ANSWERED = ping("answered", OUT, BACK)

NAT_SOURCE, SERVICE = "10.1.10.9", "10.96.0.10"
NAT = ping(
    "answered",
    (
        hop("node-1/pod-a:eth0", 0.0, destination=SERVICE),
        hop("node-1/cali0123456789a", 2.0, destination=SERVICE),
        hop("node-1/tunl0", 9.0),
        hop("node-1/ens33", 12.0, IPIP, source=NAT_SOURCE),
        hop("node-2/ens33", 2_123.0, IPIP, source=NAT_SOURCE),
        hop("node-2/pod-c:eth0", 2_139.0, source=NAT_SOURCE),
    ),
    (
        hop("node-2/pod-c:eth0", 2_150.0, back=True, destination=NAT_SOURCE),
        hop("node-2/ens33", 2_160.0, back=True, destination=NAT_SOURCE),
        hop("node-1/ens33", 4_160.0, back=True, destination=NAT_SOURCE),
        hop("node-1/pod-a:eth0", 4_180.0, back=True, source=SERVICE),
    ),
)
OPAQUE = ping(
    "unknown",
    (
        hop("node-1/pod-a:eth0", 0.0),
        hop("node-1/wireguard.cali", 9.0),
        hop("node-1/ens33", 12.0, WIREGUARD, inferred=True),
        hop("node-2/ens33", 312.0, WIREGUARD, inferred=True),
        hop("node-2/wireguard.cali", 330.0),
    ),
)
HAIRPIN = ping(
    "unknown",
    (
        hop("node-1/pod-a:eth0", 0.0),
        hop("node-1/cni0", 3.0),
        hop("node-1/cni0", 9.0, source="10.244.1.1", destination=SOURCE),
        hop("node-1/pod-a:eth0", 11.0, source="10.244.1.1", destination=SOURCE),
    ),
)
SAME_NODE = ping(
    "answered",
    (hop("node-1/pod-a:eth0", 0.0), hop("node-1/cni0", 2.0), hop("node-1/pod-b:eth0", 5.0)),
    (
        hop("node-1/pod-b:eth0", 9.0, back=True),
        hop("node-1/cni0", 11.0, back=True),
        hop("node-1/pod-a:eth0", 12.5, back=True),
    ),
)
EVIL = "<script>alert(1)</script>\x1b[31m\u202e]]>&\"'"
HOSTILE = ping(
    "request-lost",
    (
        hop(Point(None, None, None), 0.0),
        hop(Point(None, EVIL * 30, EVIL), 40.0, source=EVIL),
        hop(Point(EVIL, None, "\x00"), 1_500_000.0, Encapsulation(EVIL, EVIL, None, 1, None)),
    ),
)
FAR = "fd00:1234:5678:9abc:def0:1234:5678:9ab"
IPV6 = Encapsulation("vxlan", f"{FAR}c", f"{FAR}d", 16_777_215, 4789)
FORTY = ping(
    "answered",
    tuple(
        hop(f"node-{i // 5}/interface{i}", i * 14.0, *((IPV6, WIREGUARD) if i % 5 == 4 else ()))
        for i in range(20)
    ),
    tuple(
        hop(f"node-{i // 5}/interface{i}", 9e5 + (20 - i) * 9, back=True) for i in range(20)[::-1]
    ),
)
CASES: dict[str, Ping] = {
    "answered": ANSWERED,
    "request lost inside a node": ping("request-lost", OUT[:6]),
    "request lost on the wire": ping("request-lost", OUT[:5]),
    "reply lost": ping("reply-lost", OUT, BACK[:5]),
    "reply lost, the first column": ping("reply-lost", (), BACK[:1]),
    "unanswered": ping("unanswered", OUT),
    "lost, yet with a reply": ping("request-lost", OUT[:5], BACK[4:]),
    "only the reply seen": ping("unknown", (), BACK),
    "captured on the wires alone": ping("answered", OUT[4:6], BACK[4:6]),
    "one hop": ping("unknown", OUT[4:5]),
    "no hop": ping("unknown", ()),
    "NAT": NAT,
    "opaque WireGuard": OPAQUE,
    "hairpin": HAIRPIN,
    "one node": SAME_NODE,
    "hostile names": HOSTILE,
    "forty hops": FORTY,
}
