"""Processes of pods, on the nodes of a lab: started, waited for, ended with all their children."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

MARK: Final = "NETDIAG_TESTS_POD"
"""Variable in the environment of all that runs in a pod: what tells a container's processes."""

CHUNK: Final = 32768


class Process:
    """A program that was started in a pod, with pipes."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it; ``words`` begin with what leads to its node. Raises OSError."""
        self._process = subprocess.Popen(
            words, env=environment, bufsize=0, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._pipes = {
            0: self._process.stdin.fileno(),
            1: self._process.stdout.fileno(),
            2: self._process.stderr.fileno(),
        }
        for pipe in self._pipes.values():
            os.set_blocking(pipe, False)
        self._end = os.pidfd_open(self._process.pid)

    async def read(self, stream: int) -> bytes:
        """Return what it has written, empty at the end."""
        while True:
            await _readable(self._pipes[stream])
            try:
                return os.read(self._pipes[stream], CHUNK)
            except BlockingIOError:
                continue

    async def write(self, data: bytes) -> None:
        """Write all of it to its standard input. Raises BrokenPipeError."""
        rest = memoryview(data)
        while rest:
            await _writable(self._pipes[0])
            try:
                rest = rest[os.write(self._pipes[0], rest) :]
            except BlockingIOError:
                continue

    def close_input(self) -> None:
        """Let it find the end of its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def ended(self) -> int:
        """Wait until it has ended; return its exit status as a shell has it."""
        while self._process.poll() is None:
            own = os.dup(self._end)  # of one descriptor only one may wait, and there may be two
            try:
                await _readable(own)
            finally:
                os.close(own)
        status = self._process.wait()
        return status if status >= 0 else 128 - status

    def terminate(self) -> None:
        """Ask it to end, and what it has started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it by force, and what it has started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Give its pipes back."""
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        if self._end >= 0:
            os.close(self._end)
            self._end = -1


def marked(pod: str) -> Iterator[int]:
    """Yield the processes with this mark, or one that begins so, whatever they have become."""
    wanted = f"{MARK}={pod}".encode()
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/environ", "rb") as file:
                if any(each.startswith(wanted) for each in file.read().split(b"\0")):
                    yield int(process)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue


async def kill_marked(pod: str) -> None:
    """End all processes of a pod, and wait until there are none."""
    while found := list(marked(pod)):
        for each in found:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await asyncio.sleep(0.01)


async def _readable(pipe: int) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.add_reader(pipe, _resolve, future)
    try:
        await future
    finally:
        loop.remove_reader(pipe)


async def _writable(pipe: int) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.add_writer(pipe, _resolve, future)
    try:
        await future
    finally:
        loop.remove_writer(pipe)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
