"""Kubernetes objects of a file, one by one, whatever holds them: Lists, arrays, YAML documents."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from msgspec import Raw, Struct

from netdiag.facts.documents import read_documents
from netdiag.model.facts.source import Source

NO_OBJECTS: Final = "holds no Kubernetes object"
MAY_BREAK_OFF: Final = "holds a list without a kind: it may break off"
_MOST_PROBLEMS: Final = 10


class KubernetesObject(NamedTuple):
    """An object that is not decoded any further yet."""

    kind: str
    group: str
    """Of its apiVersion, without the version: ``projectcalico.org``; empty for the core's."""
    json: Raw


class Metadata(Struct, gc=False):
    """What names an object."""

    name: str
    namespace: str | None = None

    def source(self, document: str) -> Source:
        """Return its place: ``namespace/name``, or the name of what has no namespace."""
        return Source(document, f"{self.namespace}/{self.name}" if self.namespace else self.name)


class Objects(NamedTuple):
    """All objects of a file, and what is wrong with it."""

    found: list[KubernetesObject]
    problems: list[str]
    empty: list[str]
    """Kinds of the lists that hold nothing: ``PodList``, ``List``."""


class _Kind(Struct, rename="camel", gc=False):
    kind: str | None = None
    api_version: str | None = None


class _Container(_Kind):
    items: list[Raw] | None = None


_KIND: Final = msgspec.json.Decoder(_Kind)
_CONTAINER: Final = msgspec.json.Decoder(_Container)
_ARRAY: Final = msgspec.json.Decoder(list[Raw])


def read_objects(data: bytes) -> Objects:
    """Return the objects of a file; what is no object costs only itself."""
    documents, problems = read_documents(data)
    objects = Objects([], problems, [])
    bad = [at for at, document in enumerate(documents) if not _open_document(document, objects)]
    objects.problems.extend(name_bad("document", bad))
    if not documents and not problems:
        objects.problems.append(NO_OBJECTS)
    return objects


def name_bad(what: str, positions: list[int]) -> list[str]:
    """Return one problem for all that is not understood, or none."""
    if not positions:
        return []
    more = f" and {len(positions) - 1} more are" if len(positions) > 1 else " is"
    return [f"{what} {positions[0]}{more} not understood"]


def limit_problems(problems: list[str]) -> tuple[str, ...]:
    """Return few problems, and how many more there are."""
    if len(problems) <= _MOST_PROBLEMS:
        return tuple(problems)
    return (*problems[:_MOST_PROBLEMS], f"{len(problems) - _MOST_PROBLEMS} more problems")


def _open_document(document: Raw, objects: Objects) -> bool:
    """Add what a document holds; return whether it is an object or holds some."""
    try:
        if bytes(memoryview(document)[:1]) == b"[":
            return _add_items(_ARRAY.decode(document), "", objects)
        container = _CONTAINER.decode(document)
    except (ValueError, RecursionError):
        return False
    if container.items is None:
        objects.found.append(_of_kind(container, "", document))
        return True
    kind = container.kind or ""
    if not kind:
        objects.problems.append(MAY_BREAK_OFF)
    if not container.items:
        objects.empty.append(kind)
    return _add_items(container.items, kind.removesuffix("List"), objects)


def _add_items(items: list[Raw], kind: str, objects: Objects) -> bool:
    bad: list[int] = []
    for position, item in enumerate(items):
        try:
            objects.found.append(_of_kind(_KIND.decode(item), kind, item))
        except (ValueError, RecursionError):
            bad.append(position)
    objects.problems.extend(name_bad("item", bad))
    return True


def _of_kind(told: _Kind, kind_of_list: str, item: Raw) -> KubernetesObject:
    group, slash, _ = (told.api_version or "").partition("/")
    return KubernetesObject(told.kind or kind_of_list, group if slash else "", item)
