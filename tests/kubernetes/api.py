"""Requests -> answers: what an API server does for kubectl."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.kubernetes import admission
from tests.kubernetes.access import Access
from tests.kubernetes.asked import Asked, parts_of, read_asked
from tests.kubernetes.certificates import TOKEN
from tests.kubernetes.exec_protocol import bridge
from tests.kubernetes.kubelet import Kubelet
from tests.kubernetes.refusals import RefusedError, internal, no_such_path, unauthorized
from tests.kubernetes.resources import Resource, discovery
from tests.kubernetes.selecting import field_tests, label_tests
from tests.kubernetes.serving import Connection, Object, Request
from tests.kubernetes.store import Store

GRACE_SECONDS: Final = 30


@dataclass
class Fault:
    """What requests of a kind are answered by, so many times."""

    verb: str
    resource: str
    refusal: RefusedError
    times: float


class Api:
    """The server's mind: all but its sockets."""

    def __init__(
        self, store: Store, kubelet: Kubelet, access: Access, resources: Sequence[Resource]
    ) -> None:
        self._store = store
        self._kubelet = kubelet
        self._access = access
        self._resources = {(each.prefix, each.name): each for each in resources}
        self._discovery = discovery(resources)
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.latency_seconds = 0.0

    async def answer(self, request: Request, connection: Connection) -> bool:
        """Answer a request; False: its connection is of no use any more."""
        try:
            await asyncio.sleep(self.latency_seconds)
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                raise unauthorized()
            return await self._answer(request, connection)
        except RefusedError as error:
            await connection.send(error.code, error.status)
            return not request.is_upgrade

    async def _answer(self, request: Request, connection: Connection) -> bool:
        path = request.path.rstrip("/")
        found = parts_of(path)
        resource = self._resources.get((found["prefix"], found["resource"])) if found else None
        if found is None or resource is None:
            self.asked.append(Asked("get", path, None, None, request.query))
            if path not in self._discovery:
                raise no_such_path()
            await connection.send(200, self._discovery[path])
            return True
        asked = read_asked(request, found)
        self.asked.append(asked)
        self._fail(asked)
        self._access.check(asked, resource)
        if found["below"] == "exec":
            return await self._exec(request, connection, resource, asked)
        if asked.verb == "watch":
            await self._watch(request, connection, resource, asked)
            return True
        if found["below"] == "log":
            pod = self._store.get(resource, asked.namespace, asked.name or "")
            await connection.send(200, self._kubelet.log(pod), "text/plain")
            return True
        code = 201 if asked.verb == "create" else 200
        await connection.send(code, self._done(request, resource, asked))
        return True

    def _fail(self, asked: Asked) -> None:
        for fault in self.faults:
            if fault.times > 0 and (fault.verb, fault.resource) in (
                (asked.verb, asked.resource), ("*", asked.resource), ("*", "*")
            ):  # fmt: skip
                fault.times -= 1
                raise fault.refusal

    def _done(self, request: Request, resource: Resource, asked: Asked) -> Any:
        """Do what is asked and return what is answered."""
        name, namespace = asked.name or "", asked.namespace
        match asked.verb:
            case "get":
                return self._store.get(resource, namespace, name)
            case "list":
                return self._list(request, resource, namespace)
            case "create" if resource.name == "selfsubjectaccessreviews":
                return self._access.review(asked.body or {})
            case "create":
                return self._create(request, resource, asked)
            case "patch" | "update":
                before = self._store.get(resource, namespace, name)
                assert asked.body is not None
                after = _merged(before, asked.body) if asked.verb == "patch" else asked.body
                return self._store.put(resource.name, after)
            case "delete":
                gone = self._store.get(resource, namespace, name)
                return self._delete(request, resource, gone)
            case "deletecollection":
                listed = self._list(request, resource, namespace)
                for each in listed["items"]:
                    self._delete(request, resource, each)
                return listed
            case other:
                raise internal(f"the tests' server knows no {other}")

    def _list(self, request: Request, resource: Resource, namespace: str | None) -> Object:
        tests = label_tests(request.one("labelSelector"))
        tests += field_tests(resource.name, request.one("fieldSelector"))
        limit = int(request.one("limit") or 0)
        found = self._store.all(resource.name, namespace)
        items, metadata = self._store.page(found, tests, limit, request.one("continue"))
        kind = f"{resource.kind}List"
        shown = {"kind": kind, "apiVersion": resource.api_version, "metadata": metadata}
        return {**shown, "items": [_of_a_list(each) for each in items]}

    def _create(self, request: Request, resource: Resource, asked: Asked) -> Object:
        made = asked.body or {}
        if resource.namespaced:
            metadata = {"namespace": asked.namespace, **made.get("metadata", {})}
            made = {**made, "metadata": metadata}
        made = admission.admitted(self._store, resource, made)
        if request.one("dryRun"):
            return made
        stored = self._store.add(resource, made)
        if resource.name == "pods":
            self._kubelet.begin(stored)
        if resource.name == "daemonsets":
            self._spread(stored)
        return stored

    def _spread(self, daemon_set: Object) -> None:
        """Do what the controller of DaemonSets does: one pod on every node."""
        template, metadata = daemon_set["spec"]["template"], daemon_set["metadata"]
        owner = {
            "apiVersion": "apps/v1", "kind": "DaemonSet", "controller": True,
            "name": metadata["name"], "uid": metadata["uid"],
        }  # fmt: skip
        pods = self._resources["/api/v1", "pods"]
        for node in self._store.all("nodes"):
            made = {
                "generateName": f"{metadata['name']}-",
                "namespace": metadata["namespace"],
                "ownerReferences": [owner],
                "labels": template["metadata"].get("labels", {}),
            }
            spec = {**template["spec"], "nodeName": node["metadata"]["name"]}
            pod = admission.admitted(self._store, pods, {"metadata": made, "spec": spec})
            self._kubelet.begin(self._store.add(pods, pod))

    def _delete(self, request: Request, resource: Resource, gone: Object) -> Object:
        options = json.loads(request.body) if request.body else {}
        if resource.name == "pods":
            own = gone["spec"].get("terminationGracePeriodSeconds", GRACE_SECONDS)
            grace = request.one("gracePeriodSeconds") or options.get("gracePeriodSeconds")
            return self._kubelet.end(gone, own if grace is None else float(grace))
        self._store.remove(resource.name, gone)
        uid = gone["metadata"]["uid"]
        for pod in self._store.all("pods"):
            owners = pod["metadata"].get("ownerReferences", ())
            is_inside = resource.name == "namespaces" and (
                pod["metadata"]["namespace"] == gone["metadata"]["name"]
            )
            if is_inside or any(owner["uid"] == uid for owner in owners):
                self._kubelet.end(pod, 0)
        return gone

    async def _watch(
        self, request: Request, connection: Connection, resource: Resource, asked: Asked
    ) -> None:
        tests = label_tests(request.one("labelSelector"))
        tests += field_tests(resource.name, request.one("fieldSelector"))
        since = int(request.one("resourceVersion") or 0)
        seconds = float(request.one("timeoutSeconds") or 3600)
        await connection.begin_events()
        with self._store.watching(since) as happening:
            if not since:
                for each in self._store.all(resource.name, asked.namespace):
                    if all(test(each) for test in tests):
                        await connection.send_event({"type": "ADDED", "object": each})
            try:
                async with asyncio.timeout(seconds):
                    while True:
                        event = await happening.get()
                        metadata = event.object["metadata"]
                        if (
                            event.resource == resource.name
                            and asked.namespace in (None, metadata.get("namespace"))
                            and all(test(event.object) for test in tests)
                        ):
                            told = {"type": event.kind, "object": event.object}
                            await connection.send_event(told)
            except TimeoutError:
                await connection.end_events()

    async def _exec(
        self, request: Request, connection: Connection, resource: Resource, asked: Asked
    ) -> bool:
        pod = self._store.get(resource, asked.namespace, asked.name or "")
        if not request.is_upgrade:
            raise RefusedError(400, "BadRequest", "Upgrade request required")
        container, words = request.one("container"), request.query["command"]
        await bridge(request, connection, lambda: self._kubelet.start(pod, container, words))
        return False


def _of_a_list(item: Object) -> Object:
    """Return an object as lists hold it: without what is said of the list as a whole."""
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}


def _merged(before: Any, change: Any) -> Any:
    """Return a document with a merge patch, RFC 7386."""
    if not isinstance(change, dict):
        return change
    after = dict(before) if isinstance(before, dict) else {}
    for key, value in change.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = _merged(after.get(key), value)
    return after
