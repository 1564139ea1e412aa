"""A report made by hand: one answered ping, one finding, everything else as short as it gets."""

from __future__ import annotations

from netdiag.model.report import (
    SCHEMA,
    Capture,
    Clock,
    Encapsulation,
    Evidence,
    Finding,
    Flow,
    Hop,
    HopTime,
    Mode,
    Modes,
    Pair,
    Path,
    Ping,
    Point,
    Report,
    Rtt,
    Totals,
)

CAPTURE = Capture(
    node="node-1",
    pod=None,
    interface="ens33",
    role="physical",
    link_type=1,
    file="case/node-1/ens33.pcap",
    packets=2,
    dropped=None,
    problem=None,
)
OUTER = Encapsulation(kind="vxlan", source="10.1.10.9", destination="10.1.10.10", vni=1, port=8472)
REQUEST = Hop(
    node="node-1",
    pod=None,
    interface="ens33",
    role="physical",
    direction="out",
    time_ns=1_795_220_155_213_395_000,
    since_first_us=0.0,
    ttl=63,
    length=148,
    file="case/node-1/ens33.pcap",
    frame=1,
    source="10.244.1.2",
    destination="10.244.2.2",
    id=18716,
    encapsulation=(OUTER,),
)
REPLY = Hop(
    node="node-1",
    pod=None,
    interface="ens33",
    role="physical",
    direction="in",
    time_ns=1_795_220_155_213_502_000,
    since_first_us=107.0,
    ttl=63,
    length=148,
    file="case/node-1/ens33.pcap",
    frame=2,
    source="10.244.2.2",
    destination="10.244.1.2",
    id=18716,
    encapsulation=(),
)
PING = Ping(
    number=1,
    source="10.244.1.2",
    source_pod=None,
    destination="10.244.2.2",
    destination_pod="pod-c",
    id=18716,
    seq=1,
    status="answered",
    rtt_us=107.0,
    request=(REQUEST,),
    reply=(REPLY,),
    lost_after=None,
)
EVIDENCE = Evidence(kind="frame", node="node-1", file=CAPTURE.file, frame=2)
OBSERVED = Mode(backend=None, encapsulation="mixed", detail={"reply": "none"}, evidence=(EVIDENCE,))
FINDING = Finding(
    code="asymmetric-path",
    severity="warning",
    node=None,
    interface=None,
    title="Requests are under VXLAN, replies are not",
    explanation="The two directions take different ways.",
    remedy="Compare the routes of both nodes.",
    evidence=(EVIDENCE,),
)
REPORT = Report(
    schema=SCHEMA,
    captures=(CAPTURE,),
    mode=Modes(backend=None, configured=None, programmed=None, observed=OBSERVED, agree=None),
    pairs=(Pair("node-1", "node-2", None, None, "vxlan", None),),
    pings=(PING,),
    totals=Totals(1, 1, 0, 0, 0, 0, Rtt(107.0, 107.0, 107.0, 107.0)),
    paths=(
        Path(
            example=1,
            source="10.244.1.2",
            destination="10.244.2.2",
            status="answered",
            pings=1,
            sampled=1,
            request_times=(),
            reply_times=(HopTime(Point("node-1", None, "ens33"), 107.0, 107.0, 107.0),),
        ),
    ),
    flows=(
        Flow(
            protocol="udp",
            source="10.244.1.2:40000",
            destination="[fd00::1]:53",
            packets=1,
            bytes=60,
            retransmissions=0,
            encapsulation="none",
            interfaces=("node-1/ens33",),
        ),
    ),
    flows_left_out=0,
    clocks=(Clock("node-2", "node-1", 350_000.0, 12.5),),
    drops=(),
    mtu=None,
    findings=(FINDING,),
)
