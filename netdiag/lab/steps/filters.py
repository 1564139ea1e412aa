"""Packet filters that drop what they should not."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from netdiag.lab.running import Running

_NFT_TABLE = "netdiag_lab_fault"


@dataclass(frozen=True)
class Rule:
    """A rule before all others of a chain; words in braces are filled in."""

    node: str
    chain: str
    rule: str
    table: str = "filter"

    def apply(self, lab: Running) -> None:
        """Insert it."""
        self._run(lab, "-I")

    def undo(self, lab: Running) -> None:
        """Delete it."""
        self._run(lab, "-D")

    def _run(self, lab: Running, verb: str) -> None:
        words = shlex.split(lab.fill(f"{self.chain} {self.rule}"))
        lab.site.run(self.node, [lab.lab.iptables, "-w", "-t", self.table, verb, *words])


@dataclass(frozen=True)
class Policy:
    """What a chain does with packets that no rule decides on."""

    node: str
    chain: str
    policy: str = "DROP"

    def apply(self, lab: Running) -> None:
        """Set it."""
        lab.site.run(self.node, [lab.lab.iptables, "-w", "-P", self.chain, self.policy])

    def undo(self, lab: Running) -> None:
        """Set it back to ACCEPT."""
        lab.site.run(self.node, [lab.lab.iptables, "-w", "-P", self.chain, "ACCEPT"])


@dataclass(frozen=True)
class SwitchDrops:
    """The switch between the nodes swallows frames; ``match`` in nft's words, filled in."""

    match: str

    def apply(self, lab: Running) -> None:
        """Have it drop them."""
        _set_on_switch(lab, f"{lab.fill(self.match)} counter drop")

    def undo(self, lab: Running) -> None:
        """Let everything pass again."""
        _clear_switch(lab)


@dataclass(frozen=True)
class SwitchRewrites:
    """The switch between the nodes changes frames; each rule in nft's words, filled in."""

    rules: tuple[str, ...]

    def apply(self, lab: Running) -> None:
        """Have it change them."""
        _set_on_switch(lab, *map(lab.fill, self.rules))

    def undo(self, lab: Running) -> None:
        """Let everything pass as it is."""
        _clear_switch(lab)


def _set_on_switch(lab: Running, *rules: str) -> None:
    ruleset = (
        f"table bridge {_NFT_TABLE} {{\nchain forward {{\n"
        "type filter hook forward priority 0; policy accept;\n" + "\n".join(rules) + "\n}\n}\n"
    )
    lab.site.run("switch", ["nft", "-f", "-"], given=ruleset)


def _clear_switch(lab: Running) -> None:
    lab.site.run("switch", ["nft", "delete", "table", "bridge", _NFT_TABLE])
