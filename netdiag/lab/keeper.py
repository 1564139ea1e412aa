"""The keeper: the process that a lab lives in, and that it dies with.

It is process 1 of a PID namespace of its own, so that the kernel ends everything of the lab when
the keeper ends, however it ends. Each place (node, pod, switch) is a child process that holds the
place's network, mount and UTS namespace; a pod's answers TCP and UDP besides. Daemons of the lab
are children too, started and stopped by ``ask``.

Until it is told to stay, the keeper ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from netdiag.lab import kernel, scenery
from netdiag.lab.errors import LabError, NotPermittedError

PLACE_KINDS: Final = kernel.NEW_NET | kernel.NEW_MOUNT | kernel.NEW_UTS
STAY: Final = b"stay"
MAX_MESSAGE: Final = 65536
MAX_DESCRIPTOR: Final = 65536
START_SECONDS: Final = 20.0
"""How long namespaces may take to be made, on a machine that is busy."""

_CREDENTIALS: Final = struct.Struct("iII")


class Starting:
    """A keeper that has been started and not been told to stay: ends when this is closed."""

    def __init__(self, places: Sequence[str], *, pods: Sequence[str], folder: str) -> None:
        """Start it. ``folder``: where its socket and log are.

        Raises NotPermittedError where the kernel refuses the namespaces, LabError otherwise.
        """
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        child = os.fork()
        if child == 0:
            ours.close()
            _leave(_become_keeper, its, places, pods, folder)
        its.close()
        self._socket = ours
        os.waitpid(child, 0)
        self.process = 0
        """Process id of the keeper, as seen from here."""
        self.places: dict[str, int] = dict.fromkeys(places, 0)
        """Process id of each place's holder, as seen from here, in the order of ``places``."""
        self.stays = False
        try:
            self._meet()
        except BaseException:
            self.close()
            raise

    def stay(self) -> None:
        """Let it live on when this process ends."""
        self._socket.send(STAY)
        self.stays = True

    def close(self) -> None:
        """Let go of it: without ``stay`` it ends."""
        self._socket.close()

    def _meet(self) -> None:
        self._socket.settimeout(START_SECONDS)
        while not all((self.process, *self.places.values())):
            try:
                said, ancillary, _, _ = self._socket.recvmsg(
                    MAX_MESSAGE, socket.CMSG_SPACE(_CREDENTIALS.size)
                )
            except TimeoutError:
                raise LabError("the lab's namespaces were not made in time") from None
            message = json.loads(said) if said else {"error": "the lab's keeper ended early"}
            if "error" in message:
                kind = NotPermittedError if message.get("refused") else LabError
                raise kind(message["error"])
            process = next(
                _CREDENTIALS.unpack(data)[0]
                for level, name, data in ancillary
                if (level, name) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
            )
            if message["place"]:
                self.places[message["place"]] = process
            else:
                self.process = process


def ask(folder: str, **request: Any) -> dict[str, Any]:
    """Ask the keeper to ``do`` one thing: ``start``, ``stop`` or ``list`` daemons.

    ``start``: ``name``, ``place``, and either ``argv`` (a program) or ``module`` and ``arguments``
    (a function ``run`` of this package). Raises LabError with the keeper's words.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
        control.settimeout(START_SECONDS)
        try:
            control.connect(f"{folder}/control")
            control.send(json.dumps(request).encode())
            answer: dict[str, Any] = json.loads(control.recv(MAX_MESSAGE) or b"{}")
        except OSError as error:
            raise LabError(f"the lab's keeper does not answer: {error.strerror}") from None
    if "error" in answer:
        raise LabError(answer["error"])
    return answer


def _leave(work: Any, *arguments: Any) -> NoReturn:
    """Run ``work`` as all that a forked process does."""
    status = 1
    try:
        work(*arguments)
        status = 0
    except BaseException as error:  # the last frame of this process: nobody above would tell
        sys.stderr.write(f"{work.__name__}: {error!r}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def _become_keeper(
    line: socket.socket, places: Sequence[str], pods: Sequence[str], folder: str
) -> None:
    os.setsid()
    os.closerange(3, line.fileno())  # a lock that is held here would never be given back
    os.closerange(line.fileno() + 1, MAX_DESCRIPTOR)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whoever starts it holds some back
    try:
        _unshare()
    except OSError as error:
        _tell(line, error=f"this kernel lets you make no namespaces: {error.strerror}", refused=1)
        return
    if os.fork() == 0:
        _leave(_keep, line, places, pods, folder)


def _unshare() -> None:
    user, group = os.geteuid(), os.getegid()
    if user != 0:
        kernel.unshare(kernel.NEW_USER)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"0 {user} 1"),
            ("gid_map", f"0 {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    kernel.unshare(kernel.NEW_PID | kernel.NEW_MOUNT | kernel.NEW_IPC)


def _tell(line: socket.socket, **words: Any) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionError):
        line.send(json.dumps(words).encode())


def _keep(line: socket.socket, places: Sequence[str], pods: Sequence[str], folder: str) -> None:
    try:
        kernel.set_process_name("netdiag-lab")
        control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)
        control.bind(f"{folder}/control")
        control.listen(16)
        _detach_standard_files(f"{folder}/log")
        scenery.detach_mounts()
        scenery.mount_processes()
    except OSError as error:
        _tell(line, error=f"the lab's keeper cannot start: {error}")
        return
    _tell(line, place="")
    holders = {place: _fork_holder(line, control, place, place in pods) for place in places}
    Keeper(line, control, holders).run()


def _detach_standard_files(log: str) -> None:
    reading = os.open(os.devnull, os.O_RDONLY)
    writing = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(reading, 0)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    for descriptor in {reading, writing}.difference(range(3)):
        os.close(descriptor)


def _fork_holder(line: socket.socket, control: socket.socket, place: str, answers: bool) -> int:
    process = os.fork()
    if process == 0:
        control.close()
        _leave(_hold, line, place, answers)
    return process


def _hold(line: socket.socket, place: str, answers: bool) -> None:
    kernel.die_with_parent()
    kernel.set_process_name(place)
    try:
        kernel.unshare(PLACE_KINDS)
        scenery.furnish(place)
    except OSError as error:
        _tell(line, error=f"the namespaces of {place} cannot be made: {error}")
        return
    _tell(line, place=place)
    line.close()
    if answers:
        from netdiag.lab.responder import respond

        respond(place)
    while True:
        signal.pause()


class Keeper:
    """What process 1 of the lab does: reaps, starts and stops, until its end."""

    def __init__(
        self, line: socket.socket, control: socket.socket, holders: Mapping[str, int]
    ) -> None:
        self._line: socket.socket | None = line
        self._control = control
        self._holders = holders
        self._daemons: dict[str, int] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(line, selectors.EVENT_READ)
        self._selector.register(control, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until the starter goes without a word."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        woken, wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakes)
        self._selector.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._line:
                    if not self._hear():
                        return
                elif key.fileobj is self._control:
                    self._serve()
                else:
                    os.read(woken, 4096)
            self._reap()

    def _hear(self) -> bool:
        assert self._line is not None
        said = self._line.recv(MAX_MESSAGE)
        if not said:
            return False
        self._selector.unregister(self._line)
        self._line.close()
        self._line = None
        return True

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                for name, process in list(self._daemons.items()):
                    if process == ended:
                        del self._daemons[name]

    def _serve(self) -> None:
        connection, _ = self._control.accept()
        with connection:
            connection.settimeout(START_SECONDS)
            try:
                request = json.loads(connection.recv(MAX_MESSAGE) or b"{}")
                answer = self._answer(request)
            except (OSError, ValueError, KeyError) as error:
                answer = {"error": f"the lab's keeper: {error}"}
            _tell(connection, **answer)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request.get("do"):
            case "start":
                return self._start(request)
            case "stop":
                return self._stop(request["name"])
            case "list":
                self._reap()
                return {"daemons": sorted(self._daemons)}
            case other:
                return {"error": f"the lab's keeper does not know {other!r}"}

    def _start(self, request: dict[str, Any]) -> dict[str, Any]:
        name, holder = request["name"], self._holders[request["place"]]
        if name in self._daemons:
            return {"error": f"{name} runs already"}
        ready, tells = os.pipe()
        process = os.fork()
        if process == 0:
            _leave(_become_daemon, holder, request, tells)
        os.close(tells)
        self._daemons[name] = process
        with os.fdopen(ready, encoding="utf-8") as words:  # ends when the daemon is there
            trouble = words.read(MAX_MESSAGE)
        return {"error": f"{name} cannot start: {trouble}"} if trouble else {"started": name}

    def _stop(self, name: str) -> dict[str, Any]:
        process = self._daemons.pop(name, None)
        if process is None:
            return {"error": f"{name} does not run"}
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return {"stopped": name}


def _become_daemon(holder: int, request: dict[str, Any], tells: int) -> None:
    """Turn into a program, or into a function of this package that closes ``tells`` when ready."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.closerange(3, tells)  # the keeper's own: whoever asks must not find a daemon there
    os.closerange(tells + 1, MAX_DESCRIPTOR)
    try:
        kernel.die_with_parent()
        descriptor = os.pidfd_open(holder)
        kernel.set_namespace(descriptor, PLACE_KINDS)
        kernel.set_process_name(request["name"])
        if "argv" in request:
            os.set_inheritable(tells, False)
            os.execvp(request["argv"][0], request["argv"])
        from importlib import import_module

        run = import_module(request["module"]).run
        run(ready=lambda: os.close(tells), **request["arguments"])
    except Exception as error:  # told to whoever asked, and in the log
        with contextlib.suppress(OSError):
            os.write(tells, f"{error}".encode())
        raise
