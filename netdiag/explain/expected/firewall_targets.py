"""Targets that change no packet, and what a rule or an element of nft's maps does."""

from __future__ import annotations

from typing import Final, NamedTuple

from netdiag.model.facts.firewall import FirewallRule

QUEUES: Final = frozenset({"QUEUE", "NFQUEUE", "TPROXY", "SYNPROXY"})
"""Another program decides, or none listens and the packet is lost."""
DROPS: Final = frozenset({"DROP", "REJECT"}) | QUEUES
WITHOUT_EFFECT: Final = frozenset(
    {"LOG", "NFLOG", "ULOG", "CT", "TTL", "HL", "DSCP", "TOS", "ECN", "TCPMSS", "TCPOPTSTRIP"}
    | {"CLASSIFY", "CHECKSUM", "TEE", "AUDIT", "SET", "TRACE", "SECMARK", "CONNSECMARK"}
    | {"IDLETIMER", "LED", "RATEEST", "set", "continue"}
)
"""Targets after which the next rule is asked, and that no condition looks at."""
_VERDICTS: Final = {"accept": "ACCEPT", "drop": "DROP", "return": "RETURN"}


class Deed(NamedTuple):
    """What a rule does."""

    rule: FirewallRule
    target: str
    is_goto: bool
    is_sure: bool
    """False: a condition of it cannot be judged."""


def changes_mark_too(rule: FirewallRule) -> bool:
    """Return True if a rule of nft sets the packet's mark beside what is kept as its target."""
    text = rule.text.replace("ct mark set ", "")
    return rule.target != "MARK" and "mark set " in text


def read_verdict(text: str) -> tuple[str, bool]:
    """Return the target that ``goto service-x`` or ``drop`` is, and whether it is a goto."""
    words = text.split()
    if len(words) == 2:
        return words[1], words[0] == "goto"
    return _VERDICTS.get(text, text), False
