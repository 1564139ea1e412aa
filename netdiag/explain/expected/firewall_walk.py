"""Walks one base chain after the other; keeps what may have happened where it cannot be judged.

A rule with a condition that cannot be judged counts as not matching, but what it would have done is
kept: a drop in ``maybe``, an ACCEPT or RETURN as a world that *escapes* what follows. A drop is
certain only where nothing escapes it.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from netdiag.explain.expected.firewall_changes import CHANGES, NAT, forget_mark, is_bare
from netdiag.explain.expected.firewall_judging import judge_rule, look_up
from netdiag.explain.expected.firewall_sight import Scene, look
from netdiag.explain.expected.firewall_tables import BaseChain, FilterTable
from netdiag.explain.expected.firewall_targets import (
    DROPS,
    WITHOUT_EFFECT,
    Deed,
    changes_mark_too,
    read_verdict,
)
from netdiag.explain.expected.firewall_worlds import World, merge
from netdiag.model.facts.firewall import Chain, FirewallRule, Table

DEEPEST: Final = 64
MOST_STEPS: Final = 200_000


class Flow(Enum):
    """How a chain ends."""

    RETURNS = 1
    ACCEPTED = 2
    DIED = 3


class Place(NamedTuple):
    """What decided; without a rule the chain's policy."""

    table: Table
    chain: Chain
    rule: FirewallRule | None
    chains: tuple[str, ...]


class TooFar(Exception):
    """The chains are too deep, or loop."""


class Walker:
    """One packet at one hook."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.maybe: dict[int, FirewallRule] = {}
        """Drops that an unjudged condition would have made, by identity."""
        self.accepted: Place | None = None
        self.escaped: Place | None = None
        """The first drop that only an unjudged ACCEPT or RETURN prevents."""
        self.death: Place | None = None
        """The drop that was met last."""
        self.stack: list[Chain] = []
        self._steps = 0

    def enter(self, base: BaseChain, scene: Scene) -> bool:
        """Walk a base chain; False = the packet surely does not pass it."""
        if base.chain.type == "nat" and (self.world.is_bound or not is_bare(self.world.packet)):
            return True
        self._scene = scene._replace(sets=base.within.sets, is_tracked=base.is_tracked)
        self._within: FilterTable = base.within
        self._escapes: list[World] = []
        self._speculation = 0
        self._left: FirewallRule | None = None
        """The first rule that may have left a chain: it may lead to the policy."""
        self._is_settled = False
        """The packet was accepted; what follows is for those that escaped to here."""
        self._become(self.world)
        flow = self._walk(base.chain)
        if flow is Flow.RETURNS:
            flow = self._apply_policy(base.chain)
        return self._leave(flow)

    def _leave(self, flow: Flow) -> bool:
        if flow is not Flow.DIED:
            worlds = [self.world, *self._escapes]
            self._become(merge(worlds[1:] + worlds[:1] if self._is_settled else worlds))
        elif self._escapes:
            self._survive()
            self._become(merge(self._escapes))
        return flow is not Flow.DIED or bool(self._escapes)

    def _apply_policy(self, chain: Chain) -> Flow:
        self.stack.append(chain)
        place = self._place(None)
        self.stack.pop()
        if chain.policy == "DROP":
            self.death = place
            return Flow.DIED
        if self.accepted is None and self._is_certain():
            self.accepted = place
        return Flow.ACCEPTED

    def _walk(self, chain: Chain) -> Flow:
        self._steps += 1
        if len(self.stack) >= DEEPEST or self._steps > MOST_STEPS:
            raise TooFar
        self.stack.append(chain)
        escapes: list[World] = []
        flow = self._run(chain, escapes)
        self.stack.pop()
        if not escapes:
            return flow
        if flow is Flow.RETURNS:
            escapes.insert(0, self.world)
        elif flow is Flow.DIED:
            self._survive()
        else:
            self._settle()
        self._become(merge(escapes))
        return Flow.RETURNS

    def _run(self, chain: Chain, escapes: list[World]) -> Flow:
        sight = self._sight
        place = 0
        for place, rule in enumerate(chain.rules):
            found = judge_rule(rule, sight)
            if found is False or rule.target is None:
                continue
            flow = self._act(rule, found is True, escapes)
            if flow is not None:
                self._steps += place
                return flow
            sight = self._sight
        self._steps += place
        if not self._within.table.is_complete:
            self._escapes.append(self.world)
        return Flow.RETURNS

    def _act(self, rule: FirewallRule, is_sure: bool, escapes: list[World]) -> Flow | None:
        """Do what a rule says that matches, or may; None = the next rule is asked."""
        if self._within.table.program == "nft" and changes_mark_too(rule):
            self._become(forget_mark(self.world))
        if rule.target != "vmap":
            return self._do(Deed(rule, rule.target or "", rule.is_goto, is_sure), escapes)
        verdicts = look_up(rule.argument, self._sight)
        self._escapes += [self.world] if verdicts is None else []
        for verdict, found in verdicts or ():
            target, is_goto = read_verdict(verdict)
            flow = self._do(Deed(rule, target, is_goto, is_sure and found is True), escapes)
            if flow is not None:
                return flow
        return None

    def _do(self, deed: Deed, escapes: list[World]) -> Flow | None:
        target = deed.target
        if target in WITHOUT_EFFECT:
            return None
        if target in DROPS:
            return self._drop(deed)
        if target in CHANGES:
            changed = CHANGES[target](self.world, deed.rule.argument)
            self._become(changed if deed.is_sure else merge((self.world, changed)))
            return None
        if target == "RETURN":
            return self._return(deed, self.world, escapes)
        chain = self._within.chains.get(target)
        if chain is not None:
            return self._jump(deed, chain, escapes)
        if target == "ACCEPT":
            return self._accept(deed, self.world)
        if target in NAT:
            return self._accept(deed, NAT[target](self.world, deed.rule.argument))
        self._escapes.append(forget_mark(self.world))  # what it does is not known
        return None

    def _drop(self, deed: Deed) -> Flow | None:
        if deed.is_sure:
            self.death = self._place(deed.rule)
            return Flow.DIED
        self.maybe[id(deed.rule)] = deed.rule
        return None

    def _return(self, deed: Deed, reached: World, escapes: list[World]) -> Flow | None:
        if deed.is_sure:
            return Flow.RETURNS
        escapes.append(reached)
        self._left = self._left or deed.rule
        return None

    def _accept(self, deed: Deed, reached: World) -> Flow | None:
        if not deed.is_sure:
            self._escapes.append(reached)
            return None
        self._become(reached)
        if self._is_certain():
            self.accepted = self._place(deed.rule)
        return Flow.ACCEPTED

    def _jump(self, deed: Deed, chain: Chain, escapes: list[World]) -> Flow | None:
        if deed.is_sure:
            flow = self._walk(chain)
            return flow if deed.is_goto or flow is not Flow.RETURNS else None
        before = self.world
        self._speculation += 1
        flow = self._walk(chain)
        self._speculation -= 1
        reached = self.world
        self._become(before)
        if flow is Flow.ACCEPTED:
            self._escapes.append(reached)
        elif flow is Flow.DIED:
            self._remember_death()
        elif deed.is_goto:
            self._return(deed, reached, escapes)
        else:
            self._become(merge((before, reached)))
        return None

    def _settle(self) -> None:
        """Go on with what escaped an ACCEPT: the packet itself has passed this base chain."""
        if self._is_certain():
            self._is_settled = True
            self._escapes.insert(0, self.world)
        else:
            self._escapes.append(self.world)

    def _survive(self) -> None:
        """Go on with what escaped a drop."""
        self._remember_death()
        if self._is_certain() and self.escaped is None:
            self.escaped = self.death

    def _remember_death(self) -> None:
        rule = self.death.rule if self.death else None
        rule = rule or (self._left if self._is_settled else None)
        if rule is not None:
            self.maybe[id(rule)] = rule

    def _is_certain(self) -> bool:
        return not self._speculation and not self._is_settled

    def _become(self, world: World) -> None:
        self.world = world
        self._sight = look(world.packet, world.unknown_mark, self._scene)

    def _place(self, rule: FirewallRule | None) -> Place:
        names = tuple(chain.name for chain in self.stack)
        return Place(self._within.table, self.stack[-1], rule, names)
