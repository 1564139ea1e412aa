"""Work done inside another network namespace, and whether that namespace is still in use."""

from __future__ import annotations

import ctypes
import errno
import os
import threading
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from netdiag_probe.messages import explain
from netdiag_probe.pod_search import PREFIX, find_pod

CLONE_NEWNET = 0x40000000
NO_PROCESS = (
    "the pod's network is not found: no process there is its"
    " (does it run in a virtual machine, as Kata's do?)"
)

Result = TypeVar("Result")


class Namespace(NamedTuple):
    """A network namespace, as the user named it."""

    label: str
    """What the user calls it; empty: the probe's own."""
    path: str | None = None
    """A file that stands for it, None: the probe's own."""


OWN = Namespace("")


def read_namespace(text: str) -> Namespace:
    """Return the namespace of ``PATH``, ``PID`` or ``pod:…``, with ``LABEL=`` before it or not."""
    label, equals, place = text.partition("=")
    if not equals or text.startswith("/"):
        label = place = text
    if place.startswith(PREFIX):
        place = str(find_pod(place) or place)
    return Namespace(label, f"/proc/{place}/ns/net" if place.isdecimal() else place)


def run_in_namespace(namespace: Namespace, job: Callable[[], Result]) -> Result:
    """Return what a job returns in the namespace; sockets that it opens stay there.

    The job runs in a thread of its own, which ends with it: this one never leaves its namespace.
    In that thread /proc/net still shows the other one's; /proc/thread-self/net does not.
    Raise OSError, its ``strerror`` naming the namespace, if it cannot be entered.
    """
    if namespace.path is None or identify(namespace) == identify(OWN):
        return job()
    return begin_in_namespace(namespace, job).wait()


def begin_in_namespace(namespace: Namespace, job: Callable[[], Result]) -> Visit[Result]:
    """Do the same without waiting for the job: several can wait for the kernel side by side."""
    visit = Visit(namespace, job)
    visit.start()
    return visit


def identify(namespace: Namespace) -> int | None:
    """Return the number that the kernel gave to a namespace, None if its file is gone."""
    try:
        return os.stat(namespace.path or "/proc/self/ns/net").st_ino
    except OSError:
        return None


def is_in_use(number: int) -> bool:
    """Tell whether some process is in the namespace of this number, or a file stands for it."""
    with open("/proc/self/mountinfo") as mounts:
        if any(f" net:[{number}] " in mount for mount in mounts):
            return True
    return any(
        identify(Namespace("", f"/proc/{name}/ns/net")) == number
        for name in os.listdir("/proc")
        if name.isdecimal()
    )


class Visit(threading.Thread, Generic[Result]):
    """A thread that does a job in a namespace."""

    def __init__(self, namespace: Namespace, job: Callable[[], Result]) -> None:
        super().__init__()
        self._namespace = namespace
        self._job = job
        self._results: list[Result] = []
        self._error: Exception | None = None

    def run(self) -> None:
        """Do the job: what the thread does once it is started."""
        try:
            if self._namespace.path is not None and identify(self._namespace) != identify(OWN):
                _enter(self._namespace.path)
            self._results.append(self._job())
        except Exception as error:  # raised again in the thread that waits
            self._error = error

    def wait(self) -> Result:
        """Return what the job returned, or raise what it raised."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._results[0]


def _enter(path: str) -> None:
    """Move this thread into a namespace for good."""
    if path.startswith(PREFIX):
        raise OSError(errno.ENOENT, NO_PROCESS)
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise OSError(error.errno, f"cannot open namespace {path}: {explain(error)}") from error
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(file, CLONE_NEWNET) < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"cannot enter namespace {path}: {os.strerror(number)}")
    finally:
        os.close(file)
