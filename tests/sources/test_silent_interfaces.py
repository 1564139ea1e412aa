"""Interfaces that a pcapng file names were captured, though no packet came by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analyze.running import analyze
from tests.captures import block, enhanced, ethernet, interface, ipv4, option, pcapng, ping

A, B = "10.244.1.2", "10.244.2.2"
START_NS = 1_795_221_208_000_000_000
FILTER = 11


def section(*interfaces: bytes, packets: bytes = b"") -> bytes:
    return pcapng(b"".join(interfaces) + packets)


def filtered(name: str, text: str) -> bytes:
    """Return an interface with ``if_filter``."""
    options = option(9, b"\x09") + option(2, name.encode()) + option(FILTER, b"\0" + text.encode())
    return block(1, (1).to_bytes(4, "little") + bytes(4) + options + option(0, b""))


def captured(folder: Path, *interfaces: bytes) -> list[tuple[str | None, int]]:
    request = enhanced(START_NS, ethernet(ipv4(A, B, ping(1, 1))))
    (folder / "node-1").mkdir()
    (folder / "node-1" / "capture.pcapng").write_bytes(section(*interfaces, packets=request))
    _, report = analyze(folder)
    return [(found["interface"], found["packets"]) for found in report["captures"]]


def test_all_named_interfaces_are_captures(tmp_path: Path) -> None:
    found = captured(tmp_path, interface("veth1"), interface("ens33"))
    assert found == [("veth1", 1), ("ens33", 0)]


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
