"""What nodes say of themselves, asked by probes, as files of a bundle."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import IO, Any, Final

from netdiag.sources.bundle_writing import Parts
from netdiag.sources.inventory.places import PlacedNode, PlacedPod
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.patience import Tell, await_probes
from netdiag.sources.live.processes import Probe, attend
from netdiag.sources.temporary_files import temporary_file

MAX_ANSWER_BYTES: Final = 64 << 20
MAX_PROBLEMS: Final = 20
MAX_NAME_BYTES: Final = 200
ANSWER_SECONDS: Final = 30.0
_SPARE_SECONDS: Final = 3.0


class Question:
    """A node that is being asked; its answer goes to a file without a name."""

    def __init__(self, node: PlacedNode, words: Sequence[str], archive: bytes) -> None:
        """Ask it. Raises OSError if the node's command cannot be run."""
        self._answer: IO[bytes] = temporary_file()  # until it is ended
        self.deadline = time.monotonic() + ANSWER_SECONDS + _SPARE_SECONDS
        arguments = ["facts", "--deadline", f"{ANSWER_SECONDS:g}", *words]
        arguments += ["--node-root"] if node.is_container else []
        try:
            self.probe = Probe(node, arguments, archive, self._answer)
        except OSError:
            self._answer.close()
            raise
        self.probe.send()

    def answer(self) -> tuple[dict[str, Any] | None, str]:
        """Wait for the answer and return it; None if there is none, and why."""
        attend([self.probe], self.is_too_long, self.deadline)
        has_ended = not self.probe.runs
        is_too_long = self.is_too_long()
        if not has_ended:
            self.probe.kill()
        self.probe.end()
        with self._answer:
            if is_too_long:
                return None, f"it is larger than {MAX_ANSWER_BYTES >> 20} MiB"
            self._answer.seek(0)
            told = _decoded(self._answer.read())
        if told is not None:
            return told, ""
        silence = "no answer" if has_ended else f"no answer within {ANSWER_SECONDS:g} s"
        return None, self.probe.complaint or silence

    def give_up(self) -> None:
        """End it without an answer."""
        self.probe.kill()
        self.probe.end()
        self._answer.close()

    @property
    def is_awaited(self) -> bool:
        """Tell whether there is still something to wait for."""
        return self.probe.runs and not self.is_too_long()

    def is_too_long(self) -> bool:
        """Tell whether the answer is larger than one may be."""
        return os.fstat(self._answer.fileno()).st_size > MAX_ANSWER_BYTES


class Asking:
    """Nodes that are being asked, side by side."""

    def __init__(self, archive: bytes, tell: Tell) -> None:
        """Send them this probe; ``tell`` gets a sentence if that keeps somebody waiting."""
        self._archive = archive
        self._tell = tell
        self._running: list[tuple[PlacedNode, Sequence[PlacedPod], Question]] = []
        self._silent: set[str] = set()
        self._problems: dict[str, None] = {}

    @property
    def problems(self) -> list[str]:
        """Return what went wrong, each once."""
        return list(self._problems)

    def start(self, node: PlacedNode, pods: Sequence[PlacedPod]) -> None:
        """Ask a node, and in the namespaces of some of its pods; not one that was silent before."""
        if node.name in self._silent or node.unreachable:  # which is told of its captures
            return
        words = [word for pod in pods for word in ("--netns", f"{pod.folder}={pod.netns}")]
        try:
            question = Question(node, words, self._archive)
        except OSError as error:
            self._note_silence(node, error.strerror or str(error))
            return
        self._running.append((node, pods, question))

    def keep(self, gathered: Gathered, name: str) -> None:
        """Wait for the answers and keep them as ``NODE/name`` of a bundle."""
        deadline = max((question.deadline for _, _, question in self._running), default=0.0)
        await_probes(self._awaited, deadline, self._tell)
        while self._running:
            node, pods, question = self._running[0]
            told, why = question.answer()
            del self._running[0]
            if told is None:
                self._note_silence(node, why)
                continue
            for each in _strings(told.get("problems"))[:MAX_PROBLEMS]:
                self._problems[f"{node.name}: {each}"] = None
            for parts, text in _documents(told, {pod.folder for pod in pods}):
                gathered.add_document(text, node.name, name, *parts)

    def give_up(self) -> None:
        """End those that still run."""
        for _, _, question in self._running:
            question.give_up()
        self._running.clear()

    def give_up_on(self, silent: Collection[str]) -> None:
        """End those of nodes that do not answer, by their names."""
        for asked in [asked for asked in self._running if asked[0].name in silent]:
            node, _, question = asked
            self._running.remove(asked)
            question.give_up()
            self._note_silence(node, "it did not answer")

    def _awaited(self) -> list[Probe]:
        return [question.probe for _, _, question in self._running if question.is_awaited]

    def _note_silence(self, node: PlacedNode, why: str) -> None:
        self._silent.add(node.name)
        self._problems[f"{node.name}: what it says of itself is missing: {why}"] = None


def _decoded(answer: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):  # a node may say what it likes
        return None
    return told if isinstance(told, dict) else None


def _documents(told: Mapping[str, Any], pods: set[str]) -> Iterator[tuple[Parts, bytes]]:
    yield from _of_namespace((), told.get("documents"))
    listed = told.get("pods")
    for pod in listed if isinstance(listed, list) else ():
        label = pod.get("label") if isinstance(pod, dict) else None
        if isinstance(label, str) and label in pods:
            yield from _of_namespace(("pods", label), pod.get("documents"))


def _of_namespace(folder: Parts, documents: Any) -> Iterator[tuple[Parts, bytes]]:
    if not isinstance(documents, dict):
        return
    for name, text in documents.items():
        parts = PurePosixPath(name).parts
        if _may_be_written(name, parts) and isinstance(text, str):
            yield (*folder, *parts), _encoded(text)


def _may_be_written(name: str, parts: Parts) -> bool:
    """Tell whether a file may be called so: a node may say what it likes, not where we write."""
    return (
        bool(parts)
        and not name.startswith("/")
        and ".." not in parts
        and name.isprintable()
        and len(name.encode()) <= MAX_NAME_BYTES
    )


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a pair, which is no byte that a program printed
        return text.encode("utf-8", "replace")


def _strings(listed: Any) -> list[str]:
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
