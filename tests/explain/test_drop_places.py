"""Where a kernel's drops were, and whose: of namespaces that nobody named, and behind NAT."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.analyze.running import analyze, findings
from tests.bundles import flannel
from tests.bundles.network import Bundle, Fate, Network, Stream
from tests.bundles.simulate import write_bundle
from tests.captures import (
    NODE_1,
    NODE_2,
    UDP,
    A,
    B,
    echo_frame,
    enhanced,
    interface,
    ipv4,
    pcapng,
    ping,
    vxlan,
)
from tests.captures import START_NS as CAPTURED_NS

OWN, NOBODYS = 4026532000, 4026532999
PLAIN = ipv4(A, B, ping(8448, 0))
SHORT = ipv4("127.0.0.1", "127.0.0.1", ping(7, 0, size=8))
TUNNELLED = ipv4(NODE_1, NODE_2, vxlan(1, echo_frame()), UDP)
NAT = Network(
    "10.200.0.2",
    "10.244.2.2",
    request="""
        node-1/pod-a:eth0   64
        node-1/cali1        64
        node-1/ens33        63  10.1.10.9>10.244.2.2
        node-2/ens33        63
    """,
    reply=flannel.VXLAN.reply,
)


def log(packet: bytes, netns: int) -> str:
    """Return what a kernel tells of a packet that it drops in a namespace."""
    armed = {"event": "armed", "time_ns": 1, "boot_id": "b", "namespaces": {str(OWN): ""}}
    dropped = {
        "event": "drop", "time_ns": CAPTURED_NS, "reason": "NETFILTER_DROP", "netns": netns,
        "function": "nft_do_chain", "interface": "eth9", "length": 84, "packet": packet.hex(),
    }  # fmt: skip
    return "".join(json.dumps(event) + "\n" for event in (armed, dropped))


@pytest.mark.parametrize(
    ("packet", "netns", "node"),
    [
        (PLAIN, OWN, "node-1"),
        (PLAIN, NOBODYS, "node-1"),
        (TUNNELLED, OWN, "node-1"),
        (TUNNELLED, NOBODYS, None),
    ],
    ids=["its own", "that of a pod", "its own, in a tunnel", "another node's on its kernel"],
)
def test_a_drop_is_the_nodes_if_that_is_sure(
    tmp_path: Path, packet: bytes, netns: int, node: str | None
) -> None:
    (tmp_path / "node-1").mkdir()
    frame = enhanced(CAPTURED_NS, echo_frame(), 0, 1)
    (tmp_path / "node-1" / "capture.pcapng").write_bytes(pcapng(interface("eth0"), frame))
    (tmp_path / "node-1" / "drops.jsonl").write_text(log(packet, netns))
    _, report = analyze(tmp_path)
    assert [drop["node"] for drop in report["drops"]] == [node]


def test_what_nat_has_rewritten_is_not_what_its_receiver_sends(tmp_path: Path) -> None:
    write_bundle(
        Bundle(streams=(Stream(network=NAT, fate=Fate(request_lost_after="node-2/ens33")),)),
        tmp_path,
    )
    rewritten = ipv4("10.1.10.9", "10.244.2.2", ping(1, 1))
    (tmp_path / "node-2" / "drops.jsonl").write_text(log(rewritten, OWN))
    _, report = analyze(tmp_path)
    assert findings(report, ("error",)) == ["forward-blocked node-2"]


@pytest.mark.parametrize("netns", [OWN, NOBODYS])
def test_echoes_too_short_for_our_token_are_others(tmp_path: Path, netns: int) -> None:
    """What another program pings on the same machine, and some filter there drops."""
    write_bundle(Bundle(streams=(Stream(network=flannel.VXLAN),)), tmp_path)
    for node in ("node-1", "node-2"):
        (tmp_path / node / "drops.jsonl").write_text(log(SHORT, netns))
    code, report = analyze(tmp_path)
    assert (code, findings(report, ("error", "warning"))) == (0, [])
