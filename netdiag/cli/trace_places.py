"""Where a trace looks for its two ends: what was named, else a lab, this machine, or a cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from netdiag.cli.inventory_options import read_inventory
from netdiag.cli.kubernetes_options import KubernetesOptions, check_places, opened
from netdiag.cli.output import say
from netdiag.sources.inventory.choosing import choose_inventory, some_lab_is_up
from netdiag.sources.inventory.ends import End, find_end
from netdiag.sources.inventory.places import Inventory, InventoryError, LackingError

if TYPE_CHECKING:
    from netdiag.sources.kubernetes.contexts import ContextRequest


@dataclass(frozen=True)
class NamedPlaces:
    """What was typed: ``--lab``, ``--local``, ``--inventory``, and all of a cluster."""

    lab: str | None
    local: bool
    file: str | None
    kubernetes: KubernetesOptions

    @property
    def is_typed(self) -> bool:
        """Tell whether any option was typed."""
        return self.is_here or self.kubernetes.is_typed

    @property
    def is_here(self) -> bool:
        """Tell whether a place was named that is no cluster."""
        return self.lab is not None or self.local or self.file is not None

    def check(self) -> None:
        """Refuse to look in two kinds of places at once."""
        check_places(self.kubernetes, self.lab, self.local, self.file)

    def ask_ahead(self) -> ContextRequest | None:
        """Have kubectl begin to look up its context, if it is a cluster that is named."""
        is_meant = self.kubernetes.is_meant and not self.is_here
        return self.kubernetes.ask_for_context() if is_meant else None

    def in_cluster(self, source: str, destination: str) -> bool:
        """Tell whether it is a cluster that is looked in."""
        if self.is_here:
            return False
        if self.kubernetes.is_meant:
            return True
        if some_lab_is_up() or not self.kubernetes.has_context():
            return False
        return not _is_here(source, destination)


@dataclass(frozen=True)
class TracePlaces:
    """An inventory, and the ends as they are to be typed for it."""

    inventory: Inventory
    source: str
    destination: str


@contextlib.contextmanager
def open_places(
    named: NamedPlaces, ends: tuple[str, str], seconds: float, tell: Callable[[str], None],
    meanwhile: Callable[[], None], asked: ContextRequest | None,
) -> Iterator[TracePlaces]:  # fmt: skip
    """Have the places while the block lasts; of a cluster, probe pods for so many seconds.

    ``meanwhile`` is called as soon as there is nothing else to be done; ``asked`` is what was
    asked ahead.
    """
    if named.in_cluster(*ends):
        cluster = named.kubernetes.cluster(seconds, tell, asked)
        with opened(replace(cluster, meanwhile=meanwhile), *ends) as found:
            yield TracePlaces(found.inventory, *found.typed)
    else:
        meanwhile()
        yield TracePlaces(read_inventory(named.lab, named.local, named.file), *ends)


def with_addresses(found: TracePlaces) -> Inventory:
    """Return the inventory, the two ends asked for their addresses if it lists none."""
    inventory = found.inventory
    if all(node.addresses for node in inventory.nodes) and all(
        pod.addresses for pod in inventory.pods
    ):
        return inventory
    from netdiag.sources.live.own_addresses import with_own_addresses
    from netdiag.sources.zipapp import probe_archive

    typed = (found.source, found.destination)
    try:
        return with_own_addresses(inventory, typed, probe_archive(), say)
    except InventoryError as error:
        raise click.UsageError(str(error)) from None


def tell_of_nested(ends: tuple[End, End]) -> None:
    """Say what is not captured where a container holds pods, as kind's nodes do."""
    for pod in dict.fromkeys(end.pod for end in ends if end.pod is not None):
        if pod.is_nested:
            say(f"{pod.name} is in a container that itself is on this machine: what lies between "
                "is not captured; an inventory file can name both")  # fmt: skip


def _is_here(source: str, destination: str) -> bool:
    """Tell whether both are known on this machine, if it can be looked at."""
    try:
        here = choose_inventory(local=True)
        return find_end(here, source).node is not None and bool(find_end(here, destination))
    except (InventoryError, LackingError):
        return False
