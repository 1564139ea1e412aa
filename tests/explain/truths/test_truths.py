"""What is configured, programmed and proved in simulated networks, and whether it agrees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from netdiag.explain.truths.configured import felix_settings
from netdiag.explain.truths.plugins import find_plugin
from netdiag.explain.truths.truths import Ends, Row, Truths, agreement, whole_agreement
from netdiag.model.facts.configuration import Configuration, FelixSettings
from netdiag.model.facts.facts import NO_FACTS
from netdiag.model.facts.source import Source
from tests.bundles.facts import edits, plain
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.explain.telling import told, truths_of

KERNEL = ("kubernetes/*", "*/files/*", "*/cmdlines.txt")

NETWORKS: dict[str, tuple[Facts, str, str, str]] = {
    # facts, plugin, backend, what carries packets between nodes
    "vxlan": (Flannel(programmed="vxlan").facts(), "flannel", "flannel/vxlan", "vxlan"),
    "host-gw": (Flannel(programmed="host-gw").facts(), "flannel", "flannel/host-gw", "none"),
    "udp": (Flannel(programmed="udp").facts(), "flannel", "flannel/udp", "udp"),
    "wireguard": (
        Flannel(programmed="wireguard").facts(), "flannel", "flannel/wireguard", "wireguard"
    ),
    "calico bgp": (Calico(programmed="bgp").facts(), "calico", "calico/bgp", "none"),
    "calico ipip": (Calico(programmed="ipip").facts(), "calico", "calico/ipip", "ipip"),
    "calico vxlan": (Calico(programmed="vxlan").facts(), "calico", "calico/vxlan", "vxlan"),
    "calico wireguard": (
        Calico(programmed="wireguard").facts(), "calico", "calico/wireguard", "wireguard"
    ),
    "kubenet": (plain.kubenet(), "kubenet", "kubenet", "none"),
}  # fmt: skip


def rows_of(truths: Truths) -> list[Row]:
    return list(truths.rows_between([], None))


@pytest.mark.parametrize("name", NETWORKS)
def test_both_truths(name: str) -> None:
    facts, plugin, backend, kind = NETWORKS[name]
    truths = truths_of(facts)
    cluster = truths.facts.cluster.configuration
    nodes = list(truths.nodes)
    assert {found.family for one in nodes if (found := find_plugin(one, cluster))} == {plugin}
    rows = rows_of(truths)
    assert len(rows) == len(nodes) * (len(nodes) - 1)
    for row in rows:
        assert (row.pair.configured, row.pair.programmed, row.pair.agree) == (kind, kind, True)
        assert row.configured is not None
        assert row.configured.backend == backend
        assert row.configured.evidence
        assert row.programmed is not None
        assert row.programmed.evidence


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "kubenet"])
def test_the_kernel_proves_the_backend(name: str) -> None:
    facts, _, backend, kind = NETWORKS[name]
    truths = truths_of(edits.without(facts, *KERNEL))
    assert {truths.backend_of(node) for node in truths.nodes} == {backend}
    assert {row.pair.programmed for row in rows_of(truths)} == {kind}
    assert {row.pair.configured for row in rows_of(truths)} == {None}


@pytest.mark.parametrize("name", NETWORKS)
def test_without_routes_nothing_is_programmed(name: str) -> None:
    truths = truths_of(edits.without(NETWORKS[name][0], "*/ip_route.json"))
    assert {row.pair.programmed for row in rows_of(truths)} <= {None}


def test_a_device_that_is_only_named_like_one_of_flannels_bridges_proves_nothing() -> None:
    truths = truths_of(edits.without(plain.bridge_plugin(), "*/files/*"))
    assert {truths.backend_of(node) for node in truths.nodes} == {None}


def test_links_that_break_off_prove_no_absence() -> None:
    facts = edits.without(Flannel(programmed="host-gw").facts(), *KERNEL, "*/ip_link.json")
    truths = truths_of(facts)
    assert {truths.backend_of(node) for node in truths.nodes} <= {None, "flannel/host-gw"}
    no_links = truths_of(edits.without(facts, "*/ip_addr.json"))
    assert {no_links.backend_of(node) for node in no_links.nodes} == {None}


def test_within_a_node_nothing_wraps() -> None:
    truths = truths_of(NETWORKS["vxlan"][0])
    row = truths.row(Ends("node-1", "node-1", None, None), "none")
    assert row is not None
    assert (row.pair.configured, row.pair.programmed, row.pair.agree) == ("none", "none", True)


def test_what_is_not_there_is_not_known() -> None:
    truths = truths_of(Facts())
    assert rows_of(truths) == []
    assert truths.row(Ends("node-1", "node-2", "10.244.1.2", "10.244.2.2"), "vxlan") is None
    assert not type(truths)(NO_FACTS).is_known


def test_wireguards_switch_may_be_in_a_document_that_is_missing() -> None:
    facts = edits.without(NETWORKS["calico wireguard"][0], "*felixconfigurations.json")
    rows = rows_of(truths_of(facts))
    assert {row.pair.configured for row in rows} == {None}
    plainly = edits.without(NETWORKS["calico bgp"][0], "*felixconfigurations.json")
    assert {row.pair.configured for row in rows_of(truths_of(plainly))} == {"none"}


def test_rules_that_are_missing_may_lead_to_wireguard() -> None:
    facts = edits.without(NETWORKS["calico wireguard"][0], "*/ip_rule.json")
    assert {row.pair.programmed for row in rows_of(truths_of(facts))} == {None}


def test_settings_of_felix_add_up() -> None:
    source = Source("kubernetes/daemonsets.json")
    default = Source("kubernetes/felixconfigurations.json")
    cluster = Configuration(
        felix=(
            FelixSettings(default, "default", wireguard=True, vxlan_port=4790, vxlan_mtu=1),
            FelixSettings(source, "environment", vxlan_mtu=1410),
            FelixSettings(default, "node.other", vxlan_port=1),
        )
    )
    node = next(iter(truths_of(NETWORKS["calico bgp"][0]).nodes))
    found = felix_settings(node, cluster)
    assert found is not None
    assert (found.wireguard, found.vxlan_port, found.vxlan_mtu) == (True, 4790, 1410)
    assert found.source == default


@pytest.mark.parametrize(
    ("truths", "wanted"),
    [
        ((None, None, None), None),
        (("vxlan", None, None), None),
        (("vxlan", "vxlan", None), True),
        (("vxlan", None, "vxlan"), True),
        (("vxlan", "none", None), False),
        ((None, "vxlan", "none"), False),
        (("vxlan", "vxlan", "mixed"), False),
    ],
)
def test_agreement(truths: Sequence[str | None], wanted: bool | None) -> None:
    assert agreement(truths) is wanted


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [((), None), ((None,), None), ((True, None), True), ((True, False), False)],
)
def test_agreement_of_all(rows: Sequence[bool | None], wanted: bool | None) -> None:
    assert whole_agreement(rows) is wanted


def test_facts_are_those_of_the_documents() -> None:
    assert told(Facts()).nodes == {}
