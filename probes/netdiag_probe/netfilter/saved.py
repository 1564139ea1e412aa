"""Rules as ``iptables-save`` and its kin print them: which is the third of FORWARD."""

from __future__ import annotations

import shlex
from typing import NamedTuple


class SavedChain(NamedTuple):
    """A chain."""

    policy: str
    """ACCEPT, DROP; ``-``: it has none."""
    rules: tuple[str, ...]


class SavedRule(NamedTuple):
    """A rule, or the policy of a chain."""

    text: str
    target: str
    """What comes after -j; empty: nothing does."""
    is_policy: bool = False


def read_saved(saved: str) -> dict[tuple[str, str], SavedChain]:
    """Return all chains by table and name."""
    policies: dict[tuple[str, str], str] = {}
    rules: dict[tuple[str, str], list[str]] = {}
    table = ""
    for line in saved.splitlines():
        words = line.split(maxsplit=2)
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith(":") and len(words) > 1:
            policies[table, words[0][1:]] = words[1]
        elif line.startswith("-A ") and len(words) > 1:
            rules.setdefault((table, words[1]), []).append(line)
    return {
        place: SavedChain(policy, tuple(rules.get(place, ()))) for place, policy in policies.items()
    }


def find_rule(chain: SavedChain, name: str, number: int) -> SavedRule:
    """Return the rule of this number, counted from 1; behind the last one the policy."""
    if number <= len(chain.rules):
        rule = chain.rules[number - 1]
        return SavedRule(rule, _target_of(rule))
    return find_policy(chain, name)


def find_policy(chain: SavedChain, name: str) -> SavedRule:
    """Return the policy of a chain."""
    return SavedRule(f"-P {name} {chain.policy}", chain.policy, is_policy=True)


def _target_of(rule: str) -> str:
    try:
        words = shlex.split(rule)
    except ValueError:  # some comment that quotes oddly
        words = rule.split()
    places = [at for at, word in enumerate(words[:-1]) if word in ("-j", "-g")]
    return words[places[0] + 1] if places else ""
