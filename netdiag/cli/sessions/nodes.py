"""A process that asks nodes for facts once, and tells what their interfaces count if wanted."""

from __future__ import annotations

import os
import selectors

from netdiag.cli.sessions.frames import (
    CountLinks,
    FactsRead,
    Failed,
    LinksCounted,
    NodeFailed,
    ProblemsMet,
    StepTaken,
    read_wish,
    tell,
)
from netdiag.cli.sessions.framing import STDIN
from netdiag.cli.sessions.job import Job, read_job
from netdiag.cli.sessions.reader import inspection_of
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.places import PlacedPod
from netdiag.sources.live.counting import Counted, Counting
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.zipapp import probe_archive

MOST_PODS_ASKED = 64
"""Of one node; of more, none tells of its own namespace."""


def main() -> None:
    """Ask, then count until nobody listens any longer."""
    try:
        job = read_job()
        ask(job)
        count(job)
    except (BrokenPipeError, EOFError):
        os._exit(0)
    except Exception as error:
        tell(Failed(f"a fault in netdiag itself: {type(error).__name__}: {error}"))


def ask(job: Job) -> None:
    """Ask all nodes, and tell what they say."""
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
    facts = read_facts(gathered.found("").documents.values())
    gathered.close()
    tell(FactsRead(facts, inspection_of(facts)))
    tell(ProblemsMet((*job.inventory.problems, *asking.problems)))


def count(job: Job) -> None:
    """Count while that is wanted. Raises EOFError when standard input closes."""
    counting = Counting(job.inventory.nodes, probe_archive(), _tell_counted, _tell_failed)
    while True:
        ready = _await(counting)
        if STDIN in ready:
            wish = read_wish()
            if isinstance(wish, CountLinks) and wish.is_wanted != counting.is_on:
                (counting.start if wish.is_wanted else counting.stop)()
        counting.turn(ready)


def _await(counting: Counting) -> list[int]:
    with selectors.DefaultSelector() as selector:
        for descriptor in (STDIN, *counting.descriptors()):
            selector.register(descriptor, selectors.EVENT_READ)
        return [key.fd for key, _ in selector.select(counting.seconds())]


def _tell_counted(counted: Counted) -> None:
    tell(LinksCounted(counted.time_ns, tuple(counted.links.items())))


def _tell_failed(node: str, reason: str) -> None:
    tell(NodeFailed(node, reason))


if __name__ == "__main__":
    main()
