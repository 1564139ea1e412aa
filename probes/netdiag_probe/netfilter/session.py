"""Several namespaces watched together, from the first table to the last; then all is as it was."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple

from netdiag_probe.filters.pings import Wanted
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import complain, explain
from netdiag_probe.netfilter.events import tell_armed, tell_end, tell_rule
from netdiag_probe.netfilter.guard import Guard, Undo
from netdiag_probe.netfilter.lookup import IPTABLES_LEGACY, NFT, Lookup
from netdiag_probe.netfilter.passing import Passings
from netdiag_probe.netfilter.watch import Watch
from netdiag_probe.netns import Namespace, begin_in_namespace, identify

_REMEDY = "run it as root, or give it CAP_NET_ADMIN, and CAP_SYS_ADMIN for other namespaces"


class _Place(NamedTuple):
    namespace: Namespace
    number: int
    watch: Watch
    passings: Passings


class Session:
    """Watches namespaces together."""

    def __init__(self, lifeline: Lifeline, wanted: Wanted, *, all_rules: bool) -> None:
        self._lifeline = lifeline
        self._wanted = wanted
        self._all_rules = all_rules
        self._places: list[_Place] = []
        self._undo: list[Undo] = []
        self._guard: Guard | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._put_back()

    def arm(self, namespaces: Sequence[Namespace], deadline: float | None) -> bool:
        """Arm the namespaces; where that fails is told. Return False if none could be."""
        visits = []
        for namespace, number in _find_different(namespaces):
            watch = Watch()
            visit = begin_in_namespace(namespace, lambda watch=watch: watch.open(self._wanted))  # type: ignore[misc]
            visits.append((namespace, number, watch, visit))
        for namespace, number, watch, visit in visits:
            try:
                undo = visit.wait()
            except OSError as error:
                _complain_of(namespace, error)
                continue
            self._undo += [undo] if undo is not None else []
            lookup = Lookup(namespace, watch.netlink)
            passings = Passings(watch, lookup, all_rules=self._all_rules)
            self._places.append(_Place(namespace, number, watch, passings))
        if self._undo:
            self._guard = Guard(self._undo, deadline)  # before the first thing to put back is done
            self._complete()
        for place in self._places:
            for problem in place.watch.problems:
                complain(f"{_name(place.namespace)}: {problem}")
            for file in place.watch.files():
                self._lifeline.watch(file)
        return bool(self._places)

    def run(self) -> None:
        """Tell of rules until the end. Raise BrokenPipeError if nobody reads."""
        backends = [NFT]
        if any(place.watch.legacy_log is not None for place in self._places):
            backends.append(IPTABLES_LEGACY)
        tell_armed({place.number: place.namespace.label for place in self._places}, backends)
        complain("armed")
        while not self._lifeline.is_over:
            self._read(self._lifeline.wait())
        self._read(None)
        self._put_back()
        tell_end()

    def _read(self, ready: dict[int, int] | None) -> None:
        """Tell what there is to tell; None: of all namespaces."""
        for place in self._places:
            if ready is None or ready.keys() & set(place.watch.files()):
                for passing in place.passings.read():
                    tell_rule(passing, place.number, place.namespace.label)

    def _complete(self) -> None:
        for place in list(self._places):
            try:
                begin_in_namespace(place.namespace, place.watch.complete).wait()
            except OSError as error:
                _complain_of(place.namespace, error)
                place.watch.close()
                self._places.remove(place)

    def _put_back(self) -> None:
        """Close everything, side by side, for the kernel takes its time, and let the guard work."""
        for place in self._places:
            for file in place.watch.files():
                self._lifeline.forget(file)
        if any(place.passings.lost for place in self._places):
            complain("the kernel told more of rules than could be read: some may be missing")
        closing = [begin_in_namespace(place.namespace, place.watch.close) for place in self._places]
        self._places.clear()
        for visit in closing:
            visit.wait()
        if self._guard is not None:
            problem, self._guard = self._guard.release(), None
            if problem:
                complain(f"not everything could be put back: {problem}; try netdiag doctor")


def _find_different(namespaces: Sequence[Namespace]) -> list[tuple[Namespace, int]]:
    """Return namespaces and their numbers, each once; of several labels the first."""
    found: dict[int, Namespace] = {}
    for namespace in namespaces:
        number = identify(namespace)
        if number is None:
            complain(f"{_name(namespace)} is left out: there is no {namespace.path}")
        else:
            found.setdefault(number, namespace)
    return [(namespace, number) for number, namespace in found.items()]


def _complain_of(namespace: Namespace, error: OSError) -> None:
    remedy = f"; {_REMEDY}" if isinstance(error, PermissionError) else ""
    complain(f"{_name(namespace)} is left out: {explain(error)}{remedy}")


def _name(namespace: Namespace) -> str:
    return f"namespace {namespace.label}" if namespace.label else "the own namespace"
