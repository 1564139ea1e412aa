"""What packet filters and NAT were told, whichever program printed it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from netdiag.model.facts.source import Source

Backend = Literal["legacy", "nft"]


class Match(Struct, frozen=True, gc=False):
    """One condition of a rule."""

    field: str
    """``source``, ``destination``, ``input``, ``output``, ``protocol``, ``source-port``,
    ``destination-port``, ``port`` (either), ``mark``, ``conntrack-mark``, ``conntrack-state``,
    ``icmp-type``, ``physdev-in``, ``physdev-out``, ``source-address-type``,
    ``destination-address-type``, ``set``, ``fragment`` (no value), ``tcp-flags``, ``statistic``,
    ``limit``, ``comment``; ``other`` = a condition that is kept as text only."""
    value: str
    """In the form of iptables-save: ``10.244.0.0/16``, ``10.244.1.2/32``, ``eth+``, ``80,443``,
    ``1000:2000``, ``0x4000/0x4000``, ``RELATED,ESTABLISHED``, ICMP's numbers ``8`` and ``3/4``;
    members of an anonymous set of nft are joined by commas, a named one is ``@name``."""
    inverted: bool = False


class FirewallRule(Struct, frozen=True, gc=False):
    """One rule."""

    text: str
    """As the program printed it, counters left out."""
    document: str
    position: int
    matches: tuple[Match, ...] = ()
    target: str | None = None
    """``ACCEPT``, ``DROP``, ``REJECT``, ``RETURN``, ``MARK``, ``DNAT``, ``SNAT``, ``MASQUERADE``,
    ``LOG``, … in iptables' terms, or the name of a chain; None = it only counts. ``vmap`` = nft
    looks the verdict up in a map, which ``argument`` tells."""
    is_goto: bool = False
    argument: str | None = None
    """Value of ``--to-destination`` of DNAT, ``--set-xmark`` of MARK, ``--reject-with``, …; of a
    target without such an option all of its options: ``--random-fully``."""
    packets: int | None = None
    """None = printed without counters."""
    bytes: int | None = None


class Chain(Struct, frozen=True):
    """A chain, built in or not."""

    name: str
    rules: tuple[FirewallRule, ...]
    policy: str | None = None
    """ACCEPT or DROP of a built-in (base) chain."""
    hook: str | None = None
    """prerouting, input, forward, output, postrouting, ingress; None = only jumped to."""
    priority: int | None = None
    """Of a base chain: filter 0, nat -100 or 100, raw -300, mangle -150."""
    type: str | None = None
    """filter, nat or route."""
    packets: int | None = None
    """What the policy counted."""
    bytes: int | None = None


class Table(Struct, frozen=True):
    """A table of one address family."""

    name: str
    family: Literal["ip", "ip6", "inet", "bridge", "arp", "netdev"]
    program: Literal["iptables", "nft"]
    chains: tuple[Chain, ...]
    source: Source
    is_complete: bool = True
    """False: the document breaks off, or shows only a part of the table."""
    sets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Named sets of nft, with their elements."""
    backend: Backend | None = None
    """Of iptables: which part of the kernel holds the table; None = the document does not say."""


class Firewall(Struct, frozen=True):
    """All tables that a node told of; what iptables-save and nft both print is in it twice."""

    tables: tuple[Table, ...]
    ipsets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Sets of ``ipset save`` with their elements."""
