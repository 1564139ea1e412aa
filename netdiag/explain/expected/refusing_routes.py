"""Routes and routing rules that refuse packets by their kind: blackhole, unreachable, prohibit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.expected.world import End, World
from netdiag.explain.shell_words import shell_word, where_to_run
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import describe, kernel_evidence
from netdiag.facts.kernel.routing import Packet as RoutedPacket
from netdiag.facts.kernel.routing import RoutingTables
from netdiag.model.facts.kernel import Route, RoutingRule

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "blackhole": "drops such packets without a word",
        "unreachable": "drops such packets and answers 'host unreachable'",
        "prohibit": "drops such packets and answers 'administratively prohibited'",
    }
)
"""What a kernel does by a route, or rule, of each kind (ip-route(8))."""


def refused_by_node(
    world: World, node: ClusterNode, packet: Packet, route: Route | None, is_reply: bool
) -> Obstacle | None:
    """A node's route, or routing rule, to the destination refuses the packet."""
    refusing = _refusing(node.tables, _routed(packet), route)
    if refusing is None:
        return None
    kind, what = _kind(refusing), "reply" if is_reply else "request"
    return Obstacle(
        "return-route-missing" if is_reply else "route-missing",
        node.name,
        None,
        f"{node.name} has {_named(refusing)}, which refuses the {what}",
        f"The {what} for {world.names.told(str(packet.destination))} meets '{describe(refusing)}' "
        f"on {node.name}: the kernel {REFUSALS[kind]}. Whoever set it wanted that, or withdrew "
        "the right route: a network plugin, a routing daemon, a script, or somebody by hand.",
        f"{_removal(refusing, packet)}  # {where_to_run(node.name)}; first find who set it: it may "
        "come back, or be meant; then restart the network plugin's pod on this node if no other "
        "route is there",
        (kernel_evidence(node.name, refusing),),
    )


def refused_by_pod(end: End, packet: Packet) -> Obstacle | None:
    """A pod's own route to the destination refuses the packet."""
    if end.namespace is None:
        return None
    tables = RoutingTables(end.namespace)
    refusing = _refusing(tables, _routed(packet), tables.look_up(_routed(packet)))
    if refusing is None:
        return None
    return Obstacle(
        "pod-route-missing",
        end.node.name,
        None,
        f"The pod {end.pod} has {_named(refusing)}, which refuses packets to {packet.destination}",
        f"In the pod's network namespace '{describe(refusing)}' decides: its kernel "
        f"{REFUSALS[_kind(refusing)]}. Nothing leaves the pod. Something in the pod has set it.",
        f"{_removal(refusing, packet)}  # {where_to_run(end.node.name, end.pod)}; first find who "
        "set it",
        (kernel_evidence(end.node.name, refusing, end.pod),),
    )


def _routed(packet: Packet) -> RoutedPacket:
    return RoutedPacket(
        packet.destination, packet.source, packet.input, packet.mark, packet.protocol
    )


def _refusing(
    tables: RoutingTables, packet: RoutedPacket, route: Route | None
) -> Route | RoutingRule | None:
    """Return what refuses a packet: its route, or a rule, if there is no route."""
    if route is not None:
        return route if route.type in REFUSALS else None
    rule = tables.deciding_rule(packet)
    return rule if rule is not None and rule.action in REFUSALS else None


def _kind(refusing: Route | RoutingRule) -> str:
    return refusing.type if isinstance(refusing, Route) else refusing.action


def _named(refusing: Route | RoutingRule) -> str:
    """Return what it is, with an article: ``a blackhole route to 10.244.2.0/24``."""
    kind = _kind(refusing)
    article = "an" if kind == "unreachable" else "a"
    if isinstance(refusing, Route):
        return f"{article} {kind} route to {refusing.destination}"
    return f"{article} {kind} rule of routing, {refusing.priority}"


def _removal(refusing: Route | RoutingRule, packet: Packet) -> str:
    """Return the command that takes it away."""
    ip = "ip -6" if packet.destination.version == 6 else "ip"
    if isinstance(refusing, RoutingRule):
        return f"{ip} rule del pref {refusing.priority}"
    words = [ip, "route del", refusing.type, shell_word(refusing.destination)]
    words += ["table", shell_word(refusing.table)] if refusing.table != "main" else []
    words += ["metric", str(refusing.metric)] if refusing.metric else []
    return " ".join(words)
