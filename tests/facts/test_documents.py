"""JSON and YAML documents: whole, cut, huge, deep, and of any encoding."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.documents import read_documents, read_object, read_values
from netdiag.facts.json_items import BREAKS_OFF
from netdiag.facts.kubernetes.objects import MAY_BREAK_OFF, NO_OBJECTS, read_objects
from netdiag.facts.yaml_values import (
    BROKEN,
    TOO_DEEP,
    TOO_LARGE,
    TOO_MANY_ALIASES,
    read_yaml,
)
from tests.facts.hostile import json_values

LAUGHS = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: &d [*c, *c, *c]\n"


@pytest.mark.parametrize(
    ("data", "values", "problems"),
    [
        (b'{"a": 1}', [{"a": 1}], []),
        (b'\xef\xbb\xbf{"a": 1}', [{"a": 1}], []),
        ('{"a": "ä"}'.encode("utf-16"), [{"a": "ä"}], []),
        (b'{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}], []),
        (b'{"a": 1}\n{"b": ', [{"a": 1}], [BREAKS_OFF]),
        (b'[{"a": 1}, {"b": 2}, {"c', [{"a": 1}, {"b": 2}], [BREAKS_OFF]),
        (b'{"kind": "List", "items": [{"a": 1}, {"b"', [{"a": 1}], [BREAKS_OFF]),
        (b'{"a": "\xff"}', [], [BREAKS_OFF]),
        (b'{"a": ' + b"9" * 5000 + b"}", [], [BREAKS_OFF]),
        (b"[" * 100_000, [], [BREAKS_OFF]),
        (b"a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}], []),
        (b"a: 1\n---\nb: [", [{"a": 1}], [BROKEN]),
        (b"", [], []),
    ],
)
def test_values(data: bytes, values: list[Any], problems: list[str]) -> None:
    assert read_values(data) == (values, problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2001-01-01", {"a": "2001-01-01"}),
        ("a: 10:20:30", {"a": "10:20:30"}),
        ("a: yes", {"a": "yes"}),
        ("a: ~\nb:\nc: true\nd: False", {"a": None, "b": None, "c": True, "d": False}),
        ("a: 007\nb: 7\nc: -1.5", {"a": "007", "b": 7, "c": -1.5}),
        ("a: '7'\nb: \"true\"\nc: |\n  7\n", {"a": "7", "b": "true", "c": "7\n"}),
        (f"a: {'9' * 5000}", {"a": "9" * 5000}),
        ("1: a\n[b]: c", {"1": "a", "": "c"}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("!!python/object/apply:os.system [ls]", ["ls"]),
        ("!!int ''", ""),
    ],
)
def test_yaml(text: str, value: object) -> None:
    assert read_yaml(text) == ([value], [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- " * 100_000, TOO_DEEP),
        ("{a: " * 100_000, TOO_DEEP),
        ("? " * 100_000, TOO_DEEP),
        ("a: " + "x" * (4 << 20), TOO_LARGE),
        (LAUGHS, TOO_MANY_ALIASES),
        ("a: &a [*a]", BROKEN),
        ("a: *nowhere", None),
        ("%YAML 9", BROKEN),
        ("a: \x00", BROKEN),
    ],
)
def test_yaml_that_is_refused(text: str, problem: str | None) -> None:
    values, problems = read_yaml(text)
    assert problems == ([problem] if problem else [])
    assert values == ([] if problem else [{"a": None}])


@given(json_values)
def test_yaml_reads_what_json_holds(value: object) -> None:
    value = msgspec.json.decode(msgspec.json.encode(value))
    text = yaml.safe_dump({"a": value}, allow_unicode=False)
    values, problems = read_yaml(text)
    assert problems == []
    assert len(values) == 1


@given(
    st.binary(max_size=80) | st.text(alphabet="{}[]:-&*a!|>'\"# \n,?%", max_size=80).map(str.encode)
)
def test_anything(data: bytes) -> None:
    documents, problems = read_documents(data)
    assert all(isinstance(document, msgspec.Raw) for document in documents)
    assert len(problems) <= 1
    read_object(data)
    read_objects(data)


@pytest.mark.parametrize(
    ("data", "kinds", "problems"),
    [
        (b'{"kind": "Pod"}', [("Pod", "")], []),
        (b'{"kind": "DaemonSet", "apiVersion": "apps/v1"}', [("DaemonSet", "apps")], []),
        (b'{"kind": "PodList", "items": [{}, {}]}', [("Pod", ""), ("Pod", "")], []),
        (
            b'{"kind": "List", "items": [7, {"kind": "Pod"}]}',
            [("Pod", "")],
            ["item 0 is not understood"],
        ),
        (b"- kind: Pod\n- kind: Node\n", [("Pod", ""), ("Node", "")], []),
        (
            b"kind: Pod\n---\n7\n---\n8\n",
            [("Pod", "")],
            ["document 1 and 1 more are not understood"],
        ),
        (b"items:\n- kind: Pod\n", [("Pod", "")], [MAY_BREAK_OFF]),
        (b'{"kind": "PodList", "items": null}', [("PodList", "")], []),
        (b"", [], [NO_OBJECTS]),
    ],
)
def test_objects(data: bytes, kinds: list[tuple[str, str]], problems: list[str]) -> None:
    objects = read_objects(data)
    assert [(one.kind, one.group) for one in objects.found] == kinds
    assert objects.problems == problems
