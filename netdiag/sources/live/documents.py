"""What nodes say of themselves, asked by probes, as files of a bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any, Final

from netdiag.sources.inventory.places import PlacedNode, PlacedPod
from netdiag.sources.live.gathered import Gathered, Parts
from netdiag.sources.live.processes import Probe

MAX_ANSWER_BYTES: Final = 256 << 20
_DEADLINE_SECONDS: Final = 60


class Asking:
    """Nodes that are being asked, side by side."""

    def __init__(self, archive: bytes) -> None:
        """Send them this probe."""
        self._archive = archive
        self._running: list[tuple[PlacedNode, Sequence[PlacedPod], Probe, IO[bytes]]] = []
        self.problems: list[str] = []

    def start(self, node: PlacedNode, pods: Sequence[PlacedPod]) -> None:
        """Ask a node, and in the namespaces of some of its pods."""
        words = ["facts", "--deadline", str(_DEADLINE_SECONDS)]
        words += [word for pod in pods for word in ("--netns", f"{pod.folder}={pod.netns}")]
        answer: IO[bytes] = TemporaryFile()  # noqa: SIM115  # it outlives this
        try:
            probe = Probe(node, words, self._archive, answer)
        except OSError as error:
            answer.close()
            self.problems.append(f"{node.name}: {error.strerror or error}")
            return
        probe.send()
        self._running.append((node, pods, probe, answer))

    def keep(self, gathered: Gathered, name: str) -> None:
        """Wait for the answers and keep them as ``NODE/name`` of a bundle."""
        for node, pods, probe, answer in self._running:
            probe.process.wait()
            probe.end()
            with answer:
                answer.seek(0)
                told = _decoded(answer.read(MAX_ANSWER_BYTES))
            if told is None:
                why = probe.complaint or "no answer"
                self.problems.append(f"{node.name}: what it says of itself is missing: {why}")
                continue
            self.problems += [f"{node.name}: {each}" for each in _strings(told.get("problems"))]
            for parts, text in _documents(told, {pod.folder for pod in pods}):
                gathered.add_document(text, node.name, name, *parts)
        self._running.clear()

    def give_up(self) -> None:
        """End those that still run."""
        for _, _, probe, answer in self._running:
            probe.process.kill()
            probe.end()
            answer.close()
        self._running.clear()


def _decoded(answer: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(answer)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _documents(told: Mapping[str, Any], pods: set[str]) -> Iterator[tuple[Parts, bytes]]:
    yield from _of_namespace((), told.get("documents"))
    for pod in told.get("pods") or ():
        if isinstance(pod, dict) and pod.get("label") in pods:
            yield from _of_namespace(("pods", pod["label"]), pod.get("documents"))


def _of_namespace(folder: Parts, documents: Any) -> Iterator[tuple[Parts, bytes]]:
    if not isinstance(documents, dict):
        return
    for name, text in documents.items():
        path = PurePosixPath(str(name))
        if path.is_absolute() or ".." in path.parts or not path.parts or not isinstance(text, str):
            continue  # a node may say what it likes, but not where we write
        yield (*folder, *path.parts), text.encode("utf-8", "surrogateescape")


def _strings(listed: Any) -> list[str]:
    return [each for each in listed or () if isinstance(each, str)]
