"""Comments of firewall rules without what they tell of services, policies and people.

kube-proxy, Calico and others write names into them. Words that such programs use always are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_KNOWN_WORDS: Final = """
a accept accepted after all allow allowed an and any are as at back balance be before between
block but by cali calico canary chain check checks cilium cluster configured connection
connections conntrack current default deny denied destination destinations destined does drop
dropped dropping dst egress encapped endpoint endpoints established explicit explicitly external
externally-visible feeder firewall flag flanneld for forward forwarding forwards from hairpin has
health hint host hosts if in incoming ingress input invalid ip ipip is jump jumping kubelet
kubernetes last load loadbalancer local localnet loopback mark marked masq masquerade match
matched must nat network no node nodeport nodeports non non-calico not note of on or originating
output packet packets pass passed permit pod pods policies policy port portals ports postrouting
prerouting profile profiles proxy purpose reach redirect reject rejected related requiring return
returns route rule rules run service services session set snat solving source src start state
tcp that the this through to traffic tunnel udp unauthorised unmark unmarked via visible vxlan
was which wireguard with without workload workloads http https dns dns-tcp metrics
"""
KNOWN_WORDS: Final = frozenset(_KNOWN_WORDS.split())
_WORD: Final = re.compile(r"[^\s\"'`\\/:;,.()\[\]{}<>=+&|!?*]+")
_REPLACED: Final = re.compile(r"(?:node|pod|ns|host|if)-r\d+")


def redact_comment(text: str, hidden: Callable[[str], str]) -> str:
    """Return a comment, names and addresses of which are mapped already, without other words."""
    return _WORD.sub(lambda found: _word(found.group(), hidden), text)


def _word(word: str, hidden: Callable[[str], str]) -> str:
    is_kept = (
        word.lower() in KNOWN_WORDS
        or word.isdigit()
        or _REPLACED.fullmatch(word)
        or not any(map(str.isalnum, word))
    )
    return word if is_kept else f"x-{hidden(word)}"
