"""A table of iptables while its lines are read, in any order of chains and rules."""

from __future__ import annotations

from typing import Literal

from netdiag.facts.firewall.firewall_terms import built_in_hook
from netdiag.model.facts.firewall import Backend, Chain, FirewallRule, Table
from netdiag.model.facts.source import place_in


class TableParts:
    """A table whose chains and rules are still read."""

    def __init__(
        self, name: str, family: Literal["ip", "ip6"], document: str, position: int,
        backend: Backend | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self._backend = backend
        self._family = family
        self._source = place_in(document, position)
        self._policies: dict[str, tuple[str | None, int | None, int | None]] = {}
        self._rules: dict[str, list[FirewallRule]] = {}

    @property
    def chains(self) -> tuple[str, ...]:
        """Return the names of all chains so far."""
        return tuple(self._rules)

    def add_chain(
        self, name: str, policy: str | None, packets: int | None = None, bytes_: int | None = None
    ) -> None:
        """Declare a chain."""
        self._policies[name] = (policy, packets, bytes_)
        self._rules.setdefault(name, [])

    def add_rule(self, chain: str, rule: FirewallRule) -> None:
        """Append a rule, also to a chain that no line declares."""
        rules = self._rules.get(chain)
        if rules is None:
            rules = self._rules[chain] = []
        rules.append(rule)

    def build(self, is_complete: bool) -> Table:
        """Return the table."""
        return Table(
            name=self.name,
            family=self._family,
            program="iptables",
            chains=tuple(self._chain(name) for name in self._rules),
            source=self._source,
            is_complete=is_complete,
            backend=self._backend,
        )

    def _chain(self, name: str) -> Chain:
        policy, packets, counted_bytes = self._policies.get(name, (None, None, None))
        hook = built_in_hook(self.name, name)
        return Chain(
            name=name,
            rules=tuple(self._rules[name]),
            policy=policy,
            hook=hook.name if hook else None,
            priority=hook.priority if hook else None,
            type=hook.type if hook else None,
            packets=packets,
            bytes=counted_bytes,
        )
