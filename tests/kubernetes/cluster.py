"""What tests use: a cluster that kubectl reaches while the block lasts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from netdiag.lab.catalogue import known_lab
from netdiag.lab.running import Known
from netdiag.lab.state import read_lab
from tests.kubernetes.access import Access
from tests.kubernetes.api import Api, Fault
from tests.kubernetes.asked import Asked
from tests.kubernetes.certificates import make_certificates, write_kubeconfig
from tests.kubernetes.kubelet import Conditions, Kubelet, Place
from tests.kubernetes.lab_objects import (
    Named,
    node_object,
    objects_of,
    place_of,
    pod_object,
)
from tests.kubernetes.processes import marked
from tests.kubernetes.refusals import RefusedError
from tests.kubernetes.resources import BUILT_IN, CALICO
from tests.kubernetes.serving import Object, Server
from tests.kubernetes.store import Store

SECONDS: Final = 120
needs_kubectl = pytest.mark.skipif(
    shutil.which("kubectl") is None or shutil.which("openssl") is None,
    reason="kubectl or openssl is not installed",
)
HANDSHAKE_SECONDS = 30.0
_Result = TypeVar("_Result")


class Cluster:
    """A cluster that is there."""

    def __init__(self, folder: Path, objects: Iterable[Named], nodes: Mapping[str, Place]) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._store = Store()
        self._kubelet = Kubelet(self._store, nodes, folder)
        self._access = Access()
        listed = list(objects)
        calico = CALICO if any(name == "ippools" for name, _ in listed) else ()
        resources = (*BUILT_IN, *calico)
        self._resources = {each.name: each for each in resources}
        for name, each in listed:
            self._store.add(self._resources[name], each)
        self._was_there = {each["metadata"]["uid"] for each in self._store.all("pods")}
        self._api = Api(self._store, self._kubelet, self._access, resources)
        self._server = Server(make_certificates(folder), self._api.answer)
        self._thread = threading.Thread(target=self._loop.run_forever, name="api-server")
        self._thread.start()
        self._wait(self._server.listen())
        self.kubeconfig = write_kubeconfig(folder, self._server.port)
        """The path of a kubeconfig that leads here."""

    @property
    def environment(self) -> dict[str, str]:
        """Return variables by which kubectl finds this cluster, and caches nothing elsewhere."""
        home = str(self._folder)
        cache = str(self._folder / "cache")
        return {"KUBECONFIG": str(self.kubeconfig), "HOME": home, "KUBECACHEDIR": cache}

    @property
    def server(self) -> str:
        """Return its URL."""
        return f"https://127.0.0.1:{self._server.port}"

    @property
    def requests(self) -> tuple[Asked, ...]:
        """Return all that was asked so far."""
        return tuple(self._api.asked)

    @property
    def conditions(self) -> Conditions:
        """Return what is wrong with its nodes; may be changed at any time."""
        return self._kubelet.conditions

    def forget_requests(self) -> None:
        """Forget what was asked so far."""
        self._api.asked.clear()

    def pods(self) -> tuple[Object, ...]:
        """Return the pods that were created here and are left."""
        listed = self._wait(self._listed("pods"))
        return tuple(each for each in listed if each["metadata"]["uid"] not in self._was_there)

    def objects(self, resource: str) -> tuple[Object, ...]:
        """Return all objects of a resource: ``configmaps``."""
        return tuple(self._wait(self._listed(resource)))

    def add(self, resource: str, made: Object) -> None:
        """Let there be an object more."""
        self._wait(self._added(resource, made))

    def add_pods(self, count: int, *, namespace: str = "default") -> None:
        """Let there be many pods more, spread over the nodes; nothing can run in them."""
        nodes = [each["metadata"]["name"] for each in self.objects("nodes")]
        made = []
        for number in range(count):
            node = nodes[number % len(nodes)]
            address = f"10.{128 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
            name = f"filler-{number:05}"
            made.append(pod_object(name, node, "10.1.10.9", address, namespace=namespace))
        self._wait(self._added("pods", *made))

    def let_run(self, pod: str, place: Place, namespace: str = "default") -> None:
        """Say where processes run of a pod that was there from the beginning."""
        self._kubelet.places[namespace, pod] = place

    def processes(self) -> tuple[int, ...]:
        """Return the processes that run in pods, also in those that are gone."""
        return tuple(marked(self._kubelet.mark))

    def forbid(self, verb: str, resource: str, namespace: str | None = None) -> None:
        """Forbid the user a verb, or ``*``, on a resource: ``list``, ``pods``."""
        self._access.forbid(verb, resource, namespace)

    def allow_only(self, rules: Sequence[Object], namespace: str | None = None) -> None:
        """Forbid all but what these rules of a Role or ClusterRole allow; adds to earlier ones."""
        self._access.allow_only(rules, namespace)

    def fail(
        self, verb: str, resource: str, *, code: int = 500, reason: str = "InternalError",
        message: str = "etcdserver: request timed out", times: float = float("inf"),
    ) -> None:  # fmt: skip
        """Answer such requests by an error, so many times; ``*`` stands for any."""
        self._api.faults.append(Fault(verb, resource, RefusedError(code, reason, message), times))

    def slow_down(self, latency_seconds: float) -> None:
        """Answer nothing any sooner."""
        self._api.latency_seconds = latency_seconds

    def go_away(self) -> None:
        """Cut all connections and take none any more; nodes go on without the API server."""
        self._wait(self._server.go_away())

    def come_back(self) -> None:
        """Listen again, at the same address."""
        self._wait(self._server.listen())

    def kubectl(
        self, *words: str, given: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run kubectl to its end."""
        return subprocess.run(
            ["kubectl", *words], input=given, capture_output=True, timeout=SECONDS, check=False,
            env={"PATH": os.environ["PATH"], **self.environment},
        )  # fmt: skip

    @contextlib.contextmanager
    def start_kubectl(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Have kubectl run with pipes to and from it, until the block ends."""
        with subprocess.Popen(
            ["kubectl", *words], env={"PATH": os.environ["PATH"], **self.environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()

    def close(self) -> None:
        """End it, and all that runs in its pods."""
        try:
            self._wait(self._server.go_away())
            self._wait(self._kubelet.close())
            self._wait(_others())
            self._wait(self._server.go_away())
        finally:
            self._server.close()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        future: Future[_Result] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(SECONDS)

    async def _listed(self, resource: str) -> list[Object]:
        return self._store.all(resource)

    async def _added(self, resource: str, *made: Object) -> None:
        for each in made:
            self._store.add(self._resources[resource], each)


async def _others() -> None:
    """Wait for clients that came while the server went away: they shake hands, and are cut then."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    if rest:
        await asyncio.wait(rest, timeout=HANDSHAKE_SECONDS)


@contextlib.contextmanager
def cluster(lab: Known | str, *, more: Iterable[Named] = ()) -> Iterator[Cluster]:
    """Have a cluster whose nodes and pods are those of a lab that is up, or of that name."""
    if isinstance(lab, str):
        lab = known_lab(read_lab(lab))
    nodes = {node.name: place_of(lab, node.name) for node in lab.cluster.nodes}
    with _cluster([*objects_of(lab), *more], nodes) as made:
        for pod in lab.cluster.pods:
            made.let_run(pod.name, place_of(lab, pod.name))
        yield made


@contextlib.contextmanager
def cluster_of_objects(objects: Iterable[Named]) -> Iterator[Cluster]:
    """Have a cluster of objects only: its nodes are this machine, as far as anything runs there."""
    listed = list(objects)
    nodes = {each["metadata"]["name"]: Place(()) for name, each in listed if name == "nodes"}
    with _cluster(listed, nodes) as made:
        yield made


@contextlib.contextmanager
def small_cluster() -> Iterator[Cluster]:
    """Have a cluster of two nodes and two pods, without a lab."""
    namespaces = ("default", "kube-system")
    objects: list[Named] = [("namespaces", {"metadata": {"name": each}}) for each in namespaces]
    for number in (1, 2):
        node, host = f"node-{number}", f"10.1.10.{8 + number}"
        objects.append(("nodes", node_object(node, host, f"10.244.{number}.0/24")))
        objects.append(("pods", pod_object(f"web-{number}", node, host, f"10.244.{number}.2")))
    with cluster_of_objects(objects) as made:
        yield made


@contextlib.contextmanager
def _cluster(objects: Iterable[Named], nodes: Mapping[str, Place]) -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="netdiag-tests-") as folder:
        made = Cluster(Path(folder), objects, nodes)
        try:
            yield made
        finally:
            made.close()
