"""Pods' lives: they are placed, start, get ready, run processes on nodes of a lab, and end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.kubernetes.pod_status import ended, running, waiting
from tests.kubernetes.processes import MARK, Process, kill_marked
from tests.kubernetes.refusals import RefusedError, bad_request, internal
from tests.kubernetes.serving import Object
from tests.kubernetes.store import Store, now

LOOK_SECONDS: Final = 0.02
NOT_STARTED: Final = 128
"""The exit status that containerd tells of a container whose program is not there."""
MAX_LOG: Final = 1 << 20
ALL_PROGRAMS: Final = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
"""The PATH of images of which nothing else is known."""


@dataclass
class Conditions:
    """What is wrong with a cluster's nodes, or slow; tests change it."""

    start_seconds: float = 0.0
    """Until a pod runs."""
    pending: dict[str, str] = field(default_factory=dict)
    """Node -> why pods there stay Pending."""
    pull_errors: dict[str, str] = field(default_factory=dict)
    """Image -> why it cannot be pulled."""
    exec_error: str | None = None
    """Why no process can be started in a pod."""
    images: dict[str, Sequence[str]] = field(default_factory=dict)
    """Image -> the only programs that it has."""


@dataclass(frozen=True)
class Place:
    """Where processes of a pod run."""

    run: tuple[str, ...]
    """Command prefix that leads there."""

    @property
    def words(self) -> tuple[str, ...]:
        """Return it with its program's whole path: images have other programs."""
        return tuple(shutil.which(word) or word for word in self.run[:1]) + self.run[1:]


@dataclass
class _Life:
    task: asyncio.Task[None]
    main: Process | None = None
    log: bytearray = field(default_factory=bytearray)


class Kubelet:
    """All nodes' kubelets at once."""

    def __init__(self, store: Store, nodes: Mapping[str, Place], folder: Path) -> None:
        self._store = store
        self._nodes = nodes
        self._folder = folder
        self._lives: dict[str, _Life] = {}
        self._ends: set[asyncio.Task[None]] = set()
        self._started: dict[str, list[Process]] = {}
        self._buried: set[str] = set()
        """Pods that are gone, or just going: a late ``exec`` starts nothing there any more."""
        self.places: dict[tuple[str, str], Place] = {}
        """Of pods that were there before: namespace and name."""
        self.conditions = Conditions()
        self.mark = uuid.uuid4().hex
        """What the mark of each of its processes begins with."""

    def begin(self, pod: Object) -> None:
        """Give a pod that was created its life."""
        task = asyncio.get_running_loop().create_task(self._live(pod))
        self._lives[pod["metadata"]["uid"]] = _Life(task)

    def log(self, pod: Object) -> bytes:
        """Return what a pod's own process has written."""
        life = self._lives.get(pod["metadata"]["uid"])
        return bytes(life.log) if life else b""

    def end(self, pod: Object, grace_seconds: float) -> Object:
        """Delete a pod: its process is asked to end, all are killed, then it is gone."""
        if pod["metadata"]["uid"] not in self._lives or grace_seconds <= 0:
            self._store.remove("pods", pod)
        if "deletionTimestamp" not in pod["metadata"]:
            told = {"deletionTimestamp": now(), "deletionGracePeriodSeconds": grace_seconds}
            pod = self._store.put("pods", {**pod, "metadata": {**pod["metadata"], **told}})
            end = asyncio.get_running_loop().create_task(self._end(pod, grace_seconds))
            self._ends.add(end)
            end.add_done_callback(self._ends.discard)
        return pod

    async def close(self) -> None:
        """End all that runs in pods."""
        for end in list(self._ends):
            end.cancel()
        for uid in {*self._lives, *self._started}:
            await self._bury(uid)

    def start(self, pod: Object, container: str | None, words: Sequence[str]) -> Process:
        """Start a process in a pod. Raises RefusedError."""
        name = pod["metadata"]["name"]
        spec = next(
            (each for each in pod["spec"]["containers"] if container in (None, each["name"])),
            None,
        )
        if spec is None:
            raise bad_request(f"container {container} is not valid for pod {name}")
        is_gone = pod["metadata"]["uid"] in self._buried
        if is_gone or pod.get("status", {}).get("phase") != "Running":
            raise RefusedError(404, "NotFound", f'container not found ("{spec["name"]}")')
        if self.conditions.exec_error is not None:
            raise internal(self.conditions.exec_error)
        return self._run(pod, spec, words)

    def _run(self, pod: Object, spec: Object, words: Sequence[str]) -> Process:
        path = self._path(spec.get("image", ""))
        program = shutil.which(words[0], path=path)
        if program is None:
            raise internal(
                "error executing command in container: failed to exec in container: failed to "
                f"start exec: OCI runtime exec failed: exec failed: unable to start container "
                f'process: exec: "{words[0]}": executable file not found in $PATH: unknown'
            )
        environment = {
            "PATH": path,
            MARK: self._mark(pod["metadata"]["uid"]),
            **_environment(pod, spec),
        }
        place = self._place(pod)
        process = Process([*place.words, program, *words[1:]], environment)
        self._started.setdefault(pod["metadata"]["uid"], []).append(process)
        return process

    def _place(self, pod: Object) -> Place:
        metadata = pod["metadata"]
        known = self.places.get((metadata.get("namespace", ""), metadata["name"]))
        return known or self._nodes[pod["spec"]["nodeName"]]

    def _mark(self, uid: str) -> str:
        return f"{self.mark}/{uid}"

    def _path(self, image: str) -> str:
        programs = self.conditions.images.get(image)
        if programs is None:
            return ALL_PROGRAMS
        folder = self._folder / "images" / re.sub("[/:]", "_", image)
        if not folder.exists():
            folder.mkdir(parents=True)
            for name in programs:
                target = sys.executable if name == "python3" else shutil.which(name)
                assert target is not None, f"{name} is not installed"
                (folder / name).symlink_to(target)
        return str(folder)

    async def _live(self, pod: Object) -> None:
        uid = pod["metadata"]["uid"]
        pod = self._place_on_node(pod)
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(self.conditions.start_seconds)
        await self._wait_for_start(pod)
        pod = self._now(pod)
        spec = pod["spec"]["containers"][0]
        limit = pod["spec"].get("activeDeadlineSeconds")
        left = None if limit is None else began + limit - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(left):
                status = await self._run_main(pod, spec, self._lives[uid])
        except TimeoutError:
            await self._finish(pod, "Failed", 137)
            return
        why = "" if status != NOT_STARTED else self._lives[uid].log.decode()
        await self._finish(pod, "Succeeded" if status == 0 else "Failed", status, why)

    async def _run_main(self, pod: Object, spec: Object, life: _Life) -> int:
        """Run the pod's own process, and be what it is meanwhile; return its exit status."""
        words = [*spec.get("command", ()), *spec.get("args", ())]
        main: Process | None = None
        try:
            main = self._run(pod, spec, words) if words else None
        except RefusedError as error:
            life.log += str(error).encode()
            return NOT_STARTED
        self._store.put("pods", _with_status(self._now(pod), running(pod, self._host(pod))))
        if main is None:
            await asyncio.Event().wait()
            raise AssertionError("never")
        life.main = main
        main.close_input()
        readings = [asyncio.create_task(_keep(main, each, life.log)) for each in (1, 2)]
        try:
            return await main.ended()
        finally:
            for reading in readings:
                reading.cancel()
            await asyncio.gather(*readings, return_exceptions=True)

    def _place_on_node(self, pod: Object) -> Object:
        if "nodeName" in pod["spec"]:
            return pod
        spec = {**pod["spec"], "nodeName": next(iter(self._nodes))}
        return self._store.put("pods", {**pod, "spec": spec})

    async def _wait_for_start(self, pod: Object) -> None:
        """Wait while something keeps the pod from starting, and tell what."""
        told: Object | None = None
        while (status := self._obstacle(pod)) is not None:
            if status != told:
                self._store.put("pods", _with_status(self._now(pod), status))
                told = status
            await asyncio.sleep(LOOK_SECONDS)

    def _obstacle(self, pod: Object) -> Object | None:
        node = pod["spec"]["nodeName"]
        why = self.conditions.pending.get(node)
        if why is None and node not in self._nodes:
            why = f"no node {node}"
        if why is not None:
            return waiting(pod, "ContainerCreating", why)
        for spec in pod["spec"]["containers"]:
            trouble = self.conditions.pull_errors.get(spec.get("image", ""))
            if trouble is not None:
                return waiting(pod, "ErrImagePull", trouble)
        return None

    def _host(self, pod: Object) -> str:
        node = self._store.find("nodes", None, pod["spec"]["nodeName"]) or {}
        addresses = node.get("status", {}).get("addresses", [{"address": "127.0.0.1"}])
        return str(addresses[0]["address"])

    def _now(self, pod: Object) -> Object:
        metadata = pod["metadata"]
        return self._store.find("pods", metadata["namespace"], metadata["name"]) or pod

    async def _finish(self, pod: Object, phase: str, status: int, why: str = "") -> None:
        await self._kill(pod["metadata"]["uid"])
        pod = self._now(pod)
        self._store.put("pods", _with_status(pod, ended(pod, phase, status, why)))

    async def _end(self, pod: Object, grace_seconds: float) -> None:
        life = self._lives.get(pod["metadata"]["uid"])
        if life is not None and life.main is not None and grace_seconds > 0:
            life.main.terminate()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace_seconds):
                    await life.main.ended()
        await self._bury(pod["metadata"]["uid"])
        self._store.remove("pods", pod)

    async def _bury(self, uid: str) -> None:
        self._buried.add(uid)
        life = self._lives.pop(uid, None)
        if life is not None:
            life.task.cancel()
            await asyncio.gather(life.task, return_exceptions=True)
        await self._kill(uid)
        for process in self._started.get(uid, ()):
            await process.ended()
            process.close()
        self._started.pop(uid, None)  # not before: this may be cancelled, and done again

    async def _kill(self, uid: str) -> None:
        """End all that runs in a pod; one that is just being loaded has no mark to be found by."""
        for process in self._started.get(uid, ()):
            process.kill()
        await kill_marked(self._mark(uid))


async def _keep(process: Process, stream: int, log: bytearray) -> None:
    while data := await process.read(stream):
        if len(log) < MAX_LOG:
            log += data


def _environment(pod: Object, spec: Object) -> dict[str, str]:
    found = {}
    for each in spec.get("env", ()):
        field_path = each.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
        value: Any = pod if field_path else each.get("value", "")
        for part in (field_path or "").split("."):
            value = value.get(part, "") if part else value
        found[each["name"]] = str(value)
    return found


def _with_status(pod: Object, status: Object) -> Object:
    return {**pod, "status": {**pod.get("status", {}), **status}}
