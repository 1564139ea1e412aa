"""The captures rebuilt from articles: what their authors showed, found without any facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.analyze.known import ARTICLES
from tests.analyze.running import analyze, findings, path
from tests.render.test_articles import printed_packets

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason=f"{ARTICLES} is not here")


@dataclass(frozen=True, kw_only=True)
class Article:
    """What an article shows; paths are of every ping."""

    name: str
    pings: int
    request: str
    reply: str
    clock_us: Mapping[str, float] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


SHOWN = (
    Article(
        name="vxlan",
        pings=2,
        request="node-2/ens33* node-2/flannel.1 node-2/cni0 node-2/veth470beb22",
        reply="node-2/veth470beb22 node-2/cni0 node-2/flannel.1 node-2/ens33*",
    ),
    Article(
        name="ipip",
        pings=2,
        request="node-1/cali14de3927136 node-1/tunl0 node-1/ens33*"
        " node-2/ens33* node-2/tunl0 node-2/cali813929a4a7b",
        reply="node-2/cali813929a4a7b node-2/tunl0 node-2/ens33*"
        " node-1/ens33* node-1/tunl0 node-1/cali14de3927136",
        clock_us={"node-2": 28_850},
        told=("clock-skew node-2",),
    ),
    Article(
        name="bgp-cross",
        pings=3,
        request="node-1/calida8798d2ad7 node-1/ens33 node-2/ens33 node-2/cali79d4f06640e",
        reply="node-2/cali79d4f06640e node-2/ens33 node-1/ens33 node-1/calida8798d2ad7",
        clock_us={"node-2": 760},
        untold=("clock-skew node-2",),
    ),
    Article(
        name="bgp-same-node",
        pings=2,
        request="node-2/cali70df284fc76 node-2/cali79d4f06640e",
        reply="node-2/cali79d4f06640e node-2/cali70df284fc76",
        untold=("capture-incomplete node-2",),
    ),
    Article(name="directrouting", pings=2, request="spark17/enp0s25", reply="spark17/enp0s25"),
    Article(
        name="host-gw",
        pings=2,
        request="node-2/ens33 node-2/cni0 node-2/veth1695e55f",
        reply="node-2/veth1695e55f node-2/cni0 node-2/ens33",
    ),
)
CLOCK_TOLERANCE_US = 30
"""The articles say it to a hundredth of a millisecond; the pings themselves differ by more."""


@pytest.mark.parametrize("article", SHOWN, ids=lambda article: article.name)
def test_the_report_is_what_the_article_shows(article: Article) -> None:
    exit_code, report = analyze(ARTICLES / article.name)
    assert report["totals"]["answered"] == report["totals"]["pings"] == article.pings
    for ping in report["pings"]:
        assert " ".join(path(ping["request"])) == article.request
        assert " ".join(path(ping["reply"])) == article.reply
    assert findings(report, ("error", "warning")) == []
    assert exit_code == 0
    told = set(findings(report, ("info",)))
    assert set(article.told) - told == set()
    assert told & set(article.untold) == set()


@pytest.mark.parametrize(
    "article", [shown for shown in SHOWN if shown.clock_us], ids=lambda article: article.name
)
def test_clocks(article: Article) -> None:
    _, report = analyze(ARTICLES / article.name)
    found = {clock["node"]: clock for clock in report["clocks"]}
    assert set(found) == set(article.clock_us)
    for node, offset_us in article.clock_us.items():
        assert found[node]["relative_to"] == "node-1"
        assert found[node]["offset_us"] == pytest.approx(offset_us, abs=CLOCK_TOLERANCE_US)


def test_the_round_trip_on_the_nic_of_ipip() -> None:
    """0.54 ms, though node-2's clock says that the request arrived 28.98 ms after it was sent."""
    _, report = analyze(ARTICLES / "ipip")
    first = report["pings"][0]
    (there,) = (hop for hop in first["request"] if path([hop]) == ["node-1/ens33*"])
    (back,) = (hop for hop in first["reply"] if path([hop]) == ["node-1/ens33*"])
    assert back["time_ns"] - there["time_ns"] == 542_000
    assert back["since_first_us"] - there["since_first_us"] == pytest.approx(542)
    assert first["rtt_us"] == pytest.approx(662)


def test_nothing_can_be_judged_from_captures_that_saw_nothing() -> None:
    exit_code, report = analyze(ARTICLES / "vxlan-000")
    assert exit_code == 4
    assert report["pings"] == []
    assert [capture["packets"] for capture in report["captures"]] == [0, 0]
    assert findings(report, ("error", "warning")) == []


@pytest.mark.parametrize("folder", ["vxlan", "ipip", "bgp-cross", "bgp-same-node", "host-gw"])
def test_each_capture_has_the_packets_that_were_printed(folder: str) -> None:
    _, report = analyze(ARTICLES / folder)
    found = {capture["file"]: capture["packets"] for capture in report["captures"]}
    printed = {
        str(_capture_of(printout)): len(list(printed_packets(printout.read_text())))
        for printout in (ARTICLES / folder).rglob("*.tcpdump.txt")
    }
    assert found == printed


def _capture_of(printout: Path) -> Path:
    return printout.with_name(printout.name.removesuffix(".tcpdump.txt") + ".pcap")
