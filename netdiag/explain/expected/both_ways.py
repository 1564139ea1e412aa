"""The expected path of a ping there and back, as the user and ``--json`` get it."""

from __future__ import annotations

from netdiag.correlate.places import role_of
from netdiag.explain.expected.firewall import Family, walk
from netdiag.explain.expected.naming import NamedEnd, choose_addresses, find_end, require_sender
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Journey, Outer, Step, obstacle_finding
from netdiag.explain.expected.walk import Walk
from netdiag.explain.expected.world import World
from netdiag.explain.names import Names
from netdiag.explain.pod_names import with_pod_names
from netdiag.explain.truths.truths import Truths
from netdiag.model.capture_point import CapturePoint
from netdiag.model.expected import SCHEMA, ExpectedPath, ExpectedStep, ExpectedWay, PathEnd
from netdiag.model.facts.facts import Facts
from netdiag.model.prefixes import Prefix
from netdiag.model.report import Encapsulation

ECHO = {4: ("icmp", 8, 0), 6: ("icmpv6", 128, 129)}
"""Protocol, type of an echo request, of an echo reply, by IP version."""


def expect_path(
    facts: Facts, source: str, destination: str, *, size: int, dont_fragment: bool
) -> ExpectedPath:
    """Return how a ping of ``size`` bytes (with its IP header) should travel, and its reply.

    The ends are addresses or names; raises ``UnknownEndError`` for those that nobody has.
    Only the request is sent with the DF flag: Linux sends echo replies without it.
    """
    truths, names = Truths(facts), Names(facts)
    world = World(truths, names)
    ends = (find_end(source, truths), find_end(destination, truths))
    own, other = choose_addresses(*ends)
    require_sender(own, truths)
    request = _sent(world, own, other, size, dont_fragment)
    # The reply is sent by whoever got the request: behind a service that is a pod.
    replying = request.packet.destination if request.arrived else other
    reply = _answered(world, replying, own, size)
    reply_doubts = _rewritten(world, request, own)
    path = ExpectedPath(
        schema=SCHEMA,
        source=_end(world, own, ends[0]),
        destination=_end(world, other, ends[1]),
        size=size,
        dont_fragment=dont_fragment,
        request=_way(world, request, own, other),
        reply=_way(world, reply, replying, own, reply_doubts),
    )
    return with_pod_names(path, facts)


def _sent(
    world: World, source: Prefix, destination: Prefix, size: int, dont_fragment: bool
) -> Journey:
    protocol, request, _ = ECHO[source.version]
    packet = Packet(
        source,
        destination,
        protocol,
        icmp_type=request,
        size=size,
        dont_fragment=dont_fragment,
        state="NEW",
    )
    return Walk(world, packet).run()


def _answered(world: World, source: Prefix, destination: Prefix, size: int) -> Journey:
    protocol, _, reply = ECHO[source.version]
    packet = Packet(
        source,
        destination,
        protocol,
        icmp_type=reply,
        size=size,
        dont_fragment=False,
        state="ESTABLISHED",
    )
    return Walk(world, packet, is_reply=True).run()


def _rewritten(world: World, request: Journey, source: Prefix) -> tuple[str, ...]:
    """Return what NAT of the request's source leaves open about the reply."""
    if not request.arrived:
        return ()
    seen = request.packet.source
    if seen != source:
        return (f"where the reply to {seen}, which NAT makes of {source}, is turned back",)
    node = _masquerading_node(world, request)
    if node is None:
        return ()
    return (
        f"the reply's way: {node} sends the request from an address of its own (MASQUERADE), and "
        "turns the reply back",
    )


def _masquerading_node(world: World, request: Journey) -> str | None:
    """Return the first node if it hides the sender's address from other nodes, or may do so."""
    here = [step for step in request.steps if step.node == request.steps[0].node]
    node = world.truths.nodes.get(here[0].node) if here else None
    firewall = node.facts.firewall if node is not None and node.facts is not None else None
    host = [step.interface for step in here if step.pod is None and step.outer is None]
    if node is None or firewall is None or len(here) == len(request.steps) or len(host) < 2:
        return None
    packet = request.packet._replace(input=host[-2], output=host[-1])
    family: Family = "ip6" if packet.destination.version == 6 else "ip"
    verdict = walk(firewall, "postrouting", packet, family=family, local=node.addresses)
    return node.name if verdict.masqueraded is not False else None


def _end(world: World, address: Prefix, named: NamedEnd) -> PathEnd:
    holder = world.truths.nodes.holder_of(str(address))
    name = named.name or world.names.of(str(address))
    return PathEnd(str(address), name, holder.name if holder is not None else None)


def _way(
    world: World,
    journey: Journey,
    source: Prefix,
    destination: Prefix,
    more_doubts: tuple[str, ...] = (),
) -> ExpectedWay:
    doubts = tuple(dict.fromkeys((*journey.doubts, *more_doubts)))
    return ExpectedWay(
        source=str(source),
        destination=str(destination),
        steps=tuple(_step(world, step) for step in journey.steps),
        arrives=_arrives(journey, doubts),
        stopped=obstacle_finding(journey.obstacle) if journey.obstacle is not None else None,
        doubts=doubts,
    )


def _arrives(journey: Journey, doubts: tuple[str, ...]) -> bool | None:
    if journey.obstacle is not None:
        return False
    return True if journey.arrived and not doubts else None


def _step(world: World, step: Step) -> ExpectedStep:
    node = world.truths.nodes.get(step.node)
    told = node.roles.get(step.interface) if node is not None and step.pod is None else None
    return ExpectedStep(
        node=step.node,
        pod=step.pod,
        interface=step.interface,
        role=told or role_of(CapturePoint(step.node, step.pod, step.interface)),
        encapsulation=_encapsulation(step.outer),
        why=step.note,
        evidence=step.evidence,
        role_guessed=told is None and step.pod is None,
    )


def _encapsulation(outer: Outer | None) -> Encapsulation | None:
    return Encapsulation(*outer) if outer is not None else None
