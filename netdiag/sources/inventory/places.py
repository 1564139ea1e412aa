"""Nodes, pods, and an inventory of them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from netdiag.sources.inventory.ssh_connections import Connection

Address = IPv4Address | IPv6Address
HERE: Final = ""
"""The network namespace that a node's command prefix leads to by itself."""


class InventoryError(Exception):
    """An inventory cannot be read, or does not have what was asked for: one sentence."""


class LackingError(Exception):
    """A privilege or a program is missing: one sentence that says what to do."""


@dataclass(frozen=True)
class Login:
    """How a node is reached by ssh."""

    target: str
    """``user@host``, as ssh has it."""
    sudo: bool | None = None
    """Whether probes are run by sudo; None: where the login is not root's."""


@dataclass(frozen=True)
class PlacedNode:
    """A machine that probes run on."""

    name: str
    run: tuple[str, ...] = ()
    """Command prefix that runs a program there; empty = this machine."""
    addresses: tuple[Address, ...] = ()
    """Of its NICs, as far as known."""
    python: str = "python3"
    """Its Python interpreter."""
    is_between: bool = False
    """A router or the like, which pings between pods may cross."""
    is_container: bool = False
    """Probes run in a container there, whose files and programs are not the node's."""
    is_without_python: bool = False
    """A shell script, tcpdump and ip do what they can of a probe's work."""
    login: Login | None = None
    """By ssh; ``run`` is there when that has been done."""
    takes_line: bool = False
    """Its command prefix takes what is run as one line for a shell, as ssh does."""
    elevated_by: tuple[str, ...] = ()
    """What is put before a program there to give it privileges."""
    connections: tuple[Connection, ...] = ()
    """By ssh: those that may carry a probe; ``run`` goes by the first."""
    unreachable: str = ""
    """Why nothing can be run there, one sentence."""

    def words(self, *arguments: str) -> tuple[str, ...]:
        """Return what runs its Python, or the shell in its place, once one is there."""
        program = "sh" if self.is_without_python else self.python
        return (*self.elevated_by, program, *arguments)

    def command(self, *arguments: str, run: tuple[str, ...] | None = None) -> list[str]:
        """Return what does the same from here; ``run``: by another prefix than its usual one."""
        words, prefix = self.words(*arguments), self.run if run is None else run
        return [*prefix, shlex.join(words)] if self.takes_line else [*prefix, *words]


@dataclass(frozen=True)
class PlacedPod:
    """A pod, and where its network namespace is."""

    name: str
    """``web``, or ``default/web``."""
    node: str
    addresses: tuple[Address, ...]
    netns: str
    """Path or process id, as its node sees it."""
    also: tuple[str, ...] = ()
    """What else it is called: its host name, its UID, its containers' ids."""
    is_nested: bool = False
    """It is behind another namespace of its node, which is not captured in."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return all that may be typed for it."""
        return (self.name, self.name.rpartition("/")[2], *self.also)

    @property
    def folder(self) -> str:
        """Return the name of its folder in a bundle."""
        return self.name.replace("/", "_")


@dataclass(frozen=True)
class Inventory:
    """All nodes and pods that can be traced between."""

    source: str
    """Where this was read: ``the lab 'lab'``, ``this machine``."""
    nodes: tuple[PlacedNode, ...]
    pods: tuple[PlacedPod, ...]
    problems: tuple[str, ...] = ()
    """What could not be looked at, one sentence each."""
    documents: Mapping[str, bytes] = field(default_factory=dict)
    """What the cluster says, by the name below ``kubernetes/`` of a bundle."""
    notes: tuple[str, ...] = ()
    """Why something may be missed that is there; of interest to whoever misses it."""

    def node(self, name: str) -> PlacedNode:
        """Return a node. Raises KeyError."""
        return {node.name: node for node in self.nodes}[name]
