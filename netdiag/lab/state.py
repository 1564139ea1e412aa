"""What is remembered of the labs that are up: one folder each, with the keeper's socket."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import re
import select
import shutil
import signal
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from netdiag.lab.errors import LabError, UsageError

DEFAULT_NAME: Final = "lab"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}")
_LOCK: Final = ".lock"
_END_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.01


class Lab(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """A lab that is up."""

    name: str
    mode: str
    nodes: int
    routed: bool
    process: int
    """Process id of its keeper."""
    started: int
    """When the kernel started the keeper, in clock ticks: tells it from a later process."""
    places: dict[str, int]
    """Process id of each place's holder."""
    faults: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    """What is not the kernel's own, and why."""
    iptables: str = "iptables"
    """The program that its packet filters are set by."""

    @property
    def is_alive(self) -> bool:
        """Tell whether its keeper still runs."""
        return start_time(self.process) == self.started


def start_time(process: int) -> int | None:
    """Return when the kernel started a process, in clock ticks; None if it is gone or a zombie.

    Source: ``/proc/PID/stat``, proc(5).
    """
    try:
        words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = words.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def checked_name(name: str) -> str:
    """Return a lab's name. Raises UsageError if it is none."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a lab: up to 32 small letters, digits, '-', '_' and '.'"
        )
    return name


@functools.cache
def root() -> Path:
    """Return the folder that all labs of this user are in.

    Asked once: who enters an ordinary user's lab is root there, and still the same user here.
    """
    user = os.geteuid()
    if user == 0:
        return Path("/run/netdiag/labs")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and _is_private(Path(runtime)):  # after "su" it may be somebody else's
        return Path(runtime, "netdiag-labs")
    return Path(f"/tmp/netdiag-labs-{user}")


def folder_of(name: str) -> Path:
    """Return the folder of one lab."""
    return root() / checked_name(name)


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Have the labs to oneself, while one is made, changed or taken down."""
    while True:
        _make_private(root())
        path = root() / _LOCK
        with open(path, "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists() or path.stat().st_ino != os.fstat(lock.fileno()).st_ino:
                continue  # whoever had it before removed it
            try:
                yield
            finally:
                forget_root()
            return


@contextlib.contextmanager
def held(name: str) -> Iterator[None]:
    """Have one lab to oneself, while it is changed. Raises LabError if it is gone."""
    try:
        folder = os.open(folder_of(name), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise LabError(f"{name} was taken down meanwhile") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:  # something else: told below
        pass
    except OSError as error:
        raise LabError(f"{folder} cannot be made: {error.strerror}") from None
    _check_private(folder)


def _check_private(folder: Path) -> None:
    """Raise LabError if others may have made a folder, or have put something into it."""
    if not _is_private(folder):
        raise LabError(
            f"{folder} is no folder of yours alone: remove it, or have XDG_RUNTIME_DIR name one"
        )


def _is_private(folder: Path) -> bool:
    """Tell whether this is a folder, and no link to one, that only this user may write to."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_ones_own = found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return stat.S_ISDIR(found.st_mode) and is_ones_own


def read_labs() -> tuple[Lab, ...]:
    """Return the labs that are remembered, alive or not, by name."""
    found = (_read(each) for each in _folders())
    return tuple(lab for lab in found if lab is not None)


def names() -> tuple[str, ...]:
    """Return the names of all labs that left a folder, alive or not."""
    return tuple(folder.name for folder in _folders())


def _folders() -> list[Path]:
    """Return the folders of all labs, alive or not, by name."""
    folder = root()
    if not os.path.lexists(folder):
        return []
    _check_private(folder)
    with contextlib.suppress(FileNotFoundError):  # the last lab has just gone
        return sorted(each for each in folder.iterdir() if each.is_dir())
    return []


def read_lab(name: str | None) -> Lab:
    """Return the lab of this name, without a name the one that is up.

    Raises UsageError if there is none, or if there are several and no name.
    """
    alive = [lab for lab in read_labs() if lab.is_alive]
    if name is None:
        named = [lab for lab in alive if lab.name == DEFAULT_NAME] or alive
        if len(named) > 1:
            raise UsageError(f"several labs are up ({_names(alive)}): say which by --name")
    else:
        named = [lab for lab in alive if lab.name == checked_name(name)]
    if not named:
        which = "no lab is up" if name is None else f"no lab named {name} is up"
        others = f" (there is {_names(alive)})" if alive else ""
        raise UsageError(f"{which}{others}: 'netdiag lab up MODE' makes one")
    return named[0]


def write_lab(lab: Lab) -> None:
    """Remember a lab. Raises LabError if it was taken down meanwhile."""
    target = folder_of(lab.name) / "state.json"
    fresh = target.with_suffix(".new")
    try:
        fresh.write_bytes(msgspec.json.encode(lab))
        fresh.replace(target)
    except FileNotFoundError:
        raise LabError(f"{lab.name} was taken down meanwhile") from None


def end_lab(
    name: str,
    meanwhile: Callable[[], object] | None = None,
    *,
    process: int | None = None,
) -> bool:
    """End a lab and forget it; return False if there was none.

    ``meanwhile`` is called now and then while its processes end. ``process``: only the lab with
    this keeper, not a newer one of its name.
    """
    folder = folder_of(name)
    if not folder.is_dir():
        return False
    lab = _read(folder)
    if lab is not None and process not in (None, lab.process):
        return False
    if lab is not None and lab.is_alive:
        _end(lab, meanwhile)
    shutil.rmtree(folder)
    return True


def make_folder(name: str) -> Path:
    """Make the folder of a lab. Raises FileExistsError if it is there."""
    folder = folder_of(name)
    _make_private(root())  # whoever ended the last lab may just have removed it
    folder.mkdir(mode=0o700)
    return folder


def forget_root() -> None:
    """Remove the folder of the labs when there is none left."""
    folder = root()
    with contextlib.suppress(OSError):
        if [each.name for each in folder.iterdir()] == [_LOCK]:
            (folder / _LOCK).unlink()
            folder.rmdir()
            if folder.parent.name == "netdiag":
                folder.parent.rmdir()


def _end(lab: Lab, meanwhile: Callable[[], object] | None) -> None:
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(lab.process)
        try:
            if lab.is_alive:
                holders = {each: start_time(each) for each in lab.places.values()}
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                _wait(descriptor, holders, meanwhile)
        finally:
            os.close(descriptor)


def _wait(
    descriptor: int, holders: Mapping[int, int | None], meanwhile: Callable[[], object] | None
) -> None:
    """Wait for the keeper's end, or that of all it keeps.

    The kernel lets it end only when somebody has taken leave of every process that was sent in:
    one whose parent is stopped holds it up, and no namespace with it.
    """
    deadline = time.monotonic() + _END_SECONDS
    while not select.select([descriptor], [], [], _LOOK_SECONDS)[0]:
        if all(start_time(each) != started for each, started in holders.items()):
            return
        if time.monotonic() > deadline:
            raise LabError("the lab's processes do not end")
        if meanwhile is not None:
            meanwhile()


def _read(folder: Path) -> Lab | None:
    try:
        return msgspec.json.decode((folder / "state.json").read_bytes(), type=Lab)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _names(labs: list[Lab]) -> str:
    return ", ".join(lab.name for lab in labs)
