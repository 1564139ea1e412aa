"""Pods in a report by the names that people know: ``shop/web``, which no folder can be called.

All of a bundle's places are folders, and so is what is explained: a pod is ``shop_web``. Who knows
better, Kubernetes' objects or the trace's own inventory, is asked when the report is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from netdiag.model.expected import ExpectedPath, PathEnd
from netdiag.model.facts.facts import Facts
from netdiag.model.inspection import Inspection, PodAddress
from netdiag.model.report import Report

NAMES: Final = frozenset(("pod", "source_pod", "destination_pod", "leads_to"))
"""Fields, and keys, that name a pod."""
SENTENCES: Final = frozenset(("title", "explanation", "remedy", "text", "why"))
"""Fields in which pods are named among other words."""


Told = TypeVar("Told", Report, Inspection, ExpectedPath)


def with_pod_names(told: Told, facts: Facts) -> Told:
    """Return what is told with whole names of pods in place of folders'."""
    names = whole_names(facts)
    folders = {folder for node in facts.nodes.values() for folder in node.pods}
    if isinstance(told, Report):
        folders |= {capture.pod for capture in told.captures if capture.pod is not None}
    known = {folder: name for folder, name in names.items() if folder in folders}
    return _Renaming(known).renamed(told) if known else told


def whole_names(facts: Facts) -> dict[str, str]:
    """Return the whole names by folder; those of which two have one folder are left out."""
    cluster = facts.cluster
    told = {pod.full_name for pod in cluster.pods or ()}
    told |= {pod.name for pod in cluster.traced_pods or ()}
    return dict(_one_each(name for name in told if name.count("/") == 1))


def _one_each(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.replace("/", "_"), []).append(name)
    return ((folder, same[0]) for folder, same in found.items() if len(same) == 1)


class _Renaming:
    """Writes values anew, as deep as they are; paths of documents keep their folders."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        folders = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        self._in_sentences = re.compile(rf"(?<![\w.-])(?<!pods/)(?:{folders})(?![\w-])")

    def renamed(self, value: Any) -> Any:
        """Return a value with all pods in it renamed."""
        if isinstance(value, Struct):
            told = ((field, getattr(value, field)) for field in value.__struct_fields__)
            new = {field: self._field(_meaning(value, field), old) for field, old in told}
            changed = {
                field: each for field, each in new.items() if each is not getattr(value, field)
            }
            return replace(value, **changed) if changed else value
        if isinstance(value, tuple):
            found = tuple(map(self.renamed, value))
            return found if any(a is not b for a, b in zip(found, value, strict=True)) else value
        if isinstance(value, dict):
            return {key: self._field(key, each) for key, each in value.items()}
        return value

    def _field(self, field: str, value: Any) -> Any:
        if not isinstance(value, str):
            return self._address_names(value) if field == "names" else self.renamed(value)
        if field in NAMES:
            return self._names.get(value, value)
        return self._sentence(value) if field in SENTENCES else value

    def _address_names(self, names: Mapping[str, str]) -> dict[str, str]:
        return {address: self._names.get(name, name) for address, name in names.items()}

    def _sentence(self, text: str) -> str:
        return self._in_sentences.sub(lambda found: self._names[found.group()], text)


def _meaning(value: Struct, field: str) -> str:
    """Return what a field is called elsewhere: a pod's own name is a pod."""
    return "pod" if field == "name" and isinstance(value, PodAddress | PathEnd) else field
