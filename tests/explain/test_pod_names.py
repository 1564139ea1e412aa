"""Pods in reports are called as people call them, though folders cannot be."""

from __future__ import annotations

import json

import pytest

from netdiag.explain.pod_names import with_pod_names
from netdiag.facts.activity.traced_pods import parse_traced_pods
from netdiag.model.facts.cluster import Cluster, TracedPod
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.node import NodeFacts
from netdiag.model.report import Evidence, Report
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
