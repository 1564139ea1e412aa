"""The objects of a cluster, their versions, and who watches them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.kubernetes.refusals import RefusedError, already_exists, not_found
from tests.kubernetes.resources import Resource
from tests.kubernetes.selecting import Test
from tests.kubernetes.serving import Object

FIRST_VERSION = 1000


@dataclass(frozen=True, order=True)
class Key:
    """What tells an object from all others."""

    resource: str
    namespace: str
    name: str


@dataclass(frozen=True)
class Event:
    """Something that happened to an object."""

    version: int
    kind: str
    """ADDED, MODIFIED or DELETED."""
    resource: str
    object: Object


class Store:
    """All objects. Only used from the thread that serves them."""

    def __init__(self) -> None:
        self.version = FIRST_VERSION
        self._objects: dict[Key, Object] = {}
        self._events: list[Event] = []
        self._watchers: set[asyncio.Queue[Event]] = set()

    def find(self, resource: str, namespace: str | None, name: str) -> Object | None:
        """Return an object, None if there is none."""
        return self._objects.get(Key(resource, namespace or "", name))

    def get(self, resource: Resource, namespace: str | None, name: str) -> Object:
        """Return an object. Raises RefusedError."""
        found = self.find(resource.name, namespace, name)
        if found is None:
            raise not_found(resource.name, name, resource.group)
        return found

    def all(self, resource: str, namespace: str | None = None) -> list[Object]:
        """Return objects, in order; without a namespace those of all."""
        return [
            self._objects[key]
            for key in sorted(self._objects)
            if key.resource == resource and namespace in (None, key.namespace)
        ]

    def add(self, resource: Resource, made: Object) -> Object:
        """Store a new object. Raises RefusedError."""
        metadata = dict(made.get("metadata") or {})
        if "name" not in metadata:
            metadata["name"] = metadata.get("generateName", "") + uuid.uuid4().hex[:5]
        if not resource.namespaced:
            metadata.pop("namespace", None)
        key = Key(resource.name, metadata.get("namespace", ""), metadata["name"])
        if key in self._objects:
            raise already_exists(resource.name, key.name)
        metadata.setdefault("uid", str(uuid.uuid4()))
        metadata.setdefault("creationTimestamp", now())
        whole = {"apiVersion": resource.api_version, "kind": resource.kind, **made}
        return self._keep("ADDED", key, {**whole, "metadata": metadata})

    def put(self, resource: str, changed: Object) -> Object:
        """Store another state of an object; if it has been removed meanwhile, nothing."""
        key = _key(resource, changed)
        before = self._objects.get(key)
        if before is None or before["metadata"]["uid"] != changed["metadata"]["uid"]:
            return changed
        return self._keep("MODIFIED", key, changed)

    def remove(self, resource: str, gone: Object) -> None:
        """Forget an object."""
        key = _key(resource, gone)
        before = self._objects.get(key)
        if before is not None and before["metadata"]["uid"] == gone["metadata"]["uid"]:
            last = self._keep("DELETED", key, before)
            del self._objects[_key(resource, last)]

    def _keep(self, kind: str, key: Key, changed: Object) -> Object:
        self.version += 1
        metadata = {**changed["metadata"], "resourceVersion": str(self.version)}
        kept = {**changed, "metadata": metadata}
        self._objects[key] = kept
        event = Event(self.version, kind, key.resource, kept)
        self._events.append(event)
        for watcher in self._watchers:
            watcher.put_nowait(event)
        return kept

    @contextlib.contextmanager
    def watching(self, since: int | None) -> Iterator[asyncio.Queue[Event]]:
        """Get what happens from a version on; without one, from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        for event in self._events if since else ():
            if event.version > (since or 0):
                queue.put_nowait(event)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def page(
        self, found: list[Object], tests: list[Test], limit: int, token: str | None
    ) -> tuple[list[Object], Object]:
        """Return one page of a list, and the list's metadata: where the next one begins."""
        after = _decoded(token) if token else None
        chosen = [
            each
            for each in found
            if (after is None or _place(each) > after) and all(test(each) for test in tests)
        ]
        metadata: Object = {"resourceVersion": str(self.version)}
        if limit and len(chosen) > limit:
            metadata["remainingItemCount"] = len(chosen) - limit
            chosen = chosen[:limit]
            metadata["continue"] = _encoded(_place(chosen[-1]))
        return chosen, metadata


def now() -> str:
    """Return the time as objects have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(resource: str, each: Object) -> Key:
    return Key(resource, each["metadata"].get("namespace", ""), each["metadata"]["name"])


def _place(each: Object) -> tuple[str, str]:
    return each["metadata"].get("namespace", ""), each["metadata"]["name"]


def _encoded(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode("\0".join(place).encode()).decode()


def _decoded(token: str) -> tuple[str, str]:
    try:
        namespace, _, name = base64.urlsafe_b64decode(token).decode().partition("\0")
    except ValueError:
        raise RefusedError(410, "Expired", "The provided continue parameter is too old") from None
    return namespace, name
