"""The cluster's objects without the words that their owners chose: labels, policies' names.

The same word becomes the same other one everywhere, so that selectors still choose what they
chose. Names of pods, nodes and namespaces, and addresses, are the business of ``texts``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

Hide = Callable[[str], str]

_OWN_WORDS: Final = frozenset(("labels", "matchlabels"))
_KEPT_LABELS: Final = ("kubernetes.io/os", "kubernetes.io/arch", "kubernetes.io/hostname")
_MOST_DEPTH: Final = 20


def without_own_words(document: bytes, hide: Hide) -> bytes:
    """Return a document of ``kubernetes/``; one that is no JSON is not told at all."""
    try:
        told = json.loads(document)
    except (ValueError, RecursionError):
        return b"{}"
    return json.dumps(_hidden(told, hide, 0), indent=1).encode()


def _hidden(told: Any, hide: Hide, depth: int) -> Any:
    if depth > _MOST_DEPTH:
        return None
    if isinstance(told, list):
        return [_hidden(each, hide, depth + 1) for each in told]
    if not isinstance(told, dict):
        return told
    if told.get("kind") == "NetworkPolicy":
        metadata = told.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        told = {**told, "metadata": {**(metadata or {}), "name": hide(str(name))}}
    if told.get("kind") == "Pod":
        told = {**told, "spec": _without(told.get("spec"), "containers")}
        told = {**told, "status": _without(told.get("status"), "containerStatuses")}
    if "operator" in told and "key" in told:  # of matchExpressions
        values = told.get("values")
        listed = [hide(str(each)) for each in values] if isinstance(values, list) else None
        return {**told, "key": hide(str(told["key"])), "values": listed}
    return {key: _value(key, each, hide, depth) for key, each in told.items()}


def _without(told: Any, key: str) -> Any:
    """Return a table without what only tells how containers are called."""
    return {each: told[each] for each in told if each != key} if isinstance(told, dict) else told


def _value(key: str, told: Any, hide: Hide, depth: int) -> Any:
    if key.lower() in _OWN_WORDS and isinstance(told, dict):
        return {
            name if name in _KEPT_LABELS else hide(name): value
            if name in _KEPT_LABELS
            else hide(str(value))
            for name, value in told.items()
        }
    if key == "image" and isinstance(told, str):
        return told.rpartition("/")[2]  # of whose registry is nobody's business
    return _hidden(told, hide, depth + 1)
