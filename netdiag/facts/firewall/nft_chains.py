"""A chain of nft while it is read: its hook, priority and policy."""

from __future__ import annotations

import re
from typing import Final

from netdiag.model.facts.firewall import Chain, FirewallRule

_HOOK: Final = re.compile(
    r"type (?P<type>\w+) hook (?P<hook>\w+) (?:.*? )?priority "
    r"(?P<base>-?\w+)(?: ?(?P<sign>[+-]) ?(?P<offset>\d{1,9}))?;?(?: policy (?P<policy>\w+))?"
)
_PRIORITIES: Final = {
    "raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100,
}  # fmt: skip
_BRIDGE_PRIORITIES: Final = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
"""By the names that nft(8) gives them."""


class ChainParts:
    """A chain whose rules are still read."""

    __slots__ = ("hook", "name", "policy", "priority", "rules", "type")

    def __init__(self, name: str) -> None:
        self.name = name
        self.rules: list[FirewallRule] = []
        self.policy: str | None = None
        self.hook: str | None = None
        self.priority: int | None = None
        self.type: str | None = None

    def build(self, is_dormant: bool) -> Chain:
        """Return the chain; of a dormant table it has no hook."""
        return Chain(
            name=self.name,
            rules=tuple(self.rules),
            policy=self.policy,
            hook=None if is_dormant else self.hook,
            priority=self.priority,
            type=self.type,
        )


def read_hook(chain: ChainParts, line: str, family: str) -> bool:
    """Keep ``type filter hook forward priority filter + 5; policy drop;``; False = it is not."""
    found = _HOOK.match(line)
    if found is None:
        return False
    chain.type, chain.hook = found["type"], found["hook"]
    chain.priority = _priority(found["base"], found["sign"], found["offset"], family)
    policy = found["policy"]
    if policy:
        chain.policy = policy.upper()
    elif chain.policy is None:
        chain.policy = "ACCEPT"  # nft's default, which old versions do not print
    return True


def _priority(base: str, sign: str | None, offset: str | None, family: str) -> int | None:
    names = _BRIDGE_PRIORITIES if family == "bridge" else _PRIORITIES
    number = names.get(base)
    if number is None:
        digits = base.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
            return None
        number = int(base)
    distance = int(offset) if offset else 0
    return number - distance if sign == "-" else number + distance
