"""The steps of a trace: captures armed, nodes asked, a ping sent, everything stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from netdiag.sources.inventory.late_documents import ask_for
from netdiag.sources.inventory.places import Inventory, LackingError
from netdiag.sources.layout import KUBERNETES
from netdiag.sources.live.captures import LiveCaptures, Wanted, hosts_of
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.kernel_watch import DROPS, RULES, KernelWatch
from netdiag.sources.live.patience import Tell
from netdiag.sources.live.sending import Sending
from netdiag.sources.live.traced import TraceTaken, TraceWanted

NEIGHBOUR_SECONDS: Final = 4.0
"""Three unanswered ARP requests, a second apart, and a little more: then the packet is dropped."""
NEIGHBOUR_GIVEN_UP: Final = b'"NEIGH_FAILED"'
_LOOK_SECONDS: Final = 0.05
_SPARE_SECONDS: Final = 120.0


Armed = Callable[[Gathered], None]
"""Is told what is gathered, once all capture."""


def take_trace(
    inventory: Inventory, wanted: TraceWanted, archive: bytes, tell: Tell, warn: Tell,
    armed: Armed | None = None,
) -> TraceTaken:  # fmt: skip
    """Trace a ping; ``archive`` is the probe, ``tell`` gets a sentence for each step,
    ``warn`` one if a node keeps all waiting, ``armed`` what is gathered once all capture.

    Ctrl-C ends it with what there is. Raises LackingError if nothing could be captured.
    """
    taken = TraceTaken(Gathered())
    trace = _Trace(inventory, wanted, archive, tell, warn, taken, armed)
    try:
        trace.run()
    except KeyboardInterrupt:
        taken.interrupted = True
    finally:
        trace.stop()
    return taken


class _Trace:
    """The steps, and what watches meanwhile: captures, and the kernels' own words."""

    def __init__(
        self, inventory: Inventory, wanted: TraceWanted, archive: bytes, tell: Tell,
        warn: Tell, taken: TraceTaken, told: Armed | None,
    ) -> None:  # fmt: skip
        self._inventory = inventory
        self._armed = told
        self._wanted = wanted
        self._tell = tell
        self._taken = taken
        self._nodes = wanted.nodes(inventory)
        capturing = Wanted(
            wanted.ping.token, wanted.ping.identifier, hosts_of(self._nodes),
            ports=tuple(wanted.ports.source_ports) if wanted.ports else (),
            deadline=wanted.ping.seconds + _SPARE_SECONDS,
            ends=tuple(dict.fromkeys(end.address for end in wanted.ends)),
        )  # fmt: skip
        self._captures = LiveCaptures(taken.gathered, capturing, archive, warn)
        words = [*capturing.ours(), "--deadline", f"{capturing.deadline:g}"]
        self._drops = KernelWatch(DROPS, words, taken.gathered, archive, warn)
        self._rules = KernelWatch(RULES, words, taken.gathered, archive, warn)
        self._asking = Asking(archive, warn)
        self._sending = Sending(wanted, archive, tell, taken)
        self._has_begun = False

    def run(self) -> None:
        self._taken.gathered.add_document(self._wanted.document(self._inventory), "trace.json")
        self._wanted.check_begin()
        self._start()
        self._arm()
        if self._wanted.rules:
            self._trace_rules()
        self._has_begun = True
        self._sending.ping()
        if self._wanted.mtu:
            self._sending.sweep_sizes()
        self._rules.stop()
        if self._sending.has_failed:
            self._ask()
            self._asking.keep(self._taken.gathered, "facts-after")
            self._await_neighbours()

    def stop(self) -> None:
        """End all that runs and keep what went wrong."""
        self._asking.give_up()
        is_over = self._sending.is_over
        if not is_over:  # nothing may be sent that is not captured everywhere
            self._sending.stop()
        if self._taken.interrupted:
            self._captures.forget_unarmed()
        self._drops.let_go()
        self._rules.let_go()
        self._captures.let_go()
        try:
            if self._has_begun:
                self._add_documents()
        except KeyboardInterrupt:  # they are waited for no longer
            self._taken.interrupted = True
        finally:
            self._captures.stop()
        if is_over:  # which takes no time any more
            self._sending.stop()
        self._drops.stop()
        self._rules.stop()
        self._taken.problems += [
            f"{node}: which rule drops packets is not told: {why}"
            for node, why in (*self._rules.notes.items(), *self._rules.complaints.items())
        ]
        self._taken.not_watched |= self._drops.notes
        self._taken.is_partial |= bool(self._captures.problems)
        self._taken.problems += [*self._captures.problems, *self._asking.problems]

    def _add_documents(self) -> None:
        """Keep what the cluster says; it may have to be waited for, and so comes late."""
        for name, document in self._inventory.documents.items():
            self._taken.gathered.add_document(document, KUBERNETES, name)

    def _start(self) -> None:
        """Start all that watches, and ask nodes, all of it side by side."""
        for node in self._nodes:
            self._captures.start_at(node, self._wanted.places_on(node))
            if self._wanted.drops and not node.is_without_python:  # which is told elsewhere
                self._drops.start(node, self._wanted.pods_asked(node, self._inventory))
        self._captures.send()
        self._drops.send()
        self._ask()
        self._sending.prepare()
        ask_for(self._inventory.documents)

    def _arm(self) -> None:
        """Wait until all that can watches, and for what nodes say; give up on those that do not
        answer. Raises LackingError if that leaves nothing.
        """
        armed = self._captures.arm()
        if armed == 0:
            raise LackingError("; ".join(self._captures.died()) or "no capture could be started")
        if self._armed is not None:
            self._armed(self._taken.gathered)
        self._tell(f"capturing in {armed} network namespaces of {len(self._nodes)} nodes")
        silent = self._captures.silent
        self._asking.give_up_on(silent)
        self._asking.keep(self._taken.gathered, "facts")
        begin = self._wanted.source.node
        if begin is not None and begin.name in silent:
            raise LackingError(f"{begin.name} does not answer, and the ping would begin there")
        self._drops.give_up_on(silent)
        self._drops.arm()

    def _ask(self) -> None:
        for node in self._nodes:
            if not node.is_between:
                self._asking.start(node, self._wanted.pods_asked(node, self._inventory))

    def _trace_rules(self) -> None:
        """Have nodes trace our packets through their rules: after the first look at those rules,
        and until the second, for meanwhile there is one more table.
        """
        for node in self._nodes:
            if node.name not in self._captures.silent:
                self._rules.start(node, self._wanted.pods_asked(node, self._inventory))
        self._rules.send()
        self._rules.arm()
        self._tell("tracing our packets through the rules of packet filters")

    def _await_neighbours(self) -> None:
        """Give kernels the time to give up on neighbours that do not answer, and to say so."""
        deadline = time.monotonic() + NEIGHBOUR_SECONDS
        if not self._drops.is_on or not _has_incomplete_neighbours(self._taken.gathered):
            return
        self._tell("waiting until kernels give up on neighbours that do not answer")
        while not self._drops.has_heard(NEIGHBOUR_GIVEN_UP) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)


def _has_incomplete_neighbours(gathered: Gathered) -> bool:
    """Tell whether a packet still waits for somebody's address on the link."""
    return any(
        parts[-1] == "ip_neigh.json" and "facts-after" in parts and b"INCOMPLETE" in text
        for parts in gathered.documents()
        for text in (gathered.read(parts),)
    )
