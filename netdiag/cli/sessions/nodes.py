"""A process that asks nodes for facts; while they are looked at, again, and what they count."""

from __future__ import annotations

import os
import selectors
import time

from netdiag.cli.sessions.faults import fault_words
from netdiag.cli.sessions.frames import (
    AskAgain,
    CountLinks,
    FactsRead,
    Failed,
    ProblemsMet,
    StepTaken,
    read_wish,
    tell,
)
from netdiag.cli.sessions.framing import STDIN
from netdiag.cli.sessions.job import Job, read_job
from netdiag.cli.sessions.reader import inspection_of
from netdiag.cli.sessions.told_counting import told_counting
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.places import PlacedPod
from netdiag.sources.layout import TRACE
from netdiag.sources.live.counting import Counting
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.traced import names_document
from netdiag.sources.zipapp import probe_archive

MOST_PODS_ASKED = 64
"""Of one node; of more, none tells of its own namespace."""

EVERY_SECONDS = 10.0
IDLE_SHARE = 10
"""So many times as long as asking took nobody is asked again by itself."""


def main() -> None:
    """Ask, then count until nobody listens any longer."""
    try:
        job = read_job()
        attend(job, ask(job))
    except (BrokenPipeError, EOFError):
        os._exit(0)
    except Exception as error:
        tell(Failed(fault_words(error)))


def ask(job: Job) -> float:
    """Ask all nodes, and tell what they say; return when to ask again."""
    began = time.monotonic()
    asking = Asking(probe_archive(), lambda words: tell(StepTaken(words)))
    gathered = Gathered()
    pods: dict[str, list[PlacedPod]] = {}
    for pod in job.inventory.pods:
        pods.setdefault(pod.node, []).append(pod)
    for node in job.inventory.nodes:
        if not node.is_between:
            asked = pods.get(node.name, [])
            asking.start(node, asked if len(asked) <= MOST_PODS_ASKED else [])
    asking.keep(gathered, "facts")
    gathered.add_document(names_document(job.inventory.pods), TRACE)
    facts = read_facts(gathered.found("").documents.values())
    gathered.close()
    tell(FactsRead(facts, inspection_of(facts)))
    tell(ProblemsMet((*job.inventory.problems, *asking.problems)))
    ended = time.monotonic()
    return ended + max(EVERY_SECONDS, IDLE_SHARE * (ended - began))


def attend(job: Job, next_asking: float) -> None:
    """Count and ask while that is wanted. Raises EOFError when standard input closes."""
    counting = told_counting(job.inventory.nodes)
    is_looked_at = False
    while True:
        ready = _await(counting, next_asking if is_looked_at else None)
        if STDIN in ready:
            match read_wish():
                case CountLinks(is_wanted) if is_wanted != is_looked_at:
                    is_looked_at = is_wanted
                    (counting.start if is_wanted else counting.stop)()
                case AskAgain():
                    next_asking = ask(job)
        counting.turn(ready)
        if is_looked_at and time.monotonic() >= next_asking:
            next_asking = ask(job)


def _await(counting: Counting, until: float | None) -> list[int]:
    ends = [counting.seconds(), None if until is None else max(until - time.monotonic(), 0.0)]
    timeout = min((end for end in ends if end is not None), default=None)
    with selectors.DefaultSelector() as selector:
        for descriptor in (STDIN, *counting.descriptors()):
            selector.register(descriptor, selectors.EVENT_READ)
        return [key.fd for key, _ in selector.select(timeout)]


if __name__ == "__main__":
    main()
