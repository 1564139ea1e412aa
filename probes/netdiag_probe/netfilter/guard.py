"""A process that puts back what the kernel would not by itself, however the probe ends.

It is in a session of its own, so what kills the probe and its process group leaves it alone. It
waits for the pipe to close, of which the probe holds the other end, and at most so long.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from netdiag_probe.lifeline import ENDING_SIGNALS
from netdiag_probe.messages import explain
from netdiag_probe.netfilter.logger import Logger, restore_logger
from netdiag_probe.netfilter.nfnetlink import TABLES, Nfnetlink
from netdiag_probe.netfilter.table import build_removal
from netdiag_probe.netns import Namespace, begin_in_namespace

SPARE_SECONDS = 5.0
"""How long after its deadline the probe may take to put everything back itself."""


class Undo(NamedTuple):
    """What is to be put back in a network namespace."""

    namespace: int
    """A file of it that is open."""
    loggers: Sequence[Logger]
    tables: Sequence[tuple[str, int]]
    """Names and families of tables that the kernel does not remove by itself."""


class Guard:
    """The process, as the probe sees it. To be made while this has one thread only."""

    def __init__(self, undo: Sequence[Undo], deadline: float | None) -> None:
        """Start it. Raise OSError."""
        self._undo = undo
        reader, self._writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _guard(reader, undo, deadline)
        os.close(reader)

    def release(self) -> str:
        """Have everything put back; return what went wrong, empty if nothing."""
        os.close(self._writer)
        _, status = os.waitpid(self._pid, 0)
        problem = _put_back(self._undo) if status else ""  # somebody has killed it
        for each in self._undo:
            os.close(each.namespace)
        return problem


def _guard(reader: int, undo: Sequence[Undo], deadline: float | None) -> NoReturn:
    """Be that process."""
    status = 1
    try:
        os.setsid()
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        _let_go_of_all_but({reader, *(each.namespace for each in undo)})
        poll = select.poll()
        poll.register(reader, select.POLLIN)
        poll.poll(None if deadline is None else (deadline + SPARE_SECONDS) * 1000)
        status = 1 if _put_back(undo) else 0
    finally:
        os._exit(status)


def _put_back(undo: Sequence[Undo]) -> str:
    """Put everything back that can be; return what went wrong, empty if nothing."""
    problems = []
    for each in undo:
        place = Namespace("", f"/proc/self/fd/{each.namespace}")
        try:
            begin_in_namespace(place, lambda each=each: _put_back_in(each)).wait()  # type: ignore[misc]
        except OSError as error:
            problems.append(explain(error))
    return "; ".join(problems)


def _put_back_in(undo: Undo) -> None:
    for logger in undo.loggers:
        restore_logger(logger)
    if not undo.tables:
        return
    with Nfnetlink() as netlink:
        for name, family in undo.tables:
            try:
                netlink.change(TABLES, [build_removal(name, family)])
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise


def _let_go_of_all_but(kept: set[int]) -> None:
    """Close all files: the tables that sockets own go with the last who has those open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name))
