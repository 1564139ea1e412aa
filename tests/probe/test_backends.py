"""Both backends of iptables on one node: both are asked, and a packet has to pass both."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from netdiag.explain.expected.firewall import walk
from netdiag.facts.assembly import Assembly
from netdiag.model.facts.firewall import Firewall
from tests.explain.expected.firewall_reading import icmp
from tests.probe.namespaces import namespaces
from tests.probe.processes import probe

PROGRAMS = ("iptables-nft", "iptables-legacy", "iptables-save", "iptables-legacy-save")
pytestmark = [
    pytest.mark.needs_lab,
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason="needs both of iptables"),
]
NFT, LEGACY = "10.0.0.7", "10.0.0.8"


@pytest.fixture
def place() -> Iterator[str]:
    """Make a namespace where each backend drops what comes from another address."""
    with namespaces() as made:
        name = made.add("both")
        for program, address in (("iptables-nft", NFT), ("iptables-legacy", LEGACY)):
            made.inside(name, program, "-A", "FORWARD", "-s", address, "-j", "DROP")
        yield name


def firewall(place: str, *left_out: str) -> Firewall:
    done = probe("facts", before=("ip", "netns", "exec", place))
    documents = json.loads(done.stdout)["documents"]
    usual = subprocess.run(["iptables-save", "-V"], capture_output=True, text=True, check=True)
    other = "legacy" if "nf_tables" in usual.stdout else "nft"
    names = {name for name in documents if name.startswith("iptables")}
    assert names == {"iptables-save-c.txt", f"iptables-{other}-save.txt"}
    assembly = Assembly()
    for name in documents.keys() - set(left_out):
        assembly.add("node", None, False, name, documents[name].encode())
    facts = assembly.facts()
    assert facts.problems == ()
    found = facts.nodes["node"].firewall
    assert found is not None
    return found


@pytest.mark.parametrize("left_out", [(), ("nft.txt",)])
def test_a_packet_has_to_pass_both(place: str, left_out: tuple[str, ...]) -> None:
    told = firewall(place, *left_out)
    for source, backend in ((NFT, "nft"), (LEGACY, "legacy")):
        verdict = walk(told, "forward", icmp(source), family="ip", local=frozenset())
        assert verdict.outcome == "drop"
        assert verdict.table is not None
        assert verdict.table.backend == backend
    assert walk(told, "forward", icmp("10.0.0.9"), family="ip", local=frozenset()).outcome != "drop"
