"""The rules that need facts: what they find, and that their words name node, device and document.

Healthy networks, for which they are silent, are among the cases of ``tests.analyze``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from netdiag.explain.findings import find_all
from netdiag.model.report import Finding
from tests.analyze.test_facts_cases import CASES
from tests.bundles.facts import edits
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.explain.telling import context_of


class Told(NamedTuple):
    """A case, and the words of the finding."""

    name: str
    code: str
    node: str | None
    interface: str | None
    title: tuple[str, ...]
    explanation: tuple[str, ...]
    remedy: tuple[str, ...]
    evidence: tuple[tuple[str | None, str], ...]
    """Node and document that must be among it."""


TOLD = (
    Told(
        "direct routing not applied, without captures",
        "mode-mismatch",
        None,
        None,
        ("flannel/vxlan-directrouting", "node-1", "node-2", "VXLAN", "flannel.1"),
        ("kubernetes/configmaps.json", '"DirectRouting": true', "within a subnet", "node-1 has the "
         "route 10.244.2.0/24 via 10.244.2.0 dev flannel.1", "restarted"),
        ("kubectl -n kube-flannel ", "restart"),
        ((None, "kubernetes/configmaps.json"), ("node-1", "ip_route.json")),
    ),
    Told(
        "one of three nodes deviates from ipip always",
        "mode-mismatch",
        "node-3",
        None,
        ("calico/ipip", "node-3", "plain", "ens33"),
        ("kubernetes/ippools.json", "ipipMode Always", "IPPool", "node-3 has the route"),
        ("kubectl -n kube-system ", "calico-node"),
        ((None, "kubernetes/ippools.json"), ("node-3", "ip_route.json")),
    ),
    Told(
        "kube-router full overlay, plain in force",
        "mode-mismatch",
        None,
        None,
        ("kube-router/ipip", "node-1", "node-2", "plain", "ens33"),
        ("cmdlines.txt", "--overlay-type=full", "only when it starts"),
        ("kubectl -n kube-system ", "kube-router"),
        (("node-1", "cmdlines.txt"), ("node-1", "ip_route.json")),
    ),
    Told(
        "flannel.1 left over on node-2 alone",
        "leftover-device",
        "node-2",
        "flannel.1",
        ("flannel.1", "node-2"),
        ("flannel.1", "no route", "configuration"),
        ("ip link delete flannel.1", "node-2", "safe"),
        (("node-2", "ip_link.json"),),
    ),
    Told(
        "vxlan.calico left over after a change to ipip",
        "leftover-device",
        None,
        "vxlan.calico",
        ("vxlan.calico", "node-1, node-2"),
        ("vxlan.calico", "calico vxlan"),
        ("ip link delete vxlan.calico",),
        (("node-1", "ip_link.json"), ("node-2", "ip_link.json")),
    ),
    Told(
        "pods of 1500 in vxlan over 1500 on node-1",
        "mtu-mismatch",
        "node-1",
        "ens33",
        ("node-1", "1500", "1450", "ens33"),
        ("1500", "50", "ens33"),
        ("ip link set dev ens33 mtu 1550",),
        (("node-1", "ip_link.json"),),
    ),
    Told(
        "pods of different mtu at both ends",
        "mtu-mismatch",
        "node-2",
        None,
        ("node-1", "1450", "node-2", "1400"),
        ("node-1", "1450"),
        ("MTU",),
        (("node-1", "pods/pod-a/ip_link.json"), ("node-2", "pods/pod-c/ip_link.json")),
    ),
    Told(
        "flannel on vagrant's first nic on node-2",
        "wrong-underlay-interface",
        "node-2",
        "eth0",
        ("node-2", "10.0.2.15", "eth0"),
        ("10.0.2.15", "eth0", "ens33"),
        ("--iface=ens33",),
        (("node-2", "ip_link.json"),),
    ),
    Told(
        "two nodes claim one pod subnet",
        "pod-subnet-conflict",
        "node-3",
        None,
        ("node-2", "node-3", "10.244.2.0/24"),
        ("FLANNEL_SUBNET=10.244.2.1/24",),
        ("kubectl get node node-3",),
        (("node-2", "files/run/flannel/subnet.env"), ("node-3", "files/run/flannel/subnet.env")),
    ),
    Told(
        "cni0's address is outside of subnet.env",
        "pod-subnet-conflict",
        "node-2",
        "cni0",
        ("cni0", "node-2", "10.244.2.1", "10.244.5.0/24"),
        ("FLANNEL_SUBNET=10.244.5.1/24", "10.244.2.1/24"),
        ("ip link delete cni0", "node-2", "drain"),
        (("node-2", "ip_addr.json"), ("node-2", "files/run/flannel/subnet.env")),
    ),
)  # fmt: skip


def found(facts: Facts) -> list[Finding]:
    return list(find_all(context_of(facts)))


@pytest.mark.parametrize("wanted", TOLD, ids=[told.name for told in TOLD])
def test_words(wanted: Told) -> None:
    (finding,) = [f for f in found(CASES[wanted.name].facts) if f.severity != "info"]
    assert (finding.code, finding.node, finding.interface) == wanted[1:4]
    assert [word for word in wanted.title if word not in finding.title] == []
    assert [word for word in wanted.explanation if word not in finding.explanation] == []
    assert [word for word in wanted.remedy if word not in (finding.remedy or "")] == []
    evidence = {(one.node, one.document) for one in finding.evidence}
    assert set(wanted.evidence) <= evidence
    assert all(one.kind == "fact" and one.text for one in finding.evidence)


FLANNEL = Flannel(programmed="vxlan").facts()
CALICO = Calico(programmed="wireguard").facts()
MISSING: dict[str, tuple[Facts, str]] = {
    "routes": (edits.without(FLANNEL, "*/ip_route*"), "ip_route.json"),
    "rules": (edits.without(CALICO, "*/ip_rule.json"), "ip_rule.json"),
    "configuration": (edits.only(FLANNEL, "*/ip_*.json"), "(kube-flannel-cfg)"),
    "plugin alone": (
        edits.without(FLANNEL, "kubernetes/*", "*/net-conf.json", "*/subnet.env"),
        "(kube-flannel-cfg)",
    ),
}


@pytest.mark.parametrize("what", MISSING)
def test_the_document_that_would_decide_is_named(what: str) -> None:
    facts, document = MISSING[what]
    told = [finding for finding in found(facts) if finding.code == "facts-missing"]
    assert told
    assert all(finding.severity == "info" for finding in told)
    assert any(document in finding.title and document in finding.explanation for finding in told)
    assert all(finding.node and finding.node in finding.title for finding in told)
    assert all(finding.remedy for finding in told)


@pytest.mark.parametrize("facts", [FLANNEL, CALICO, Facts()], ids=["flannel", "calico", "none"])
def test_nothing_is_found_in_what_is_whole(facts: Facts) -> None:
    assert found(facts) == []


def test_names_of_devices_are_harmless_words_of_commands() -> None:
    facts = CASES["flannel.1 left over on node-2 alone"].facts
    hostile = "flannel.1;reboot"
    renamed = edits.changed_link(
        facts, "node-2", "flannel.1", lambda link: replace(link, name=hostile)
    )
    (finding,) = [one for one in found(renamed) if one.code == "leftover-device"]
    assert f"ip link delete '{hostile}'" in (finding.remedy or "")
