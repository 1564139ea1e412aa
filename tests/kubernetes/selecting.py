"""Which objects are meant: label and field selectors.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ and
field-selectors/
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.kubernetes.refusals import bad_request
from tests.kubernetes.serving import Object

Test = Callable[[Object], bool]

_OUTSIDE = re.compile(r",(?![^()]*\))")
_SET = re.compile(r"(?P<key>\S+)\s+(?P<word>in|notin)\s+\((?P<values>[^)]*)\)")
_FIELDS = {
    "pods": (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
        "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
    ),
    "nodes": ("spec.unschedulable",),
    "namespaces": ("status.phase",),
}  # fmt: skip


def label_tests(selector: str | None) -> list[Test]:
    """Return what objects must pass: ``app=web,tier!=x,env in (a,b),!old``."""
    return [_label_test(part.strip()) for part in _OUTSIDE.split(selector or "") if part.strip()]


def field_tests(resource: str, selector: str | None) -> list[Test]:
    """Return what objects must pass: ``spec.nodeName=node-1``. Raises RefusedError."""
    return [_field_test(resource, part) for part in (selector or "").split(",") if part]


def _label_test(part: str) -> Test:
    found = _SET.fullmatch(part)
    if found:
        values = {each.strip() for each in found["values"].split(",")}
        wanted = found["word"] == "in"
        key = found["key"]
        return lambda each: (labels(each).get(key) in values) == wanted
    for sign, wanted in (("!=", False), ("==", True), ("=", True)):
        if sign in part:
            name, _, value = part.partition(sign)
            return lambda each: (labels(each).get(name.strip()) == value.strip()) == wanted
    if part.startswith("!"):
        return lambda each: part[1:].strip() not in labels(each)
    return lambda each: part in labels(each)


def labels(each: Object) -> dict[str, str]:
    """Return an object's labels."""
    return each["metadata"].get("labels") or {}


def _field_test(resource: str, part: str) -> Test:
    sign = "!=" if "!=" in part else "==" if "==" in part else "="
    field, _, value = part.partition(sign)
    known = ("metadata.name", "metadata.namespace", *_FIELDS.get(resource, ()))
    if field not in known:
        raise bad_request(
            f'Unable to find "/v1, Resource={resource}" that match label selector "", '
            f'field selector "{part}": field label not supported: {field}'
        )
    return lambda each: (_field(each, field) == value) == (sign != "!=")


def _field(each: Object, field: str) -> str:
    found: object = each
    for part in field.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return str(found).lower()
    return "" if found is None else str(found)
