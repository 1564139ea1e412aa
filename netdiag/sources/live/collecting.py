"""A collection: facts and a timed capture of nodes, without a ping."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netdiag.sources.inventory.places import Inventory, LackingError, PlacedNode
from netdiag.sources.layout import KUBERNETES
from netdiag.sources.live.captures import LiveCaptures, Wanted
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered

_SPARE_SECONDS = 60.0
_LOOK_SECONDS = 0.5


@dataclass
class Collected:
    """What came of it."""

    gathered: Gathered
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False


@dataclass(frozen=True)
class CollectionWanted:
    """What is collected."""

    seconds: float
    interfaces: tuple[str, ...] = ()
    expression: str | None = None
    command: str = "netdiag collect"


def collect(
    inventory: Inventory,
    nodes: Sequence[PlacedNode],
    wanted: CollectionWanted,
    archive: bytes,
    tell: Callable[[str], None],
) -> Collected:
    """Collect from nodes and their pods until the time is over, or until Ctrl-C.

    Raises LackingError if nothing could be captured.
    """
    collected = Collected(Gathered())
    names = {node.name for node in nodes}
    told = {
        "taken_by": wanted.command,
        "inventory": inventory.source,
        "pods": [pod.name for pod in inventory.pods if pod.node in names],
    }
    text = json.dumps(told, indent=1).encode() + b"\n"
    collected.gathered.add_document(text, "trace.json")
    capturing = Wanted(
        interfaces=wanted.interfaces, expression=wanted.expression,
        deadline=wanted.seconds + _SPARE_SECONDS,
    )  # fmt: skip
    captures = LiveCaptures(collected.gathered, capturing, archive, tell)
    asking = Asking(archive, tell)
    try:
        for node in nodes:
            pods = [pod for pod in inventory.pods if pod.node == node.name]
            captures.start(node, pods)
            asking.start(node, pods)
        captures.send()
        for name, document in inventory.documents.items():  # may have to be waited for
            collected.gathered.add_document(document, KUBERNETES, name)
        if captures.arm() == 0:
            raise LackingError("; ".join(captures.died()) or "no capture could be started")
        asking.give_up_on(captures.silent)
        asking.keep(collected.gathered, "facts")
        tell(f"capturing on {', '.join(node.name for node in nodes)} for {wanted.seconds:g} s")
        _wait(wanted.seconds, captures)
    except KeyboardInterrupt:
        collected.interrupted = True
    finally:
        asking.give_up()
        captures.stop()
        collected.problems += [*captures.problems, *asking.problems]
    return collected


def _wait(seconds: float, captures: LiveCaptures) -> None:
    """Wait for the time to pass, or for all captures to die."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and captures.some_run():
        time.sleep(min(left, _LOOK_SECONDS))
