"""Reports of written pings, and what else stands in a report."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.model.path_mtu import MtuHop, PathMtu, SweptDirection
from netdiag.model.report import (
    SCHEMA,
    STATUSES,
    Capture,
    Clock,
    Conversation,
    Evidence,
    Finding,
    Flow,
    Hop,
    HopTime,
    Modes,
    Pair,
    Path,
    Ping,
    Point,
    Report,
    Rtt,
    Status,
    Totals,
)
from tests.render.written_pings import (
    ROLES,
    A,
    C,
    answered,
    point,
)


def path_of(ping: Ping, pings: int = 1) -> Path:
    return Path(
        example=ping.number,
        source=ping.source,
        destination=ping.destination,
        status=ping.status,
        pings=pings,
        sampled=pings,
        request_times=hop_times(ping.request[1:]),
        reply_times=hop_times(ping.reply),
    )


def hop_times(hops: tuple[Hop, ...]) -> tuple[HopTime, ...]:
    return tuple(HopTime(Point(h.node, h.pod, h.interface), 8.5, 10.0, 31.25) for h in hops)


def totals_of(pings: tuple[Ping, ...], rtt: Rtt | None = None) -> Totals:
    def count(status: Status) -> int:
        return sum(ping.status == status for ping in pings)

    times = sorted(ping.rtt_us for ping in pings if ping.rtt_us is not None)
    if times and rtt is None:
        rtt = Rtt(times[0], times[len(times) // 2], times[-1], times[-1])
    return Totals(
        pings=len(pings),
        answered=count("answered"),
        request_lost=count("request-lost"),
        reply_lost=count("reply-lost"),
        unanswered=count("unanswered"),
        unknown=count("unknown"),
        rtt_us=rtt,
    )


def conversations_of(paths: tuple[Path, ...]) -> tuple[Conversation, ...]:
    ends = dict.fromkeys((path.source, path.destination) for path in paths)
    found = []
    for source, destination in ends:
        counts = [
            sum(
                path.pings
                for path in paths
                if (path.source, path.destination, path.status) == (source, destination, status)
            )
            for status in STATUSES
        ]
        answered, request_lost, reply_lost, unanswered, unknown = counts
        found.append(
            Conversation(
                source,
                destination,
                sum(counts),
                answered,
                request_lost,
                reply_lost,
                unanswered,
                unknown,
            )
        )
    return tuple(sorted(found, key=lambda one: one.answered - one.pings))


def report(*pings: Ping, **changes: Any) -> Report:
    """Return a report of these pings; those with one status and destination share a path."""
    kinds: dict[tuple[str, str, int], list[Ping]] = {}
    for ping in pings:
        kinds.setdefault((ping.destination, ping.status, len(ping.request)), []).append(ping)
    whole = Report(
        schema=SCHEMA,
        captures=(),
        mode=Modes(None, None, None, None, None),
        pairs=(),
        pings=pings,
        totals=totals_of(pings),
        conversations=(),
        conversations_left_out=0,
        paths=tuple(path_of(alike[0], len(alike)) for alike in kinds.values()),
        flows=(),
        flows_left_out=0,
        clocks=(),
        drops=(),
        mtu=None,
        findings=(),
    )
    whole = replace(whole, **changes)
    if "conversations" not in changes:
        whole = replace(whole, conversations=conversations_of(whole.paths))
    return whole


def capture(place: str = "node-1/ens33", **changes: Any) -> Capture:
    where = point(place)
    name = where.interface or ""
    role = ROLES.get(name, "veth")
    file = f"case/{where.node}/{name}.pcap"
    return replace(Capture(where.node, where.pod, name, role, 1, file, 12, None, None), **changes)


def finding(**changes: Any) -> Finding:
    return replace(
        Finding(
            code="fdb-missing",
            severity="error",
            node="node-1",
            interface="flannel.1",
            title="node-1 does not know behind which node 10.244.2.0 is",
            explanation="The neighbour entry names 5e:1f:aa:00:11:22, for which flannel.1 has no "
            "forwarding entry: the packet is dropped in front of the tunnel.",
            remedy="bridge fdb append 5e:1f:aa:00:11:22 dev flannel.1 dst 10.1.10.10",
            evidence=(
                Evidence("frame", "node-1", file="case/node-1/ens33.pcap", frame=12),
                Evidence("fact", "node-1", document="bridge_fdb.json", key="flannel.1", text="[]"),
            ),
        ),
        **changes,
    )


def flow(port: int = 40000, packets: int = 10, **changes: Any) -> Flow:
    interfaces = ("node-1/cni0", "node-1/ens33", "node-2/ens33", "node-2/cni0")
    return replace(
        Flow("tcp", f"{A}:{port}", f"{C}:80", packets, packets * 100, 0, "vxlan", interfaces),
        **changes,
    )


PAIRS = (
    Pair("node-1", "node-2", None, None, "vxlan", None),
    Pair("node-2", "node-1", None, None, "vxlan", None),
)
CLOCK = Clock("node-2", "node-1", 350_000.0, 50.0)


HOPS = (
    MtuHop("node-1", "pod-a", "eth0", 1450, 0),
    MtuHop("node-1", None, "ens33", 1500, 50),
)
MTU = PathMtu(
    SweptDirection(
        A, C, "eth0", 1450, 1450, None, None, None, None, False, False, ((576, True), (1450, True))
    ),
    None,
    HOPS,
    HOPS[0],
)


def full() -> Report:
    """Return a report with something in every section."""
    return report(
        *(answered(number) for number in (1, 2, 3)),
        pairs=PAIRS,
        flows=(flow(),),
        clocks=(CLOCK,),
        captures=(capture(),),
        findings=(finding(severity="warning"),),
        drops=({"reason": "NO_SOCKET", "node": "node-1"},),
        mtu=MTU,
    )
