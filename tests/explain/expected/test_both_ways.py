"""A ping there and back by facts: what is told of each direction, and what is not known."""

from __future__ import annotations

import pytest

from netdiag.explain.expected.both_ways import expect_path
from netdiag.model.expected import ExpectedPath
from netdiag.model.report import Encapsulation
from tests.bundles.facts import edits
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import Facts
from tests.bundles.facts.flannel import Flannel
from tests.explain.telling import told

VXLAN = Flannel(programmed="vxlan").facts()


def path(
    facts: Facts, source: str, destination: str, *, size: int = 84, dont_fragment: bool = True
) -> ExpectedPath:
    return expect_path(told(facts), source, destination, size=size, dont_fragment=dont_fragment)


def test_a_ping_passes_both_ways() -> None:
    found = path(VXLAN, "pod-a", "pod-c")
    assert (found.schema, found.size, found.dont_fragment) == ("netdiag.path/1", 84, True)
    assert (found.source.address, found.source.name) == ("10.244.1.2", "default/pod-a")
    assert (found.destination.address, found.destination.node) == ("10.244.2.2", "node-2")
    for way in (found.request, found.reply):
        assert (way.arrives, way.stopped, way.doubts) == (True, None, ())
    assert [(step.node, step.pod, step.interface, step.role) for step in found.request.steps] == [
        ("node-1", "pod-a", "eth0", "pod"),
        ("node-1", None, "veth3cafbbcc", "veth"),
        ("node-1", None, "cni0", "bridge"),
        ("node-1", None, "flannel.1", "overlay"),
        ("node-1", None, "ens33", "physical"),
        ("node-2", None, "ens33", "physical"),
        ("node-2", None, "flannel.1", "overlay"),
        ("node-2", None, "cni0", "bridge"),
        ("node-2", None, "veth7e2f650f", "veth"),
        ("node-2", "pod-c", "eth0", "pod"),
    ]
    outer = Encapsulation("vxlan", "10.1.10.9", "10.1.10.10", 1, 8472)
    carried = [step.encapsulation for step in found.request.steps]
    assert carried == [None, None, None, None, outer, outer, None, None, None, None]
    assert "via 10.244.2.0 dev flannel.1" in found.request.steps[3].why
    assert [item.document for item in found.request.steps[3].evidence] == ["ip_route.json"]
    places = [(step.node, step.interface) for step in found.request.steps]
    assert [(step.node, step.interface) for step in found.reply.steps] == places[::-1]


def test_calico_needs_no_bridge() -> None:
    found = path(Calico(programmed="ipip").facts(), "pod-a", "pod-c")
    assert (found.request.arrives, found.reply.arrives) == (True, True)
    assert {step.encapsulation.kind for step in found.request.steps if step.encapsulation} == {
        "ipip"
    }


def test_what_stops_the_request_is_a_finding() -> None:
    broken = edits.with_documents(VXLAN, {"node-1/facts/ip_neigh.json": "[]"})
    found = path(broken, "pod-a", "pod-c")
    assert found.request.arrives is False
    assert found.request.stopped is not None
    assert (found.request.stopped.code, found.request.stopped.node) == (
        "vtep-neighbour-missing",
        "node-1",
    )
    assert found.request.stopped.severity == "error"
    assert found.reply.arrives is True


@pytest.mark.parametrize(
    ("size", "dont_fragment", "arrives"),
    [(1450, True, True), (1451, True, False), (1451, False, True)],
)
def test_only_a_request_that_may_not_be_fragmented_is_too_big(
    size: int, dont_fragment: bool, arrives: bool
) -> None:
    found = path(VXLAN, "pod-a", "pod-c", size=size, dont_fragment=dont_fragment)
    assert found.request.arrives is arrives
    assert found.reply.arrives is True


def test_what_facts_do_not_tell_is_a_doubt() -> None:
    found = path(VXLAN, "pod-a", "8.8.8.8")
    assert (found.request.arrives, found.reply.arrives) == (None, None)
    assert (found.destination.name, found.destination.node) == (None, None)
    assert found.request.doubts
    assert found.reply.doubts


def test_a_node_whose_facts_are_missing() -> None:
    found = path(edits.without(VXLAN, "node-2/*"), "pod-a", "pod-c")
    assert found.request.arrives is None
    assert any("node-2" in doubt for doubt in found.request.doubts)


def test_a_masqueraded_ping_leaves_its_reply_open() -> None:
    found = path(VXLAN, "pod-a", "node-2")
    assert found.request.arrives is True
    assert found.reply.arrives is None
    assert any("MASQUERADE" in doubt and "node-1" in doubt for doubt in found.reply.doubts)


def test_an_outer_packet_that_is_stopped_says_nothing_of_nat() -> None:
    rules = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -m udp --dport 8472 -j DROP\nCOMMIT\n"
    blocked = edits.with_documents(VXLAN, {"node-2/facts/iptables-save-c.txt": rules})
    found = path(blocked, "pod-a", "pod-c")
    assert found.request.stopped is not None
    assert found.request.stopped.code == "overlay-port-blocked"
    assert (found.reply.arrives, found.reply.doubts) == (True, ())
