"""All facts of one node."""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.facts.activity import Activity
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.firewall import Firewall
from netdiag.model.facts.kernel import Namespace


class NodeFacts(Struct, frozen=True):
    """What a node said; documents that are not there leave None, or nothing."""

    name: str
    """Of its folder in the bundle."""
    host: Namespace = Namespace()
    pods: dict[str, Namespace] = {}
    """By the folder's name: a pod's, or NAMESPACE_NAME."""
    sysctls: dict[str, str] | None = None
    """By name with dots; a dot inside an interface's name stays: ``net.ipv4.conf.eth0.100.x``
    is stored with ``/`` as sysctl prints it, ``net.ipv4.conf.eth0/100.x``."""
    firewall: Firewall | None = None
    activity: Activity = Activity()
    configuration: Configuration = Configuration()
    hostname: str | None = None
    documents: tuple[str, ...] = ()
    """Names of all documents that were there."""
    after: NodeFacts | None = None
    """The same again, later (``facts-after/``)."""
