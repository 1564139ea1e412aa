"""What becomes of a trace's pods: told by a watch, one kubectl for all of them.

Where watching is not allowed, or a proxy on the way holds back what is told, they are asked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from typing import Final

from netdiag.lab.kernel import die_with_parent
from netdiag.sources.kubernetes.kubectl import Kubectl, pods_path
from netdiag.sources.kubernetes.objects import ClusterPod, read_pod

QUIET_SECONDS: Final = 2.0
"""After so long without news they are asked for."""

_AGAIN_SECONDS: Final = 0.3
"""The same where there is no watch."""

_CHUNK: Final = 65536
_MAX_LINE: Final = 4 << 20


class PodNews:
    """News of pods of a namespace, chosen by a label, from before they are made."""

    def __init__(self, kubectl: Kubectl, namespace: str, selector: str) -> None:
        """Begin to watch."""
        self._kubectl = kubectl
        self._namespace = namespace
        self._rest = b""
        self._is_open = True
        words = kubectl.watch_words(pods_path(namespace), labelSelector=selector)
        self._watch = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            bufsize=0, start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip

    def wait(self, names: Iterable[str]) -> list[ClusterPod]:
        """Return pods of which there is something new; where nothing is told, these, as they are.

        Raises KubectlError.
        """
        deadline = time.monotonic() + (QUIET_SECONDS if self._is_open else _AGAIN_SECONDS)
        while self._is_open and (left := deadline - time.monotonic()) > 0:
            told = [pod for line in self._lines(left) for pod in _pods(line)]
            if told:
                return told
        time.sleep(max(0.0, deadline - time.monotonic()) if not self._is_open else 0.0)
        requests = [self._kubectl.get(pods_path(self._namespace, each)) for each in names]
        try:
            return [read_pod(request.object()) for request in requests]
        finally:
            for request in requests:
                request.give_up()

    def close(self) -> None:
        """Watch no longer."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._watch.pid, signal.SIGKILL)
        self._watch.wait()
        assert self._watch.stdout is not None
        self._watch.stdout.close()

    def _lines(self, seconds: float) -> Iterator[bytes]:
        stdout = self._watch.stdout
        assert stdout is not None
        if not select.select([stdout], [], [], seconds)[0]:
            return
        chunk = os.read(stdout.fileno(), _CHUNK)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._is_open = bool(chunk) and len(self._rest) < _MAX_LINE
        yield from lines


def _pods(line: bytes) -> Iterator[ClusterPod]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return
    if not isinstance(event, dict) or event.get("type") == "DELETED":
        return
    told = event.get("object")
    if isinstance(told, dict) and told.get("kind") == "Pod":
        yield read_pod(told)
