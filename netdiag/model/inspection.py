"""What nodes and configuration say without any packet, as ``netdiag inspect`` tells it.

Every type is immutable. The field names are the contract ``netdiag.inspection/1``: fields may be
added, never renamed. Names and texts are from outside.
"""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.report import BadDocument, Evidence, Finding, Modes, Pair, Role

SCHEMA = "netdiag.inspection/1"


class Interface(Struct, frozen=True):
    """A network device of a node, or of a pod's namespace."""

    name: str
    pod: str | None
    """In whose namespace it is; None = the node's."""
    role: Role
    role_guessed: bool
    kind: str | None
    """``veth``, ``bridge``, ``vxlan``, …; ``""`` = hardware; None = not told."""
    up: bool | None
    mtu: int | None
    mac: str | None
    master: str | None
    addresses: tuple[str, ...]
    """With prefix length."""
    leads_to: str | None
    """The pod at the other end of a veth."""
    encapsulation: str | None
    """What it puts around packets: ``vxlan``; ``none``; None = not known."""
    detail: str
    """VNI, port and ends of a tunnel in words; or empty."""


class PodAddress(Struct, frozen=True):
    """A pod, where it runs."""

    name: str
    addresses: tuple[str, ...]
    host_network: bool
    containers: tuple[str, ...]
    interface: str | None
    """The host's end of its veth."""


class PodSubnet(Struct, frozen=True):
    """A subnet of a node's pods."""

    subnet: str
    evidence: Evidence


class InspectedNode(Struct, frozen=True):
    """One node."""

    name: str
    kubernetes_name: str | None
    backend: str | None
    """Configured, or else what its kernel proves."""
    addresses: tuple[str, ...]
    """By which other nodes reach it."""
    interfaces: tuple[Interface, ...]
    pod_subnets: tuple[PodSubnet, ...]
    pods: tuple[PodAddress, ...]
    documents: tuple[str, ...]


class ReachedSubnet(Struct, frozen=True):
    """How one node sends to the pods of another."""

    source_node: str
    destination_node: str
    subnet: str | None
    next_hop: str | None
    device: str | None
    encapsulation: str | None
    """None = no route but the default, or not known."""
    configured: str | None
    agree: bool | None
    evidence: tuple[Evidence, ...]
    only_default: bool = False
    """Nothing but a default route leads there."""


class MtuChainRow(Struct, frozen=True):
    """The MTUs on the way from a node's pods to another node; bytes of IP packets."""

    source_node: str
    destination_node: str
    encapsulation: str | None
    pod: int | None
    overlay: int | None
    nic: int | None
    overhead: int | None
    """What the tunnel adds."""
    fits: bool | None
    """pod + overhead <= NIC; None = not known."""
    overlay_device: str | None = None
    nic_device: str | None = None


class Inspection(Struct, frozen=True):
    """All of it."""

    schema: str
    mode: Modes
    """Between the first two nodes that disagree, or else the first two."""
    nodes: tuple[InspectedNode, ...]
    reach: tuple[ReachedSubnet, ...]
    """At most 1,000, those that disagree first."""
    reach_left_out: int
    mtu: tuple[MtuChainRow, ...]
    """One per node and encapsulation."""
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    bad_documents: tuple[BadDocument, ...]
