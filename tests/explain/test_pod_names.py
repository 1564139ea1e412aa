"""Pods in reports are called as people call them, though folders cannot be."""

from __future__ import annotations

import json

import pytest

from netdiag.explain.expected.both_ways import expect_path
from netdiag.explain.inspection import inspect_facts
from netdiag.explain.pod_names import with_pod_names
from netdiag.facts.activity.traced_pods import parse_traced_pods
from netdiag.facts.assembly import Assembly
from netdiag.model.facts.cluster import Cluster, TracedPod
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.node import NodeFacts
from netdiag.model.report import Evidence, Report
from netdiag.sources.analysis import Analysis
from netdiag.sources.layout import document_of_place
from tests.bundles.facts.documents import documents
from tests.bundles.facts.flannel import Flannel
from tests.render.written_pings import lost
from tests.render.written_reports import finding, report


def told(*names: str, folders: tuple[str, ...] = ("shop_web",)) -> Facts:
    node = NodeFacts("node-1", pods={folder: NodeFacts("").host for folder in folders})
    return Facts({"node-1": node}, Cluster(traced_pods=tuple(map(TracedPod, names))))


def named(facts: Facts, words: str, **fields: object) -> Report:
    found = finding(title=words, explanation=words, remedy=words, **fields)
    return with_pod_names(report(lost(), findings=(found,)), facts)


@pytest.mark.parametrize(
    ("words", "renamed"),
    [
        ("shop_web drops it", "shop/web drops it"),
        ("last at node-1/shop_web:eth0.", "last at node-1/shop/web:eth0."),
        ("in the network namespace of shop_web, on", "in the network namespace of shop/web, on"),
        ("another_shop_web", "another_shop_web"),
        ("shop_web-2", "shop_web-2"),
        ("pods/shop_web/ip_route.json", "pods/shop_web/ip_route.json"),
    ],
)
def test_in_sentences(words: str, renamed: str) -> None:
    (found,) = named(told("shop/web"), words).findings
    assert (found.title, found.explanation, found.remedy) == (renamed,) * 3


def test_places_are_renamed_and_documents_are_not() -> None:
    document = "pods/shop_web/ip_route.json"
    evidence = Evidence("fact", "node-1", document=document, pod="shop_web")
    (found,) = named(told("shop/web"), "", pod="shop_web", evidence=(evidence,)).findings
    assert (found.pod, found.evidence[0].pod) == ("shop/web", "shop/web")
    assert found.evidence[0].document == document


def in_folders() -> Facts:
    """Return facts of a bundle without Kubernetes' pods, its folders called NAMESPACE_NAME."""
    put = Assembly()
    found = documents(Flannel(programmed="vxlan").facts())
    found["trace.json"] = json.dumps({"pods": ["shop/pod-a", "shop/pod-b", "shop/pod-c"]})
    for path, text in found.items():
        place = document_of_place(tuple(path.replace("/pods/", "/pods/shop_").split("/")), None)
        if place is not None and "pods.json" not in path:
            put.add(place.node, place.pod, place.is_after, place.name, text.encode())
    return put.facts()


def test_inspections_and_paths_call_pods_the_same() -> None:
    """What is typed may be the whole name, its last part, or the folder."""
    facts = in_folders()
    inspection = inspect_facts(facts, Analysis([], None, False).read(), most=None)
    pods = {pod.name for node in inspection.nodes for pod in node.pods}
    assert pods == {"shop/pod-a", "shop/pod-b", "shop/pod-c"}
    inside = {each.pod for node in inspection.nodes for each in node.interfaces}
    assert inside == {None, *pods}
    for typed in ("shop/pod-a", "shop_pod-a", "pod-a"):
        path = expect_path(facts, typed, "pod-c", size=84, dont_fragment=True)
        assert (path.source.name, path.request.steps[0].pod) == ("shop/pod-a", "shop/pod-a")
        assert path.request.steps[1].why == "the other end of shop/pod-a's eth0"


@pytest.mark.parametrize(
    "facts",
    [
        told(),
        told("web"),
        told("shop/web", folders=("shop",)),
        told("shop_a/web", "shop/a_web", folders=("shop_a_web",)),
    ],
    ids=["nobody tells", "no namespace", "another folder", "two of one folder"],
)
def test_what_is_not_known_stays(facts: Facts) -> None:
    given = report(lost(), findings=(finding(title="shop_web shop_a_web"),))
    assert with_pod_names(given, facts) is given


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (json.dumps({"pods": ["a", "b/c", 7, "x" * 600]}), ["a", "b/c"]),
        ("{}", []),
        ("[]", []),
        (json.dumps({"pods": {"a": 1}}), []),
    ],
)
def test_what_a_bundle_tells(text: str, names: list[str]) -> None:
    parsed = parse_traced_pods(text.encode(), "trace.json")
    assert ([pod.name for pod in parsed.items], parsed.problems) == (names, ())


def test_a_broken_one_is_told() -> None:
    assert parse_traced_pods(b'{"pods": [', "trace.json").problems
