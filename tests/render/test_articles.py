"""The articles' captures: netdiag says line by line what tcpdump printed of them (in UTC)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import ROOT, lines

ARTICLES = ROOT.parent / "shared" / "captures" / "articles"
PRINTOUTS = sorted(ARTICLES.rglob("*.tcpdump.txt"))
FRAME = re.compile(r"\S{17} > \S{17}, ethertype (?P<kind>\w+) \(\w+\), length \d+: (?P<rest>.*)")
VXLAN = re.compile(r"(?P<ends>\S+\.\d+ > \S+\.8472): OTV, flags \[I\] \(0x08\), .* instance (\d+)")
IPIP = re.compile(r"(?P<outer>\S+ > \S+): (?P<inner>\S+ > \S+: .*) \(ipip-proto-4\)")

pytestmark = pytest.mark.skipif(not PRINTOUTS, reason=f"{ARTICLES} is not here")


def without_frame(text: str) -> str:
    """Return a printout's line without what ``-e`` put before it."""
    framed = FRAME.match(text)
    if framed is None:
        return text.removeprefix("ip: ").removeprefix("IP ")
    if framed["kind"] == "ARP":
        return "ARP, " + re.sub(r" \(\S{17}\) tell", " tell", framed["rest"])
    return framed["rest"]


def printed_packets(printout: str) -> Iterator[tuple[str, str, str]]:
    """Yield time, tunnel and innermost packet of each packet in a printout."""
    printed = iter(printout.splitlines())
    for line in printed:
        time, _, text = line.partition(" ")
        packet = without_frame(text)
        if found := VXLAN.fullmatch(packet):
            source, destination = (end.rpartition(".")[0] for end in found["ends"].split(" > "))
            tunnel = f"vxlan {source} > {destination} vni {found[2]}"
            yield time, tunnel, without_frame(next(printed))
        elif found := IPIP.fullmatch(packet):
            yield time, f"ipip {found['outer']}", found["inner"]
        else:
            yield time, "-", packet


def listed_packets(capture: Path) -> list[tuple[str, str, str, str]]:
    """Return time, place, tunnel and innermost packet of each line that netdiag prints."""
    split = [re.split(r" {2,}", line) for line in lines("packets", "--utc", capture)]
    return [(time, place, tunnel, packet) for time, place, _, tunnel, packet in split]


@pytest.mark.parametrize("printout", PRINTOUTS, ids=lambda path: str(path.relative_to(ARTICLES)))
def test_netdiag_agrees_with_the_printout(printout: Path) -> None:
    stem = printout.name.removesuffix(".tcpdump.txt")
    interface = stem.partition("+")[0]
    expected = [
        (time, interface, tunnel, packet)
        for time, tunnel, packet in printed_packets(printout.read_text())
    ]
    assert listed_packets(printout.with_name(f"{stem}.pcap")) == expected


def test_the_printouts_have_what_the_test_looks_for() -> None:
    text = "".join(printout.read_text() for printout in PRINTOUTS)
    for words in ("OTV", "ipip-proto-4", "who-has", "is-at", "echo request", "echo reply", "ip: "):
        assert words in text
    assert sum(1 for path in PRINTOUTS for _ in printed_packets(path.read_text())) > 90
