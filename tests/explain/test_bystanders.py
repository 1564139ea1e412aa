"""Frames that a bridge sends to all its ports, because it does not know whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analyze.fault_networks import mac
from tests.analyze.running import Report, analyze, findings
from tests.bundles.facts import edits
from tests.bundles.facts.documents import Facts, write_facts
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, FLANNEL_3
from tests.captures import START_NS, enhanced, interface, ipv4, pcapng, ping

RECEIVED, SENT = 1, 2
BETWEEN_NS = 10_000
NOBODY = "02:00:00:00:99:99"
THREE = Flannel(programmed="host-gw", hosts=(*FLANNEL, FLANNEL_3)).facts()
NIC_DOWN = edits.changed_link(THREE, "node-2", "ens33", edits.switched_off)


def flooded(folder: Path, facts: Facts, destination: str) -> Report:
    """Return the report on a ping to node-2 of which captures show what node-3 overhears."""
    frame = bytes.fromhex(destination.replace(":", "")) + bytes.fromhex("020000000009") + b"\x08\0"
    frame += ipv4("10.244.1.2", "10.244.2.2", ping(1, 1), ttl=63)
    for at, (node, direction) in enumerate((("node-1", SENT), ("node-3", RECEIVED))):
        (folder / node).mkdir()
        packet = enhanced(START_NS + at * BETWEEN_NS, frame, 0, direction)
        (folder / node / "capture.pcapng").write_bytes(pcapng(interface("ens33"), packet))
    write_facts(facts, folder)
    return analyze(folder)[1]


@pytest.mark.parametrize(
    ("destination", "last"), [(mac("node-2/ens33"), "node-1"), (NOBODY, "node-3")]
)
def test_whoever_overhears_a_frame_is_no_step_of_its_way(
    tmp_path: Path, destination: str, last: str
) -> None:
    """Whose MAC address is not known may be anybody's."""
    report = flooded(tmp_path, NIC_DOWN, destination)
    assert report["pings"][0]["request"][-1]["node"] == last


def test_the_cause_is_told_where_it_is(tmp_path: Path) -> None:
    report = flooded(tmp_path, NIC_DOWN, mac("node-2/ens33"))
    assert findings(report, ("error",))[0] == "nexthop-unreachable node-1"
    assert "ens33 with 10.1.10.10 is down" in report["findings"][0]["title"]
