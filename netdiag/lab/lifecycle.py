"""A lab's life: made, changed, taken down."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from netdiag.lab import keeper, state
from netdiag.lab.blocks import underlay
from netdiag.lab.build import build, cluster_of
from netdiag.lab.cluster import MAX_NODES, Cluster
from netdiag.lab.ending import signals_held, undone_when_ended
from netdiag.lab.errors import LabError, NotPermittedError, UsageError
from netdiag.lab.keeper import Starting
from netdiag.lab.mode import Mode
from netdiag.lab.modes import mode_named
from netdiag.lab.running import Running
from netdiag.lab.site import Site
from netdiag.lab.state import Lab


@dataclass(frozen=True)
class Wanted:
    """What lab is wanted."""

    name: str
    mode: str
    nodes: int = 2
    routed: bool = False
    iptables: str = "iptables"


@contextlib.contextmanager
def raised(wanted: Wanted, *, stays: bool) -> Iterator[Running]:
    """Make a lab and work on it. ``stays``: it goes on when the work has been done.

    Else, and whenever something fails, nothing of it is left: not even when this process is killed.
    """
    mode = mode_named(wanted.mode)
    if not 1 <= wanted.nodes <= MAX_NODES:
        raise UsageError(f"a lab has 1 to {MAX_NODES} nodes, not {wanted.nodes}")
    if lack := mode.lacking():
        raise NotPermittedError(f"{mode.name} is not available here: {lack}")
    cluster = cluster_of(mode, nodes=wanted.nodes, routed=wanted.routed)
    with _started(wanted, mode, cluster) as (starting, lab):
        folder = str(state.folder_of(lab.name))
        with _told_if_gone(lab), Site(folder, lab.places, lab.process) as site:
            build(site, mode, cluster, iptables=wanted.iptables)
            yield Running(lab, mode, cluster, site)
        if stays:
            starting.stay()


@contextlib.contextmanager
def _started(wanted: Wanted, mode: Mode, cluster: Cluster) -> Iterator[tuple[Starting, Lab]]:
    """Have a lab's places and its folder, both gone afterwards unless it was told to stay."""
    pods = [pod.name for pod in cluster.pods]
    hosts = underlay.hosts(routed=cluster.routed, outside=mode.outside)
    places = [*hosts, *(node.name for node in cluster.nodes), *pods]
    with contextlib.ExitStack() as listening, contextlib.ExitStack() as undoing:
        with state.locked(), signals_held():
            folder = _new_folder(wanted.name)
            listening.enter_context(undone_when_ended(lambda: _end_at_once(wanted.name)))
            undoing.callback(_forget, wanted.name)
            starting = Starting(places, pods=pods, folder=folder)
            undoing.pop_all()
            undoing.callback(_forget, wanted.name, starting.process)
            undoing.callback(starting.close)
            lab = Lab(
                wanted.name, wanted.mode, wanted.nodes, cluster.routed, starting.process,
                state.start_time(starting.process) or 0, starting.places,
                stand_ins=tuple(filter(None, (each.stand_in() for each in mode.carriers()))),
                iptables=wanted.iptables,
            )  # fmt: skip
            state.write_lab(lab)
        yield starting, lab
        if starting.stays:
            undoing.pop_all()
            starting.close()


def _end_at_once(name: str) -> None:
    """End a lab in a process that is about to end itself, whatever it was doing."""
    state.end_lab(name, meanwhile=_reap)
    state.forget_root()


def _reap() -> None:
    """Take leave of children: one in the lab that nobody waits for keeps the lab from ending."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _forget(name: str, process: int | None = None) -> None:
    """End the lab of this name, if known with this keeper: there may be a newer one."""
    with state.locked():
        state.end_lab(name, process=process)


@contextlib.contextmanager
def opened(name: str | None) -> Iterator[Running]:
    """Work on a lab that is up, and nobody else at the same time.

    Raises UsageError if there is none.
    """
    chosen = state.read_lab(name).name
    with state.held(chosen):
        lab = state.read_lab(chosen)
        mode = mode_named(lab.mode)
        cluster = cluster_of(mode, nodes=lab.nodes, routed=lab.routed)
        folder = str(state.folder_of(lab.name))
        with _told_if_gone(lab), Site(folder, lab.places, lab.process) as site:
            yield Running(lab, mode, cluster, site)


def take_down(name: str | None) -> tuple[str, ...]:
    """End the lab of this name; without one the only lab, and what is left of dead ones.

    Returns the names of those that there were.
    """
    with state.locked():
        alive = {lab.name for lab in state.read_labs() if lab.is_alive}
        names = [name] if name is not None else _without_name(alive)
        return tuple(each for each in names if state.end_lab(each))


def _without_name(alive: set[str]) -> list[str]:
    dead = [each for each in state.names() if each not in alive]
    if len(alive) > 1 and state.DEFAULT_NAME not in alive:
        raise UsageError(f"several labs are up ({', '.join(sorted(alive))}): say which by --name")
    return [*dead, *([state.DEFAULT_NAME] if state.DEFAULT_NAME in alive else sorted(alive))]


def _new_folder(name: str) -> str:
    for lab in state.read_labs():
        if lab.name == name and lab.is_alive:
            raise UsageError(
                f"a lab named {name} is up already ({lab.mode}): 'netdiag lab down' it, "
                "or give this one another --name"
            )
    state.end_lab(name)
    return str(state.make_folder(name))


@contextlib.contextmanager
def _told_if_gone(lab: Lab) -> Iterator[None]:
    """Say of work that fails because somebody took the lab down that this is why."""
    try:
        yield
    except (LabError, OSError):
        if _answers(lab):
            raise
        raise LabError(f"{lab.name} was taken down meanwhile") from None


def _answers(lab: Lab) -> bool:
    try:
        keeper.ask(str(state.folder_of(lab.name)), do="list")
    except LabError:
        return False
    return True
