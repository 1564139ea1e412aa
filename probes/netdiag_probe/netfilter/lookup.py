"""A rule's place and text, asked of the kernel and of the programs that made it, if they are there.

What a program prints is remembered for a moment, what is known of a rule until the probe's end.
"""

from __future__ import annotations

import subprocess
import time
from typing import NamedTuple

from netdiag_probe.netfilter.kernel import has_built_in_chains, read_rules
from netdiag_probe.netfilter.nfnetlink import Nfnetlink
from netdiag_probe.netfilter.saved import SavedChain, SavedRule, find_policy, find_rule, read_saved
from netdiag_probe.netfilter.table import BRIDGE, INET, IPV4, IPV6, NETDEV
from netdiag_probe.netns import Namespace, run_in_namespace
from netdiag_probe.node.programs import environment, find_program

FAMILIES = {INET: "inet", IPV4: "ip", 3: "arp", NETDEV: "netdev", BRIDGE: "bridge", IPV6: "ip6"}
NFT, IPTABLES_NFT, IPTABLES_LEGACY = "nft", "iptables-nft", "iptables-legacy"
IPTABLES_TABLES = ("filter", "nat", "mangle", "raw", "security")

_SECONDS = 2.0
"""How long a program may take: what has ended must not wait for it."""
_REMEMBERED_SECONDS = 1.0
_MOST_KNOWN = 4096

_Chains = dict[tuple[str, str], SavedChain]


class Known(NamedTuple):
    """What is known of a rule, or of a policy."""

    backend: str
    number: int | None = None
    """Its place in its chain, as iptables counts."""
    text: str | None = None
    rejects: bool = False


class Lookup:
    """The rules of one network namespace."""

    def __init__(self, namespace: Namespace, netlink: Nfnetlink) -> None:
        self._namespace = namespace
        self._netlink = netlink
        self._known: dict[tuple[int, str, str, int | None], Known] = {}
        self._printed: dict[tuple[str, ...], tuple[float, str]] = {}

    def find(self, family: int, table: str, chain: str, handle: int | None) -> Known:
        """Return what is known of a rule of nftables; without a handle, of the chain's policy."""
        key = (family, table, chain, handle)
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._find(*key)
        return self._known[key]

    def find_legacy(self, family: int, table: str, chain: str, number: int) -> SavedRule | None:
        """Return a rule of iptables-legacy, or the policy of its chain; None: it is not known."""
        saved = self._save(family, "legacy", table).get((table, chain))
        return saved and find_rule(saved, chain, number)

    def _find(self, family: int, table: str, chain: str, handle: int | None) -> Known:
        number, rejects = None, False
        try:
            is_iptables = (
                family in (IPV4, IPV6)
                and table in IPTABLES_TABLES
                and has_built_in_chains(self._netlink, family, table)
            )
            rules = read_rules(self._netlink, family, table, chain)
        except OSError:  # the chain is gone
            is_iptables, rules = False, []
        for place, rule in enumerate(rules, 1):
            if rule.handle == handle:
                number, rejects = place, rule.rejects
        if is_iptables:
            saved = self._save(family, "nft", table).get((table, chain))
            text = None
            if saved is not None and len(saved.rules) == len(rules):
                text = _text_of(saved, chain, handle, number)
            text = text or self._list(family, table, chain, handle)
            return Known(IPTABLES_NFT, number, text, rejects)
        return Known(NFT, None, self._list(family, table, chain, handle), rejects)

    def _save(self, family: int, kind: str, table: str) -> _Chains:
        """Return the chains of a table as ``iptables-save`` of this kind prints them."""
        begin = "ip6tables" if family == IPV6 else "iptables"
        saved = self._run((f"{begin}-{kind}-save", "-t", table))
        if not saved:
            other = self._run((f"{begin}-save", "-t", table))
            is_nft = "(nf_tables)" in other.partition("\n")[0]
            saved = other if is_nft == (kind == "nft") else ""
        return read_saved(saved)

    def _list(self, family: int, table: str, chain: str, handle: int | None) -> str | None:
        """Return a rule, or what a chain is, as nft prints it."""
        place = (FAMILIES.get(family, str(family)), table, chain)
        for line in self._run(("nft", "-a", "-s", "-t", "list", "chain", *place)).splitlines():
            text, _, number = line.strip().rpartition(" # handle ")
            if handle is None and line.strip().startswith("type "):
                return line.strip()
            if handle is not None and number == str(handle):
                return text
        return None

    def _run(self, words: tuple[str, ...]) -> str:
        """Return what a program prints in the namespace; nothing if it is not there, or fails."""
        read_at, printed = self._printed.get(words, (0.0, ""))
        if time.monotonic() - read_at > _REMEMBERED_SECONDS or not read_at:
            self._printed.pop(words, None)
            if len(self._printed) >= _MOST_KNOWN:
                self._printed.clear()
            printed = run_in_namespace(self._namespace, lambda: _print(words))
            self._printed[words] = (time.monotonic(), printed)
        return printed


def _text_of(saved: SavedChain, chain: str, handle: int | None, number: int | None) -> str | None:
    if handle is None:
        return find_policy(saved, chain).text
    return None if number is None else find_rule(saved, chain, number).text


def _print(words: tuple[str, ...]) -> str:
    program = find_program(words[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(
            (program, *words[1:]), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_SECONDS, check=False, env=environment(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")
