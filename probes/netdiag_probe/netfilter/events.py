"""What is told of rules, as JSON lines. Times are CLOCK_REALTIME, in nanoseconds.

{"event": "armed", "namespaces": {number: label}, "backends": [backend]}
{"event": "rule", "time_ns": int, "netns": int, "namespace": label|null,
 "backend": "nft"|"iptables-nft"|"iptables-legacy",
 "family": "ip"|"ip6"|"inet"|"bridge"|"netdev"|"arp", "table": str, "chain": str,
 "handle": int|null, "number": int|null, "verdict": "drop"|"reject"|"policy drop",
 "rule": str|null, "packet": hex, "interface_in": str|null, "interface_out": str|null}
{"event": "end"}

``number`` is a rule's place in its chain, as iptables counts; ``handle`` what nft calls it.
``time_ns`` is when the packet came into the namespace; if it was sent there, when it was heard of.
``packet`` begins with the network header; it is as it was when it was seen first, before NAT.
With ``--all`` there are other verdicts: accept, continue, "jump CHAIN", and so on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

from netdiag_probe.netfilter.passing import Passing


def tell_armed(namespaces: Mapping[int, str], backends: Iterable[str]) -> None:
    """Tell that it begins."""
    _tell("armed", namespaces=namespaces, backends=list(backends))


def tell_rule(passing: Passing, number: int, label: str) -> None:
    """Tell of a rule."""
    values = passing._asdict()
    packet = values.pop("packet").hex()
    time_ns = values.pop("time_ns")
    place = {"time_ns": time_ns, "netns": number, "namespace": label or None}
    _tell("rule", **place, **values, packet=packet)


def tell_end() -> None:
    """Tell that it ends."""
    _tell("end")


def _tell(event: str, **values: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **values}) + "\n")
    sys.stdout.flush()
