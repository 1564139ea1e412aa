"""A probe as a process on a node.

The probe is sent over the process's standard input, so that nothing has to be there but Python,
and nothing stays. That input is also its lifeline: when it closes, the probe ends.

What a node's command does is its own: it may never read, never end, or never be silent. So all
waiting has an end, and what it says on its standard error is always taken off its hands.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import resource
import select
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Final

from netdiag.lab.kernel import die_with_parent
from netdiag.sources.inventory.places import PlacedNode
from netdiag.sources.inventory.ssh_connections import connections_by
from netdiag.sources.inventory.ssh_failures import SSH_FAILED
from netdiag.sources.kubernetes.refusals import refusal
from netdiag.sources.live.shell_probe import shell_probe
from netdiag.sources.zipapp import archive_for

BOOT: Final = (
    "import os,sys;"
    "r=sys.stdin.buffer;"
    "n=int(r.read(8)or sys.exit());"
    'f=os.memfd_create("netdiag-probe");'
    'o=open(f,"wb",closefd=False);'
    "o.write(r.read(n));"
    "o.close();"
    'sys.path.insert(0,"/proc/self/fd/%d"%f);'
    'sys.argv[0]="netdiag-probe";'
    "from netdiag_probe.cli import main;"
    "sys.exit(main(sys.argv[1:]))"
)
"""What Python is told on the command line. It ends in silence if nothing is sent.

One line without a quote of the other kind, a backslash or an exclamation mark: between single
quotes every shell passes it on as it is, those of csh and fish, too.
"""
SHELL_BOOT: Final = 'n=$(dd bs=1 count=8 2>/dev/null);eval "$(dd bs=1 count=$((n)) 2>/dev/null)"'
_SEND_SECONDS: Final = 5.0
_END_SECONDS: Final = 3.0
_LOOK_SECONDS: Final = 0.5
MAX_COMPLAINT: Final = 65536
MAX_FILE_BYTES: Final = 8 << 30
"""What a probe may capture or answer, in one file."""
_SPEAKER: Final = "netdiag-probe: "
_ARMED: Final = f"{_SPEAKER}armed"
_NOISE: Final = re.compile(
    r"command terminated with exit code|[EWIF]\d{4} [\d:.]+ |Warning: |netdiag-probe: armed"
)
"""What kubectl and ssh add: how it ended, their logs, and warnings of servers."""
MAX_TOLD: Final = 300
"""Characters of a complaint that are passed on."""


def _is_no_noise(line: str) -> bool:
    return _NOISE.match(line) is None


def _bind() -> None:
    """Have the kernel end a node's command with us, and let no answer of it fill the disk."""
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))


def _started(command: Sequence[str], stdout: int | IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C is for us to pass on, in good order
            preexec_fn=_bind,
        )
    except OSError as error:
        why = f"{command[0]} cannot be run: {error.strerror or error}"
        raise OSError(error.errno, why) from None


class Probe:
    """A probe that runs, or has run."""

    def __init__(
        self,
        node: PlacedNode,
        arguments: Sequence[str],
        archive: bytes,
        stdout: int | IO[bytes] = subprocess.PIPE,
    ) -> None:
        """Start it on a node. Raises OSError if the node's command cannot be run."""
        if node.unreachable:
            raise OSError(errno.EHOSTUNREACH, node.unreachable)
        self.node = node
        self._connection: int | None
        self._connections = connections_by(node.connections) if node.connections else None
        self._connection, run = self._connections.enter() if self._connections else (None, node.run)
        python, shell = ("-I", "-S", "-c", BOOT), ("-c", SHELL_BOOT, "netdiag-probe")
        boot = shell if node.is_without_python else python
        command = node.command(*boot, *arguments, run=run)
        self._archive, self._command = archive, arguments[0] if arguments else None
        try:
            self.process = _started(command, stdout)
        except OSError:
            self._leave()
            raise
        assert self.process.stdin is not None and self.process.stderr is not None
        self._stdin, self.stderr = self.process.stdin, self.process.stderr
        for stream in (self._stdin, self.stderr):
            os.set_blocking(stream.fileno(), False)
        self._complaint = bytearray()
        self._is_sent = False

    def send(self) -> None:
        """Send the program, once; what it complains of instead is told by ``complaint``."""
        if self._is_sent:
            return
        self._is_sent = True
        program = self._program()
        message = memoryview(b"%8d" % len(program) + program)
        with contextlib.suppress(OSError):  # then it is sent piece by piece
            fcntl.fcntl(self._stdin, fcntl.F_SETPIPE_SZ, len(message))
        poll = select.poll()
        poll.register(self._stdin, select.POLLOUT)
        deadline = time.monotonic() + _SEND_SECONDS
        with contextlib.suppress(BrokenPipeError):
            while message and poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                message = message[self._stdin.write(message) or 0 :]

    def _program(self) -> bytes:
        """Return what is sent; made now, while the node's command starts."""
        if self.node.is_without_python:
            return shell_probe()
        return archive_for(self._archive, self._command) if self._command else self._archive

    def hear(self) -> bool:
        """Read what is there of its standard error; return False at its end."""
        said = self.stderr.read(MAX_COMPLAINT)
        if said and len(self._complaint) < MAX_COMPLAINT:
            self._complaint += said
        return said != b""

    @property
    def is_armed(self) -> bool:
        """Tell whether it has said so."""
        return _ARMED.encode() in self._complaint

    @property
    def runs(self) -> bool:
        """Tell whether its process has not ended."""
        return self.process.poll() is None

    @property
    def complaint(self) -> str:
        """Return the last that was said of trouble, in one line; empty if nothing.

        What the probe itself says counts more than what carries it there: ssh has banners,
        kubectl warnings, and plugins that log in talk.
        """
        if self.remark:
            return self.remark
        said = self._said(_is_no_noise)
        if said and self.node.is_container:
            return str(refusal("\n".join(said)))[:MAX_TOLD]
        if not said and self.node.login is not None and self.process.returncode == SSH_FAILED:
            return "the connection by ssh broke"
        return said[-1][:MAX_TOLD] if said else ""

    @property
    def remark(self) -> str:
        """Return the last that the probe itself complained of; empty if nothing."""
        told = self._said(lambda line: line.startswith(_SPEAKER) and line != _ARMED)
        return next(reversed(told), "").removeprefix(_SPEAKER)[:MAX_TOLD]

    def _said(self, counts: Callable[[str], bool]) -> list[str]:
        lines = self._complaint.decode(errors="replace").splitlines()
        return [line for line in map(str.strip, lines) if line and counts(line)]

    def let_go(self) -> None:
        """Close its standard input, which ends it."""
        self._stdin.close()

    def kill(self) -> None:
        """End it by force, and what its command has started."""
        if self.process.returncode is None:  # until it is reaped, nothing else has its number
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait for its end, kill it if that takes too long, and return its exit status."""
        return end_all([self])[0]

    def bury(self) -> int:
        """Kill it if it still runs, let go of its pipes, and return its exit status."""
        self.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # another user's, by sudo
            self.process.wait(_END_SECONDS)
        self.hear()
        for stream in (self.stderr, self.process.stdout):
            if stream is not None:
                stream.close()
        self._leave()
        status = self.process.returncode
        return -signal.SIGKILL if status is None else status

    def _leave(self) -> None:
        """Give its place in a connection back, once."""
        if self._connections is not None and self._connection is not None:
            self._connections.leave(self._connection)
        self._connection = None


def end_all(probes: Sequence[Probe]) -> list[int]:
    """Do the same with several, side by side."""
    for probe in probes:
        probe.let_go()
    attend(probes, lambda: False, time.monotonic() + _END_SECONDS)
    return [probe.bury() for probe in probes]


def attend(probes: Iterable[Probe], is_enough: Callable[[], bool], deadline: float) -> None:
    """Hear what probes say until it is enough, all have ended, or the time is over.

    ``deadline``: by the monotonic clock. It is asked whether it is enough whenever one of them
    says something or ends, and now and then.
    """
    with contextlib.ExitStack() as opened:
        selector = opened.enter_context(selectors.DefaultSelector())
        ends: dict[int, Probe] = {}
        for probe in probes:
            if probe.process.returncode is None:
                end = os.pidfd_open(probe.process.pid)
                opened.callback(os.close, end)
                selector.register(end, selectors.EVENT_READ)
                ends[end] = probe
            selector.register(probe.stderr, selectors.EVENT_READ, probe)
        while ends and not is_enough() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(min(left, _LOOK_SECONDS)):
                if key.fd in ends:
                    probe = ends.pop(key.fd)
                    selector.unregister(key.fd)
                    probe.hear()
                elif not key.data.hear():
                    selector.unregister(key.fileobj)
