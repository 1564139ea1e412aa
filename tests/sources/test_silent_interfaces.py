"""Interfaces that a pcapng file names were captured, though no packet came by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analyze.running import analyze
from tests.captures import block, enhanced, ethernet, interface, ipv4, option, pcapng, ping

A, B = "10.244.1.2", "10.244.2.2"
START_NS = 1_795_221_208_000_000_000
ECHO_REPLY, RECEIVED, SENT = 0, 1, 2
SECOND_NS, RTT_NS = 1_000_000_000, 200_000
FILTER, STATISTICS, START_TIME, END_TIME = 11, 5, 2, 3


def section(*interfaces: bytes, packets: bytes = b"") -> bytes:
    return pcapng(b"".join(interfaces) + packets)


def filtered(name: str, text: str) -> bytes:
    """Return an interface with ``if_filter``."""
    options = option(9, b"\x09") + option(2, name.encode()) + option(FILTER, b"\0" + text.encode())
    return block(1, (1).to_bytes(4, "little") + bytes(4) + options + option(0, b""))


def statistics(ended_ns: int, code: int = END_TIME) -> bytes:
    """Return an interface's statistics that tell when capturing ended, or began."""
    time = (ended_ns >> 32).to_bytes(4, "little") + (ended_ns & 0xFFFFFFFF).to_bytes(4, "little")
    return block(STATISTICS, bytes(4) + time + option(code, time) + option(0, b""))


def captured(folder: Path, *interfaces: bytes) -> list[tuple[str | None, int]]:
    request = enhanced(START_NS, ethernet(ipv4(A, B, ping(1, 1))))
    (folder / "node-1").mkdir()
    (folder / "node-1" / "capture.pcapng").write_bytes(section(*interfaces, packets=request))
    _, report = analyze(folder)
    return [(found["interface"], found["packets"]) for found in report["captures"]]


def test_all_named_interfaces_are_captures(tmp_path: Path) -> None:
    found = captured(tmp_path, interface("veth1"), interface("ens33"))
    assert found == [("veth1", 1), ("ens33", 0)]


@pytest.mark.parametrize(
    ("text", "ended_ns", "status"),
    [
        ("netdiag ping", SECOND_NS, "unanswered"),
        ("netdiag ping", 0, "unknown"),
        ("icmp", SECOND_NS, "unknown"),
    ],
    ids=["the probe says when it ended", "it does not", "another program says so"],
)
def test_the_last_ping_is_lost_if_capturing_went_on_without_its_reply(
    tmp_path: Path, text: str, ended_ns: int, status: str
) -> None:
    """Whoever cuts a piece out of a capture keeps its statistics: those of others prove nothing."""
    (tmp_path / "node-1").mkdir()
    last_ns = START_NS + SECOND_NS
    echoes = (
        (START_NS, ipv4(A, B, ping(1, 1)), (0, 1)),
        (START_NS + RTT_NS, ipv4(B, A, ping(1, 1, ECHO_REPLY)), (1, 0)),
        (last_ns, ipv4(A, B, ping(1, 2)), (0, 1)),
    )
    packets = (
        enhanced(time_ns + at, ethernet(packet), veth, (RECEIVED, SENT)[at])
        for time_ns, packet, veths in echoes
        for at, veth in enumerate(veths)
    )
    veths = (filtered(name, text) for name in ("veth0", "veth1"))
    data = section(*veths, packets=b"".join(packets))
    data += statistics(last_ns + ended_ns) if ended_ns else b""
    (tmp_path / "node-1" / "capture.pcapng").write_bytes(data)
    _, report = analyze(tmp_path)
    assert [found["status"] for found in report["pings"]] == ["answered", status]


@pytest.mark.parametrize(("text", "is_doubted"), [("icmp", True), ("netdiag ping", False)])
def test_only_a_filter_that_looks_into_tunnels_makes_silence_sure(
    tmp_path: Path, text: str, is_doubted: bool
) -> None:
    (tmp_path / "node-1").mkdir()
    data = section(filtered("ens33", text))
    (tmp_path / "node-1" / "capture.pcapng").write_bytes(data)
    _, report = analyze(tmp_path)
    codes = [found["code"] for found in report["findings"]]
    assert ("capture-incomplete" in codes) is is_doubted


@pytest.mark.parametrize(("text", "status"), [("netdiag ping", "request-lost"), ("", "unknown")])
def test_a_capture_that_says_when_it_began_shows_all_from_then_on(
    tmp_path: Path, text: str, status: str
) -> None:
    """The first packet of a node may be later than a ping that never came there."""
    began = statistics(START_NS - SECOND_NS, START_TIME)
    for node, way, numbers in (("node-1", SENT, (0, 1)), ("node-2", RECEIVED, (1,))):
        packets = b"".join(
            enhanced(START_NS + at * SECOND_NS, ethernet(ipv4(A, B, ping(1, at))), 0, way)
            for at in numbers
        )
        (tmp_path / node).mkdir()
        data = section(filtered("eth0", text), packets=packets) + began
        (tmp_path / node / "capture.pcapng").write_bytes(data)
    _, report = analyze(tmp_path)
    assert report["pings"][0]["status"] == status
