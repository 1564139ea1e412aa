"""Kubernetes objects of every kind, in every container, whole and broken."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.json_items import BREAKS_OFF
from netdiag.facts.kubernetes.by_kind import parse_kubernetes
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.cluster import Cluster, Pod
from tests.facts.hostile import check_parsed, json_values, survives
from tests.facts.kubernetes.kubernetes_objects import DOCUMENT, OBJECTS
from tests.real_captures import CAPTURES, needs_captures

every_object = pytest.mark.parametrize(("written", "items"), OBJECTS.values(), ids=OBJECTS)
ALL = [written for written, _ in OBJECTS.values()]
ALL_ITEMS = tuple(item for _, items in OBJECTS.values() for item in items)
POD, NODE = OBJECTS["pod"], OBJECTS["node with flannel"]


def parse(document: object) -> Parsed[Any]:
    return parse_kubernetes(msgspec.json.encode(document), DOCUMENT)


@every_object
def test_an_object_alone(written: dict[str, Any], items: tuple[Any, ...]) -> None:
    parsed = parse(written)
    assert parsed == (items, ())
    assert "hidden" not in repr(parsed)


@every_object
def test_yaml(written: dict[str, Any], items: tuple[Any, ...]) -> None:
    text = yaml.safe_dump(written)
    assert parse_kubernetes(text.encode(), DOCUMENT) == (items, ())


@every_object
def test_hostile_values(written: dict[str, Any], items: tuple[Any, ...]) -> None:
    survives(parse_kubernetes, {"kind": "List", "items": [written]})


@pytest.mark.parametrize(
    "data",
    [
        msgspec.json.encode({"kind": "List", "items": ALL}),
        msgspec.json.format(msgspec.json.encode({"items": ALL, "kind": "List"}), indent=4),
        msgspec.json.encode(ALL),
        b"\n".join(map(msgspec.json.encode, ALL)),
        yaml.safe_dump({"kind": "List", "items": ALL}, sort_keys=True).encode(),
        yaml.safe_dump_all(ALL).encode(),
    ],
    ids=["List", "indented", "array", "one by one", "YAML List", "YAML documents"],
)
def test_containers(data: bytes) -> None:
    assert parse_kubernetes(data, DOCUMENT) == (ALL_ITEMS, ())


def test_the_kind_may_be_told_by_the_list_only() -> None:
    pod = {key: value for key, value in POD[0].items() if key != "kind"}
    assert parse({"kind": "PodList", "items": [pod]}) == (POD[1], ())


def test_a_malformed_object_costs_only_itself() -> None:
    bad = {"kind": "Pod", "metadata": {"name": 7}}
    parsed = parse({"kind": "List", "items": [bad, POD[0], {"kind": "Node"}, NODE[0]]})
    assert parsed == ((*POD[1], *NODE[1]), ("object 0 and 1 more are not understood",))


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        ("[", "the network-status of b/a is not understood"),
        ('{"a": 1}', None),
        ("[7, null]", None),
    ],
)
def test_a_malformed_annotation(annotation: str, problem: str | None) -> None:
    metadata = {
        "name": "a",
        "namespace": "b",
        "annotations": {"k8s.v1.cni.cncf.io/networks-status": annotation},
    }
    parsed = parse({"kind": "Pod", "metadata": metadata})
    assert parsed.items[0].attachments == ()
    assert parsed.problems == ((problem,) if problem else ())


@pytest.mark.parametrize(
    ("kind", "document", "cluster"),
    [
        ("PodList", "a.json", Cluster(pods=())),
        ("List", "kubernetes/pods.json", Cluster(pods=())),
        ("List", "kubernetes/networkpolicies.json", Cluster(network_policies=())),
        ("List", "kubernetes/daemonsets.yaml", Cluster(daemon_sets=())),
        ("List", "kubernetes/endpoints.json", Cluster(endpoint_slices=())),
        ("BlockAffinityList", "a.json", Cluster(ipam_blocks=())),
    ],
)
def test_an_empty_list_tells_that_there_are_none(
    kind: str, document: str, cluster: Cluster
) -> None:
    data = msgspec.json.encode({"kind": kind, "items": []})
    assert parse_kubernetes(data, document) == ((cluster,), ())


@pytest.mark.parametrize(("kind", "document"), [("List", "a.json"), ("ConfigMapList", "a.json")])
def test_an_empty_list_of_unknown_things_tells_nothing(kind: str, document: str) -> None:
    data = msgspec.json.encode({"kind": kind, "items": []})
    assert parse_kubernetes(data, document) == ((), ())


def test_a_list_that_breaks_off_keeps_what_is_whole() -> None:
    data = msgspec.json.encode({"apiVersion": "v1", "items": ALL, "kind": "List"})
    for end in range(0, len(data), 97):
        items, problems = parse_kubernetes(data[:end], DOCUMENT)
        assert items == ALL_ITEMS[: len(items)]
        assert len(problems) == 1
    assert parse_kubernetes(data[:-20], DOCUMENT) == (ALL_ITEMS, (BREAKS_OFF,))


def test_yaml_that_breaks_off() -> None:
    text = yaml.safe_dump_all(ALL)
    for end in range(0, len(text), 97):
        check_parsed(parse_kubernetes(text[:end].encode(), DOCUMENT))


def test_many_problems_are_few_words() -> None:
    bad = {
        "kind": "Pod",
        "metadata": {"name": "a", "annotations": {"k8s.v1.cni.cncf.io/network-status": "["}},
    }
    parsed = parse({"kind": "List", "items": [bad] * 100})
    assert len(parsed.items) == 100
    assert parsed.problems[-1] == "90 more problems"


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode))
def test_anything(data: bytes) -> None:
    check_parsed(parse_kubernetes(data, DOCUMENT))


@given(json_values, st.sampled_from(["Pod", "Node", "Service", "ConfigMap", "IPPool", "DaemonSet"]))
def test_any_object(value: object, kind: str) -> None:
    check_parsed(parse({"kind": kind, "metadata": {"name": "a"}, "spec": value, "data": value}))


@needs_captures
def test_real_documents() -> None:
    paths = list(CAPTURES.glob("kubernetes/*/kubernetes/*.json"))
    assert paths
    for path in paths:
        items, problems = parse_kubernetes(path.read_bytes(), f"kubernetes/{path.name}")
        assert problems == ()
        assert items
        if path.stem == "pods":
            assert all(isinstance(item, Pod) and item.addresses for item in items)
