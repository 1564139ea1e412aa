"""Programs run side by side, each for so long, each up to so many bytes, and none outlives this."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import explain
from netdiag_probe.netns import Namespace, run_in_namespace

AT_ONCE = 8
"""Programs that run at the same time."""
SECONDS = 10.0
"""How long each may take."""
MOST_BYTES = 16 * 1024 * 1024
"""How much each may print."""

_MOST_COMPLAINT = 4096
_CHUNK = 256 * 1024
_LAST_SECONDS = 5.0
"""How long a program may take to end when it has closed what it prints on."""


@dataclass(frozen=True)
class Program:
    """A program with its arguments, and where it is to run."""

    document: str
    """What it prints is this document."""
    words: tuple[str, ...]
    namespace: Namespace


@dataclass(frozen=True)
class Printed:
    """What a program printed."""

    program: Program
    text: str
    problem: str | None
    """Why it is not all that it should be: it failed, took too long, said too much."""


def find_program(name: str) -> str | None:
    """Return where a program is, also if only administrators have its folder in their path."""
    return shutil.which(name, path=environment()["PATH"])


def run_programs(asked: Sequence[Program], lifeline: Lifeline) -> list[Printed]:
    """Return what programs print, in the order in which they are asked.

    When the lifeline is over, those that still run are ended, and have a problem, too.
    """
    waiting, running, done = deque(asked), list[_Run](), list[Printed]()
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE and not lifeline.is_over:
                running.append(_start(waiting.popleft(), lifeline))
            _read_some(running, lifeline)
            for run in [run for run in running if run.is_over]:
                running.remove(run)
                done.append(run.finish())
            if lifeline.is_over and not running:
                break
    finally:
        for run in running:
            run.kill()
            run.finish()
    order = {id(program): number for number, program in enumerate(asked)}
    done += [_not_run(program) for program in waiting]
    return sorted(done, key=lambda printed: order[id(printed.program)])


def _read_some(running: list[_Run], lifeline: Lifeline) -> None:
    """Read what programs print, until one has printed something or is late."""
    is_any_over = not running or any(run.is_over for run in running)
    first_end = 0.0 if is_any_over else min(run.ends_at for run in running)
    ready = lifeline.wait(max(first_end - time.monotonic(), 0))
    for run in running:
        for file in run.files & ready.keys():
            run.read(file, lifeline)
        if run.ends_at <= time.monotonic():
            run.give_up(f"took longer than {SECONDS:.0f} s", lifeline)
        elif lifeline.is_over:
            run.give_up("was ended early", lifeline)


def _start(program: Program, lifeline: Lifeline) -> _Run:
    run = _Run(program)
    try:
        run.process = run_in_namespace(program.namespace, lambda: _spawn(program.words))
    except OSError as error:
        run.problem = explain(error)
        return run
    for stream in (run.process.stdout, run.process.stderr):
        if stream is not None:
            run.files.add(stream.fileno())
            lifeline.watch(stream.fileno())
    return run


def _not_run(program: Program) -> Printed:
    return Printed(program, "", f"{program.document}: there was no time left")


def _spawn(words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        (find_program(words[0]) or words[0], *words[1:]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )


def environment() -> dict[str, str]:
    """Return all that programs are told: a search path, and to speak English."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    folders += [each for each in ("/usr/sbin", "/sbin", "/usr/local/sbin") if each not in folders]
    return {"PATH": os.pathsep.join(folders), "LC_ALL": "C"}


@dataclass
class _Run:
    """A program that runs."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    problem: str | None = None
    files: set[int] = field(default_factory=set)
    """What it prints on, as far as it has not closed it."""
    ends_at: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    _printed: list[bytes] = field(default_factory=list)
    _size: int = 0
    _complaint: bytes = b""

    @property
    def is_over(self) -> bool:
        return not self.files

    def read(self, file: int, lifeline: Lifeline) -> None:
        """Take what there is to read."""
        chunk = os.read(file, _CHUNK)
        if not chunk:
            self._forget(file, lifeline)
        elif self.process and self.process.stderr and file == self.process.stderr.fileno():
            self._complaint = (self._complaint + chunk)[:_MOST_COMPLAINT]
        else:
            self._printed.append(chunk)
            self._size += len(chunk)
            if self._size > MOST_BYTES:
                self.give_up(f"printed more than {MOST_BYTES >> 20} MiB", lifeline)

    def give_up(self, problem: str, lifeline: Lifeline) -> None:
        """End it, and keep what it printed so far."""
        self.problem = self.problem or problem
        self.kill()
        for file in tuple(self.files):
            self._forget(file, lifeline)

    def kill(self) -> None:
        """End it, and what it may have started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self) -> Printed:
        """Return what came of it, when it has closed what it prints on."""
        status = self._wait()
        if self.process is not None:
            for stream in (self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()
        if status and self.problem is None:
            said = self._complaint.decode("utf-8", "replace").strip().partition("\n")[0]
            self.problem = f"failed: {said}" if said else f"failed with exit status {status}"
        return Printed(self.program, self._text(), self.problem and self._told(self.problem))

    def _wait(self) -> int:
        if self.process is None:
            return 0
        try:
            return self.process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.wait()

    def _text(self) -> str:
        """Return what was printed; of what is too long, whole lines."""
        data = b"".join(self._printed)
        if self._size > MOST_BYTES:
            data = data[: data.rfind(b"\n", 0, MOST_BYTES) + 1]
        return data.decode("utf-8", "replace")

    def _told(self, problem: str) -> str:
        return f"{self.program.document}: {self.program.words[0]} {problem}"

    def _forget(self, file: int, lifeline: Lifeline) -> None:
        lifeline.forget(file)
        self.files.discard(file)
