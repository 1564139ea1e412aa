"""One network namespace: the table that has our packets traced, what the kernel says of them."""

from __future__ import annotations

import contextlib
import errno
import os
import random
from collections.abc import Callable, Sequence
from typing import TypeVar, Union

from netdiag_probe.filters.pings import Wanted
from netdiag_probe.messages import explain
from netdiag_probe.netfilter.guard import Undo
from netdiag_probe.netfilter.kernel import find_other_hooks
from netdiag_probe.netfilter.logger import (
    NETLINK_LOGGER,
    Logger,
    find_legacy_families,
    read_logger,
    set_logger,
)
from netdiag_probe.netfilter.nfnetlink import TABLES, Nfnetlink
from netdiag_probe.netfilter.packet_log import LARGEST_GROUP, TRACE_GROUP, open_log
from netdiag_probe.netfilter.table import BRIDGE, IPV4, IPV6, NAME, NETDEV, Plan, build_table
from netdiag_probe.netfilter.traces import NFTRACE_GROUP
from netdiag_probe.recording.interfaces import Interfaces

_Opened = TypeVar("_Opened", bound=Union[Nfnetlink, Interfaces])

_TRIES = 8
"""How many groups are tried, in case that others hear of them already."""
_NOT_KNOWN = (errno.EINVAL, errno.EOPNOTSUPP)
"""What kernels say to a flag that they don't have."""
_TAKEN = (errno.EBUSY, errno.EPERM)
"""What kernels say of a group that another process hears of."""
_NO_FAMILY = (errno.EOPNOTSUPP, errno.EAFNOSUPPORT, errno.ENOENT)


class Watch:
    """What is open in a namespace. ``open`` and ``complete`` are to be called inside of it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        """What is missing, as parts of sentences."""
        self.traces: Nfnetlink
        self.log: Nfnetlink | None = None
        """Hears the beginnings of our packets."""
        self.legacy_log: Nfnetlink | None = None
        """Hears what the tables of iptables-legacy say."""
        self.interfaces: Interfaces
        self.netlink: Nfnetlink
        """For questions; what it owns is gone when it is closed."""
        self._open: list[Callable[[], object]] = []
        self._plans: list[Plan] = []
        self._loggers: list[Logger] = []

    def open(self, wanted: Wanted) -> Undo | None:
        """Prepare everything; return what a guard has to know before it is completed.

        None: nothing, for the kernel removes everything by itself. Raise OSError.
        """
        try:
            return self._prepare(wanted)
        except BaseException:
            self.close()
            raise

    def complete(self) -> None:
        """Make what a guard watches over: it must run by now. Raise OSError."""
        for plan in self._plans:
            self._make(plan, is_owned=False)
        for logger in self._loggers:
            set_logger(logger.family, NETLINK_LOGGER)

    def files(self) -> list[int]:
        """Return what is readable when there is something to read."""
        sockets = (self.traces, self.log, self.legacy_log)
        return [each.fileno() for each in sockets if each is not None]

    def name_interface(self, number: int | None) -> str | None:
        """Return the name of an interface."""
        return self.interfaces.find(number, 0).name if number else None

    def close(self) -> None:
        """Close everything; the tables are gone after that."""
        while self._open:
            self._open.pop()()

    def _prepare(self, wanted: Wanted) -> Undo | None:
        self.netlink = self._keep(Nfnetlink())
        self.traces = self._keep(Nfnetlink(NFTRACE_GROUP))
        self.interfaces = self._keep(Interfaces())
        group = self._open_any_log()
        name = f"{NAME}_{os.getpid()}_{random.randrange(1 << 32):08x}"
        plans = [Plan(name, family, wanted, group) for family in (IPV4, IPV6)]
        hooks = find_other_hooks(self.netlink)
        plans += [Plan(name, BRIDGE, wanted, group)] if hooks.has_bridge else []
        plans += [Plan(name, NETDEV, wanted, group, hooks.devices)] if hooks.devices else []
        if not self._make_owned(plans):
            self._plans = plans
        self._prepare_legacy()
        if not self._plans and not self._loggers:
            return None
        tables = [(plan.name, plan.family) for plan in self._plans]
        namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        return Undo(namespace, self._loggers, tables)

    def _make_owned(self, plans: Sequence[Plan]) -> bool:
        """Make tables that go with our socket; False if the kernel has no such thing."""
        for plan in plans:
            try:
                self._make(plan, is_owned=True)
            except OSError as error:
                if plan is plans[0] and error.errno in _NOT_KNOWN:
                    return False
                raise
        return True

    def _make(self, plan: Plan, *, is_owned: bool) -> None:
        """Make a table; without IPv6 if the kernel has none, without a log if that cannot be."""
        try:
            self.netlink.change(TABLES, build_table(plan, is_owned=is_owned))
        except OSError as error:
            if error.errno == errno.ENOENT and plan.log_group is not None:
                self._make(plan._replace(log_group=None), is_owned=is_owned)
            elif plan.family == IPV4 or error.errno not in _NO_FAMILY:
                raise

    def _prepare_legacy(self) -> None:
        """Have the tables of iptables-legacy speak to us, where there are any."""
        families = find_legacy_families()
        if not families:
            return
        try:
            self.legacy_log = self._keep(open_log(TRACE_GROUP))
            loggers = [read_logger(family) for family in families]
        except OSError as error:
            why = "somebody else hears them" if error.errno in _TAKEN else explain(error)
            self.problems.append(f"rules of iptables-legacy are not told of: {why}")
            return
        self._loggers = [logger for logger in loggers if logger.former != NETLINK_LOGGER]

    def _open_any_log(self) -> int | None:
        """Open a log whose number nobody uses; without one, little is told of a packet."""
        for _ in range(_TRIES):
            group = random.randrange(1, LARGEST_GROUP + 1)
            with contextlib.suppress(OSError):
                self.log = self._keep(open_log(group))
                return group
        return None

    def _keep(self, opened: _Opened) -> _Opened:
        self._open.append(opened.close)
        return opened
