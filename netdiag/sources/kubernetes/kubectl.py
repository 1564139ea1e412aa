"""kubectl as a program: it carries whatever authentication, proxies and contexts its users have.

Requests name the API's own paths, so that kubectl has nothing to look up first, and a verb needed
is a verb asked for. Several run side by side, without threads.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final
from urllib.parse import quote, urlencode

from netdiag.lab.kernel import die_with_parent
from netdiag.sources.inventory.places import InventoryError, LackingError
from netdiag.sources.kubernetes.refusals import Kind, KubectlError, refusal
from netdiag.sources.temporary_files import temporary_file

REQUEST_SECONDS: Final = 10
CONFIGURATION_SECONDS: Final = 2
LIST_SECONDS: Final = 20
"""A page of a large cluster may come slowly."""

DELETE_SECONDS: Final = 15
CREATE_SECONDS: Final = 35
"""As long as an API server may wait for its webhooks, and a little longer."""

_SPARE_SECONDS: Final = 3.0
_NICENESS: Final = 10
MAX_ANSWER_BYTES: Final = 64 << 20
_MAX_COMPLAINT: Final = 65536

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Kubectl:
    """Which cluster, as kubectl is told."""

    context: str | None = None
    kubeconfig: str | None = None
    program: str = "kubectl"
    is_patient: bool = False
    """Whether others go first: nobody waits for its answers yet."""

    @property
    def flags(self) -> tuple[str, ...]:
        """Return the flags that lead there."""
        context = (f"--context={self.context}",) if self.context else ()
        return (f"--kubeconfig={self.kubeconfig}", *context) if self.kubeconfig else context

    def get(self, path: str, **query: str | int) -> Request:
        """Ask for what is at a path of the API."""
        seconds = LIST_SECONDS if "limit" in query else REQUEST_SECONDS
        return self._request(["get", "--raw", _with_query(path, query)], seconds=seconds)

    def get_named(self, what: str, names: Sequence[str], namespace: str) -> Request:
        """Ask for several objects by name; those that are not there are left out."""
        where = ("--namespace", namespace, "--ignore-not-found", "--output=json")
        return self._request(["get", what, *names, *where])

    def create(self, path: str, made: Object) -> Request:
        """Have an object made at a path; of its fields, older servers ignore what they miss."""
        words = ["create", "--raw", _with_query(path, {"fieldValidation": "Ignore"})]
        given = json.dumps(made).encode()
        return self._request([*words, "--filename=-"], given, seconds=CREATE_SECONDS)

    def watch_words(self, path: str, **query: str | int) -> list[str]:
        """Return the command that prints what becomes of what is at a path, a line each."""
        asked = _with_query(path, {**query, "watch": "true"})
        return [self.program, *self.flags, "get", "--raw", asked]

    def delete(self, path: str) -> Request:
        """Have what is at a path deleted."""
        return self._request(["delete", "--raw", path], seconds=DELETE_SECONDS)

    def delete_words(self, path: str) -> list[str]:
        """Return the command that does it."""
        return [self.program, *self.flags, _bound(DELETE_SECONDS), "delete", "--raw", path]

    def exec_words(self, namespace: str, pod: str, container: str) -> tuple[str, ...]:
        """Return the command prefix that runs a program in a container."""
        where = ("--namespace", namespace, pod, "--container", container)
        return (self.program, *self.flags, "exec", "--stdin", *where, "--")

    def run(self, namespace: str, pod: str, container: str, words: Sequence[str]) -> Request:
        """Run a program in a container to its end; it gets no input."""
        prefix = self.exec_words(namespace, pod, container)[1 + len(self.flags) :]
        return self._request([each for each in prefix if each != "--stdin"] + list(words))

    def configuration(self) -> Request:
        """Ask for what is used of the kubeconfig: that asks nobody, unless it is a dispatcher."""
        words = ["config", "view", "--minify", "--output=json"]
        return self._request(words, seconds=CONFIGURATION_SECONDS)

    def _request(
        self, arguments: Sequence[str], given: bytes | None = None, *,
        seconds: int = REQUEST_SECONDS,
    ) -> Request:  # fmt: skip
        if shutil.which(self.program) is None:
            raise LackingError("kubectl is not here: a cluster is reached by it alone")
        words = [self.program, *self.flags, _bound(seconds), *arguments]
        return Request(words, given, seconds, is_patient=self.is_patient)


class Request:
    """A kubectl that runs; its answer is waited for when it is asked for."""

    def __init__(
        self, words: Sequence[str], given: bytes | None, seconds: int, *, is_patient: bool = False
    ) -> None:
        """Start it, for so many seconds at most. Raises LackingError if it cannot be run."""
        self._answer: IO[bytes] = temporary_file()  # until it is read
        self._complaint: IO[bytes] = temporary_file()
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds + _SPARE_SECONDS
        with contextlib.ExitStack() as opened:
            stdin: int | IO[bytes] = subprocess.DEVNULL
            if given is not None:
                stdin = opened.enter_context(temporary_file())
                stdin.write(given)
                stdin.seek(0)
            try:
                self._process = subprocess.Popen(
                    words, stdin=stdin, stdout=self._answer, stderr=self._complaint,
                    start_new_session=True,  # a Ctrl-C is for us to act on
                    preexec_fn=_bind_patiently if is_patient else _bind,
                )  # fmt: skip
            except OSError as error:
                raise LackingError(f"kubectl cannot be run: {error.strerror}") from None

    def object(self) -> Object:
        """Wait for the answer and return it as the object that it is. Raises KubectlError."""
        try:
            told = json.loads(self.text() or "{}")
        except (ValueError, RecursionError):
            raise KubectlError(Kind.OTHER, "the cluster's answer is not understood") from None
        if not isinstance(told, dict):
            raise KubectlError(Kind.OTHER, "the cluster's answer is no object")
        return told

    def items(self) -> list[Object]:
        """Do the same with a list."""
        items = self.object().get("items")
        listed = items if isinstance(items, list) else []
        return [item for item in listed if isinstance(item, dict)]

    def text(self) -> str:
        """Wait for the answer and return it. Raises KubectlError: refused, too late, too long."""
        try:
            self._await_end()
        finally:
            self._end()
        with self._answer, self._complaint:
            if os.fstat(self._answer.fileno()).st_size >= MAX_ANSWER_BYTES:
                raise KubectlError(
                    Kind.OTHER, f"the cluster's answer is larger than {MAX_ANSWER_BYTES >> 20} MiB"
                )
            self._complaint.seek(0)
            complaint = self._complaint.read(_MAX_COMPLAINT).decode(errors="replace")
            if self._process.returncode != 0:
                raise refusal(complaint)
            self._answer.seek(0)
            return self._answer.read().decode(errors="replace")

    def give_up(self) -> None:
        """End it without an answer."""
        self._end()
        self._answer.close()
        self._complaint.close()

    def _await_end(self) -> None:
        """Wait for its end, and not a moment longer. Raises KubectlError: it does not come."""
        if self._process.returncode is not None:
            return
        end = os.pidfd_open(self._process.pid)
        try:
            poll = select.poll()
            poll.register(end, select.POLLIN)
            if not poll.poll(max(0.0, self._deadline - time.monotonic()) * 1000):
                raise KubectlError(
                    Kind.NO_CLUSTER, f"the cluster does not answer within {self._seconds} s"
                )
        finally:
            os.close(end)
        self._process.wait()

    def _end(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def pods_path(namespace: str | None, name: str | None = None) -> str:
    """Return where pods are in the API; None: of all namespaces."""
    return namespaced_path("/api/v1", namespace, "pods", name)


def namespaced_path(group: str, namespace: str | None, what: str, name: str | None = None) -> str:
    """Return where objects are in the API, or one of them."""
    below = f"/namespaces/{quote(namespace, safe='')}" if namespace is not None else ""
    return f"{group}{below}/{what}" + (f"/{quote(name, safe='')}" if name is not None else "")


def node_path(name: str) -> str:
    """Return where a node is in the API."""
    return f"/api/v1/nodes/{quote(name, safe='')}"


def as_unreachable(error: KubectlError) -> InventoryError | LackingError:
    """Return what stops a trace for good."""
    lacks = error.kind in (Kind.FORBIDDEN, Kind.NOT_LOGGED_IN)
    return LackingError(str(error)) if lacks else InventoryError(str(error))


def _with_query(path: str, query: Mapping[str, str | int]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _bound(seconds: int) -> str:
    return f"--request-timeout={seconds}s"


def _bind() -> None:
    """Have the kernel end it with us, and let no answer fill the disk."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_ANSWER_BYTES, MAX_ANSWER_BYTES))


def _bind_patiently() -> None:
    """Do the same, and let others go first."""
    _bind()
    os.nice(_NICENESS)
