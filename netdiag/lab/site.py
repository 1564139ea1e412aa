"""A lab that is there: its places, and what can be done inside of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from netdiag.lab import keeper, kernel, scenery
from netdiag.lab.errors import LabError, NotPermittedError

if TYPE_CHECKING:
    from netdiag.lab.netlink import Netlink

COMMAND_SECONDS: Final = 20.0
_ENTERED: Final = (("net", kernel.NEW_NET), ("uts", kernel.NEW_UTS), ("mnt", kernel.NEW_MOUNT))


class Site:
    """The places of a lab that runs.

    An ordinary user's lab is in a user namespace of its own, which the process enters for good
    when the site is opened: before any thread is started.
    """

    def __init__(self, folder: str, places: Mapping[str, int], keeper_process: int) -> None:
        """Open it. ``folder`` is the keeper's; process ids are those seen from here."""
        self.folder = folder
        self.places = places
        self._netlinks: dict[str, Netlink] = {}
        self._spawned: list[subprocess.Popen[Any]] = []
        self._home = {kind: _open_namespace("self", kind) for kind in ("net", "pid")}
        try:
            self.is_roots = not self._enter_user_namespace(keeper_process)
            """Whether root made it, and not an ordinary user."""
            if not self.is_roots:
                self._home.clear()  # no privilege is left to go back with
            self._lab_processes = _open_namespace(keeper_process, "pid")
            self._networks = {place: _open_namespace(at, "net") for place, at in places.items()}
        except FileNotFoundError:
            raise LabError("the lab is gone: its processes have ended") from None
        except PermissionError:
            raise NotPermittedError("this lab belongs to another user") from None

    def _enter_user_namespace(self, process: int) -> bool:
        own = os.stat("/proc/self/ns/user")
        descriptor = _open_namespace(process, "user")
        try:
            if os.fstat(descriptor).st_ino == own.st_ino:
                return False
            kernel.set_namespace(descriptor, kernel.NEW_USER)
            return True
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """End what was started here and still runs; give sockets and descriptors back."""
        for process in self._spawned:
            if process.poll() is None:
                process.kill()
            process.wait()  # one that nobody waited for would keep the lab from ending
        for netlink in self._netlinks.values():
            netlink.close()
        self._netlinks.clear()
        for descriptor in (*self._networks.values(), *self._home.values(), self._lab_processes):
            os.close(descriptor)

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def netlink(self, place: str) -> Netlink:
        """Return the network configuration of a place."""
        if place not in self._netlinks:
            from netdiag.lab.netlink import Netlink

            with self.network(place):
                self._netlinks[place] = Netlink()
        return self._netlinks[place]

    @contextlib.contextmanager
    def network(self, place: str) -> Iterator[None]:
        """Be in a place's network namespace: what is opened there stays there."""
        kernel.set_namespace(self._networks[place], kernel.NEW_NET)
        try:
            yield
        finally:
            self._go_home("net", kernel.NEW_NET)

    def set_sysctls(self, place: str, settings: Mapping[str, int]) -> None:
        """Write kernel settings of a place's network namespace: ``net/ipv4/ip_forward``.

        One that this kernel does not have is left out.
        """
        with self.network(place):
            for name, value in settings.items():
                with contextlib.suppress(FileNotFoundError):
                    Path(f"/proc/sys/{name}").write_text(str(value), encoding="ascii")

    def write_file(self, place: str, path: str, text: str) -> None:
        """Write a file that only this place sees."""
        scenery.write_own(path, text, root=self._root(place))

    def read_file(self, place: str, path: str) -> bytes | None:
        """Return a file as the place sees it, None if there is none."""
        try:
            with open(self._root(place) + path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def _go_home(self, kind: str, flag: int) -> None:
        if kind in self._home:
            kernel.set_namespace(self._home[kind], flag)

    def _root(self, place: str) -> str:
        return f"/proc/{self.places[place]}/root"

    def spawn(self, place: str, command: Sequence[str], **settings: Any) -> subprocess.Popen[Any]:
        """Start a program in a place; settings as in ``subprocess.Popen``.

        Raises NotPermittedError if the program is not installed.
        """
        holder = self.places[place]
        kernel.set_namespace(self._lab_processes, kernel.NEW_PID)
        try:
            process = subprocess.Popen(
                command, preexec_fn=lambda: _enter(holder), env=_environment(), **settings
            )
        except FileNotFoundError:
            raise NotPermittedError(f"{command[0]} is not installed") from None
        finally:
            self._go_home("pid", kernel.NEW_PID)
        self._spawned.append(process)
        return process

    def run(self, place: str, command: Sequence[str], *, given: str | None = None) -> str:
        """Run a program in a place and return what it printed. Raises LabError if it fails."""
        process = self.spawn(
            place,
            command,
            stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return finish(process, command, given)

    def run_everywhere(self, command: Sequence[str], given: Mapping[str, str]) -> None:
        """Run one program in several places side by side, each with its own standard input."""
        running = [
            (self.spawn(place, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE, text=True), text)
            for place, text in given.items()
        ]  # fmt: skip
        for process, text in running:
            finish(process, command, text)

    def start(self, name: str, place: str, command: Sequence[str]) -> None:
        """Start a program that lives as long as the lab."""
        keeper.ask(self.folder, do="start", name=name, place=place, argv=list(command))

    def start_own(self, name: str, place: str, module: str, **arguments: Any) -> None:
        """Start a daemon of this package (``run`` of a module), and wait until it is ready."""
        keeper.ask(
            self.folder, do="start", name=name, place=place, module=module, arguments=arguments
        )

    def stop(self, name: str) -> None:
        """End a daemon."""
        keeper.ask(self.folder, do="stop", name=name)

    def daemons(self) -> tuple[str, ...]:
        """Return the names of the daemons that run."""
        return tuple(keeper.ask(self.folder, do="list")["daemons"])

    def run_attached(self, place: str, command: Sequence[str]) -> int:
        """Run a program in a place with this process's terminal; return its exit code."""
        process = self.spawn(place, command)
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:  # it had the same Ctrl-C, and answers it as it likes
                continue
            return 128 - code if code < 0 else code


def finish(process: subprocess.Popen[Any], command: Sequence[str], given: str | None) -> str:
    """Wait for a program and return what it printed. Raises LabError if it failed."""
    try:
        printed, complaint = process.communicate(given, timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise LabError(f"{command[0]} did not end in {COMMAND_SECONDS:.0f} s") from None
    if process.returncode != 0:
        why = (complaint or printed or "").strip().splitlines()
        raise LabError(f"{' '.join(command)}: {why[0] if why else process.returncode}")
    return str(printed)


def find_program(name: str) -> str | None:
    """Return where a program is, also if only administrators have its folder in their path."""
    return shutil.which(name, path=_search_path())


def _search_path() -> str:
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([*path, *(each for each in ("/usr/sbin", "/sbin") if each not in path)])


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": _search_path()}


def _open_namespace(process: int | str, kind: str) -> int:
    return os.open(f"/proc/{process}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)


def _enter(holder: int) -> None:
    """Move a process that is about to become a program into a place."""
    kernel.die_with_parent()
    folder = os.getcwd()
    opened = [(_open_namespace(holder, name), kind) for name, kind in _ENTERED]
    for descriptor, kind in opened:
        kernel.set_namespace(descriptor, kind)
    with contextlib.suppress(OSError):
        os.chdir(folder)
