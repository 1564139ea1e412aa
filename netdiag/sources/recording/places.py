"""Where packets are captured: words of a user -> network namespaces, and interfaces there.

A place is a node's own network namespace, or a pod's. A pattern chooses interfaces by name or
glob (``eth0``, ``veth*``), by role (``@overlay``), each also at some places only
(``node-1/flannel.1``, ``node-*/pod-a/@pod``).
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Final, NamedTuple, get_args

from netdiag.model.report import Role
from netdiag.sources.inventory.ends import PREFIXES, unknown
from netdiag.sources.inventory.places import Inventory, InventoryError, PlacedNode, PlacedPod

ROLES: Final[tuple[Role, ...]] = get_args(Role)
ROLE_MARK: Final = "@"
ANY: Final = "any"
"""As tcpdump calls all interfaces together."""

_SPECIAL: Final = frozenset("*?[")


@dataclass(frozen=True)
class CapturedPlace:
    """A network namespace that is captured in."""

    node: PlacedNode
    pod: PlacedPod | None = None

    @property
    def name(self) -> str:
        """Return ``node-1`` or ``node-1/pod-a``: what names of its interfaces begin with."""
        return f"{self.node.name}/{self.pod.folder}" if self.pod else self.node.name


class Pattern(NamedTuple):
    """What ``-i`` asks for."""

    typed: str
    place: str
    """Glob of places' names, empty: all."""
    interface: str
    """Glob of names, empty if it is a role."""
    role: Role | None

    @property
    def is_glob(self) -> bool:
        """Tell whether it may choose what is not there yet."""
        return not self.role and not _SPECIAL.isdisjoint(self.interface)

    def fits_place(self, name: str) -> bool:
        """Tell whether it is about a place of this name."""
        return not self.place or fnmatchcase(name, self.place)

    def fits(self, name: str) -> bool:
        """Tell whether it chooses an interface by name."""
        return self.role is None and fnmatchcase(name, self.interface)


def read_pattern(typed: str) -> Pattern:
    """Return the pattern of a word. Raises InventoryError: it is none."""
    place, _, interface = typed.rpartition("/")
    if not interface or "\0" in typed:
        raise InventoryError(f"-i {typed!r} names no interface")
    if not interface.startswith(ROLE_MARK):
        return Pattern(typed, place, "*" if interface == ANY else interface, None)
    for role in ROLES:
        if interface[1:] == role:
            return Pattern(typed, place, "", role)
    roles = " ".join(f"{ROLE_MARK}{role}" for role in ROLES)
    raise InventoryError(f"-i {typed!r} is no role; roles are {roles}")


def all_places(inventory: Inventory, *, with_pods: bool) -> tuple[CapturedPlace, ...]:
    """Return the nodes of an inventory, and their pods if they are wanted."""
    return tuple(
        place
        for node in inventory.nodes
        for place in (CapturedPlace(node), *(_pods_on(inventory, node) if with_pods else ()))
    )


def places_typed(
    inventory: Inventory, words: Iterable[str], *, with_pods: bool
) -> tuple[CapturedPlace, ...]:
    """Return what was typed: nodes, pods, their addresses, globs of them; each once.

    ``with_pods``: a node brings its pods along. Raises InventoryError for a word that is none.
    """
    found: dict[CapturedPlace, None] = {}
    for word in words:
        places = _places_called(inventory, word)
        if not places:
            raise InventoryError(unknown(inventory, word, word))
        for place in places:
            found[place] = None
            if with_pods and place.pod is None:
                found.update(dict.fromkeys(_pods_on(inventory, place.node)))
    return tuple(found)


def globs_at(
    place: CapturedPlace, patterns: Sequence[Pattern], roles: Iterable[tuple[str, Role]]
) -> tuple[str, ...] | None:
    """Return globs of the interfaces that patterns choose at a place; None: none.

    ``roles``: names and roles of the interfaces there. Without patterns it is all of them: ().
    """
    if not patterns:
        return ()
    here = [pattern for pattern in patterns if pattern.fits_place(place.name)]
    wanted = {pattern.role for pattern in here if pattern.role}
    globs = [pattern.interface for pattern in here if not pattern.role]
    globs += [glob.escape(name) for name, role in roles if role in wanted]
    return tuple(dict.fromkeys(globs)) or None


def _places_called(inventory: Inventory, word: str) -> list[CapturedPlace]:
    prefix, name = next(
        ((each, word[len(each) :]) for each in PREFIXES if word.startswith(each)), ("", word)
    )
    places: list[CapturedPlace] = []
    if prefix != "pod/":
        places += [CapturedPlace(node) for node in inventory.nodes if _is_called(node, name)]
    if prefix != "node/":
        places += [
            CapturedPlace(inventory.node(pod.node), pod)
            for pod in inventory.pods
            if _is_called(pod, name)
        ]
    return places


def _is_called(place: PlacedNode | PlacedPod, name: str) -> bool:
    try:
        return ip_address(name) in place.addresses
    except ValueError:
        names = place.names if isinstance(place, PlacedPod) else (place.name,)
        return any(fnmatchcase(each, name) for each in names)


def _pods_on(inventory: Inventory, node: PlacedNode) -> list[CapturedPlace]:
    return [CapturedPlace(node, pod) for pod in inventory.pods if pod.node == node.name]
