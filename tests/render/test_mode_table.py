"""The mode: the three truths where facts are known, and what was seen from node to node."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from netdiag.model.report import Evidence, Mode, Modes, Pair
from netdiag.render.mode_table import write_modes
from netdiag.render.page import Page
from tests.render.written_reports import PAIRS

NET_CONF = Evidence(
    "fact",
    None,
    document="kubernetes/configmaps.json",
    key="kube-system/kube-flannel-cfg net-conf.json",
    text='"Backend": {"Type": "vxlan", "DirectRouting": true}',
)
ROUTE = Evidence(
    "fact",
    "node1",
    document="ip_route.json",
    key="[3]",
    text="10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink",
)
FRAME = Evidence("frame", "node1", file="case/node1/eth0.pcap", frame=7)
CONFIGURED = Mode("flannel/vxlan-directrouting", "none", {}, (NET_CONF, NET_CONF))
PROGRAMMED = Mode(None, "vxlan", {}, (ROUTE,))
OBSERVED = Mode(None, "vxlan", {}, (FRAME,))
MODES = Modes(CONFIGURED.backend, CONFIGURED, PROGRAMMED, OBSERVED, agree=False)


def written(mode: Modes, pairs: tuple[Pair, ...] = (), left_out: int = 0, **page: Any) -> list[str]:
    written = Page(page.get("width", 120), colour=False)
    write_modes(written, mode, pairs, left_out)
    return written.text().splitlines()[1:]


def cells(lines: list[str]) -> list[list[str]]:
    return [line.split() for line in lines]


def test_three_truths() -> None:
    assert written(MODES) == [
        "Mode flannel/vxlan-directrouting",
        "  configured  flannel/vxlan-directrouting: plain "
        "(kubernetes/configmaps.json kube-system/kube-flannel-cfg net-conf.json)",
        "  programmed  vxlan, 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink "
        "(node1 ip_route.json [3])",
        "  observed    vxlan (case/node1/eth0.pcap:7)",
        "  agree       NO",
    ]


def test_truths_wrap_beside_their_names() -> None:
    lines = written(MODES, width=60)
    assert lines[1:4] == [
        "  configured  flannel/vxlan-directrouting: plain",
        "              (kubernetes/configmaps.json",
        "              kube-system/kube-flannel-cfg net-conf.json)",
    ]


@pytest.mark.parametrize(("agree", "words"), [(True, "yes"), (False, "NO"), (None, "not known")])
def test_agreement(agree: bool | None, words: str) -> None:
    assert written(replace(MODES, agree=agree))[-1] == f"  agree       {words}"


def test_what_facts_do_not_tell_is_not_known() -> None:
    lines = written(replace(MODES, configured=None, observed=None, agree=None))
    assert "  configured  not known" in lines
    assert not any("observed" in line for line in lines)


def test_a_backend_that_only_the_kernel_proves() -> None:
    programmed = Mode("calico/ipip", "ipip", {})
    lines = written(Modes("calico/ipip", None, programmed, None, None))
    assert "  programmed  calico/ipip: ipip" in lines


def test_without_facts_there_is_only_what_was_seen() -> None:
    seen = Modes(None, None, None, OBSERVED, None)
    assert cells(written(seen, PAIRS)) == [
        ["Mode"],
        ["from", "to", "observed"],
        ["node-1", "node-2", "vxlan"],
        ["node-2", "node-1", "vxlan"],
    ]
    assert written(seen) == ["Mode", "  observed: vxlan"]
    assert written(Modes(None, None, None, None, None)) == []


def test_without_packets_nothing_was_observed() -> None:
    pairs = (Pair("a", "b", "none", "vxlan", None, False),)
    titles = written(MODES, pairs)[-2].split()
    assert titles == ["from", "to", "configured", "programmed", "agree"]


def test_what_is_known_of_some_pairs_only() -> None:
    pairs = (replace(PAIRS[0], configured="vxlan", agree=False), PAIRS[1])
    table = written(Modes(None, None, None, None, None), pairs)[1:]
    assert table[0].split() == ["from", "to", "observed", "configured", "agree"]
    assert table[1].split() == ["node-1", "node-2", "vxlan", "vxlan", "NO"]
    assert table[2].split("  ")[-1].strip() == "not known"


def test_plain_is_a_mode() -> None:
    assert ["a", "b", "plain"] in cells(
        written(Modes(None, None, None, None, None), (Pair("a", "b", None, None, "none", None),))
    )


def test_many_pairs_those_first_that_disagree() -> None:
    pairs = tuple(
        Pair(f"a{n}", f"b{n}", "vxlan", "vxlan", "vxlan", agree=n != 29) for n in range(30)
    )
    lines = written(MODES, pairs, left_out=1000)
    rows = [row for row in cells(lines) if row and row[-1] in ("yes", "NO") and len(row) > 2]
    assert len(rows) == 20
    assert [row[0] for row in rows[:2]] == ["a29", "a0"]
    assert lines[-1] == "  … and 1,010 more from node to node"
