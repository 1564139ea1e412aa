"""What packet filters and NAT do with a packet at a hook of the kernel.

* ``firewall_tables``   which tables count, in which order their base chains come
* ``firewall_walk``     chains, jumps, policies, and what cannot be judged
* ``firewall_judging``  the conditions of a rule, by ``firewall_matches`` and what it asks
* ``firewall_changes``  marks and NAT
* ``firewall_counters`` what a rule counted between two documents
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from netdiag.explain.expected.firewall_counters import counters, policy_counters
from netdiag.explain.expected.firewall_sight import Family, Hook, Scene
from netdiag.explain.expected.firewall_tables import base_chains, filters_of
from netdiag.explain.expected.firewall_targets import QUEUES
from netdiag.explain.expected.firewall_walk import Place, TooFar, Walker
from netdiag.explain.expected.firewall_worlds import World
from netdiag.explain.expected.packet import Packet
from netdiag.model.facts.firewall import Chain, Firewall, FirewallRule, Table
from netdiag.model.prefixes import Prefix

__all__ = ["Family", "Hook", "Verdict", "counters", "policy_counters", "walk"]


class Verdict(NamedTuple):
    """What becomes of a packet at a hook, and which rule decided."""

    outcome: Literal["accept", "drop", "unknown"]
    """unknown: dropped unless a condition holds that cannot be judged, or it is not decided here
    (a queue, a proxy, chains that loop). A packet that only an unjudged DROP would stop is
    accepted: see ``maybe``."""
    packet: Packet
    """With new marks and addresses. An address that NAT takes from a range is the smallest prefix
    that holds it; of MASQUERADE and REDIRECT the old one is left."""
    table: Table | None = None
    chain: Chain | None = None
    rule: FirewallRule | None = None
    """What decided; None = the chain's policy. Of accept: the last rule that said so, else the
    first base chain."""
    chains: tuple[str, ...] = ()
    """Names of the chains walked through up to the one that decided, outermost first."""
    maybe: tuple[FirewallRule, ...] = ()
    """Drops that depend on a condition that cannot be judged, of their own or of a rule before; and
    a RETURN of that kind that would have left the packet to a policy that drops."""
    reject: bool = False
    """The sender is told, by ICMP or by a reset."""
    masqueraded: bool | None = False
    """It leaves with an address of the node as source; None = not known."""
    redirected: bool | None = False
    """It goes to the node itself instead; None = not known."""
    alternatives: tuple[Packet, ...] = ()
    """What it may have become instead, as with kube-proxy's choice among endpoints."""
    unknown_mark: int = 0
    """Bits of the packet's mark that are not known."""


def walk(
    firewall: Firewall,
    hook: Hook,
    packet: Packet,
    *,
    family: Family,
    local: frozenset[Prefix] | None = None,
    unknown_mark: int = 0,
) -> Verdict:
    """Return what a node's packet filters do with a packet at one hook.

    ``local`` are the node's own addresses, which ``addrtype`` asks for; None = not known.
    ``unknown_mark`` is what the verdict of the hook before told.
    """
    filters = filters_of(firewall)
    scene = Scene(hook, family, local, filters.ipsets, sets={})
    walker = Walker(World(packet, unknown_mark))
    for base in base_chains(filters, hook, family):
        try:
            passes = walker.enter(base, scene)
        except TooFar:
            place = Place(base.within.table, base.chain, None, (base.chain.name,))
            return _verdict("unknown", place, walker)
        if not passes:
            return _end(walker)
    if walker.escaped is not None:
        return _verdict("unknown", walker.escaped, walker)
    return _verdict("accept", walker.accepted, walker)


def _end(walker: Walker) -> Verdict:
    """Return the verdict on a packet that does not go on, if it is the one that was asked about."""
    place = walker.death
    rule = place.rule if place else None
    is_queued = rule is not None and rule.target in QUEUES
    if rule is not None and (is_queued or walker.world.others):
        walker.maybe[id(rule)] = rule
    is_unknown = is_queued or bool(walker.world.others)
    return _verdict("unknown" if is_unknown else "drop", place, walker)


def _verdict(
    outcome: Literal["accept", "drop", "unknown"], place: Place | None, walker: Walker
) -> Verdict:
    world = walker.world
    table, chain, rule, chains = place or (None, None, None, ())
    return Verdict(
        outcome=outcome,
        packet=world.packet,
        table=table,
        chain=chain,
        rule=rule,
        chains=chains,
        maybe=tuple(walker.maybe.values()),
        reject=outcome == "drop" and rule is not None and rule.target == "REJECT",
        masqueraded=world.masqueraded,
        redirected=world.redirected,
        alternatives=world.others,
        unknown_mark=world.unknown_mark,
    )
