"""The way that a ping should take by facts alone, as ``netdiag path`` tells it.

Every type is immutable. The field names are the contract ``netdiag.path/1``: fields may be added,
never renamed. Names and texts are from outside.
"""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.report import Encapsulation, Evidence, Finding, Role

SCHEMA = "netdiag.path/1"


class PathEnd(Struct, frozen=True):
    """Who pings, or is pinged."""

    address: str
    name: str | None
    """A pod as ``namespace/name`` or as its folder is called, or a node; None = not known."""
    node: str | None
    """The node that it is, or is on; None = not known."""


class ExpectedStep(Struct, frozen=True):
    """One interface that the packet crosses."""

    node: str
    pod: str | None
    """In whose namespace the interface is; None = the node's."""
    interface: str
    role: Role
    encapsulation: Encapsulation | None
    """The tunnel around the packet there; None = plain."""
    why: str
    """The route or the table that leads there, in the words of iproute2; or empty."""
    evidence: tuple[Evidence, ...]
    role_guessed: bool = False
    """Only the interface's name tells the role: no facts do."""


class ExpectedWay(Struct, frozen=True):
    """One direction: as far as facts tell."""

    source: str
    destination: str
    steps: tuple[ExpectedStep, ...]
    arrives: bool | None
    """None = facts do not tell."""
    stopped: Finding | None
    """What ends it."""
    doubts: tuple[str, ...]
    """What is not known: why ``arrives`` cannot be told."""


class ExpectedPath(Struct, frozen=True):
    """A ping there and back."""

    schema: str
    source: PathEnd
    destination: PathEnd
    size: int
    """Bytes of the IP packet."""
    dont_fragment: bool
    """Of the request; replies of Linux may be fragmented."""
    request: ExpectedWay
    reply: ExpectedWay
    """As it would go if the request arrived."""
