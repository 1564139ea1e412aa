"""Routes and rules that refuse packets by their kind are called by it."""

from __future__ import annotations

import json

import pytest

from netdiag.explain.expected.both_ways import expect_path
from netdiag.model.report import Finding
from tests.bundles.facts import edits
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.explain.telling import told

VXLAN = Flannel(programmed="vxlan").facts()
KINDS = {
    "blackhole": ("a blackhole route", "without a word"),
    "unreachable": ("an unreachable route", "'host unreachable'"),
    "prohibit": ("a prohibit route", "'administratively prohibited'"),
}
RULES = [
    {"priority": 0, "src": "all", "table": "local"},
    {"priority": 100, "src": "all", "dst": "10.244.2.0", "dstlen": 24, "action": "prohibit"},
    {"priority": 32766, "src": "all", "table": "main"},
]


def stopped(facts: Facts, *, reply: bool = False) -> Finding:
    path = expect_path(told(facts), "pod-a", "pod-c", size=84, dont_fragment=True)
    way = path.reply if reply else path.request
    assert way.stopped is not None
    return way.stopped


@pytest.mark.parametrize("kind", KINDS)
def test_a_route_is_named_with_its_kind_and_node(kind: str) -> None:
    found = stopped(edits.with_routes(VXLAN, "node-1", f"{kind} 10.244.2.2"))
    named, does = KINDS[kind]
    assert (found.code, found.node) == ("route-missing", "node-1")
    assert found.title.startswith(f"node-1 has {named} to 10.244.2.2/32")
    assert does in found.explanation
    assert (found.remedy or "").startswith(f"ip route del {kind} 10.244.2.2/32  # on node-1")
    assert [item.text for item in found.evidence] == [f"{kind} 10.244.2.2/32"]


def test_one_for_the_reply_sits_on_the_other_node() -> None:
    found = stopped(edits.with_routes(VXLAN, "node-2", "blackhole 10.244.1.0/25"), reply=True)
    assert (found.code, found.node) == ("return-route-missing", "node-2")


def test_a_rule_refuses_as_well() -> None:
    documents = {"node-1/facts/ip_rule.json": json.dumps(RULES)}
    found = stopped(edits.with_documents(VXLAN, documents))
    assert (found.code, found.node) == ("route-missing", "node-1")
    assert found.title.startswith("node-1 has a prohibit rule of routing, 100")
    assert (found.remedy or "").startswith("ip rule del pref 100  # on node-1")
    text = "100: from all to 10.244.2.0/24 prohibit"
    assert [(item.document, item.text) for item in found.evidence] == [("ip_rule.json", text)]


def test_a_route_to_all_other_pods_is_not_taken_for_theirs() -> None:
    """The longer prefix decides: Calico's nodes have such routes for blocks of their own."""
    facts = edits.with_routes(VXLAN, "node-1", "blackhole 10.244.0.0/16")
    path = expect_path(told(facts), "pod-a", "pod-c", size=84, dont_fragment=True)
    assert path.request.arrives
