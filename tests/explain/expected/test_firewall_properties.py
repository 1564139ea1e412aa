"""Arbitrary rules: nothing raises or loops, and nothing is claimed that a condition could prevent.

A condition that cannot be judged either holds or not: all ways to decide that are walked, and the
verdict must agree with all of them.
"""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.explain.expected.firewall import Hook, Verdict, walk
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.model.facts.firewall import Chain, Firewall, FirewallRule, Match, Table
from netdiag.model.facts.source import Source
from tests.explain.expected.firewall_reading import icmp, saved

NAMES = ("A", "B", "C")
OPEN = "-m owner --uid-owner"
"""Begins a condition that cannot be judged."""
MOST_OPEN = 4
HERE = icmp()._replace(input="cni0", output="ens33")
FIELDS = (
    "source", "destination", "input", "output", "protocol", "source-port", "destination-port",
    "port", "mark", "conntrack-mark", "conntrack-state", "icmp-type", "physdev-in", "physdev-out",
    "source-address-type", "destination-address-type", "set", "fragment", "tcp-flags",
    "statistic", "limit", "comment", "other", "unheard-of",
)  # fmt: skip
VALUES = (
    "", ",", "/", "-", "@", "@s", "@absent", "+", "*", "0", "1:2", "2-1", "0x/0x", "0x1/", "any",
    "10.0.0.0/8,::/0", "1.1.1.1-::", "s src", "s dst,dst,dst", "s", "LOCAL,", "meta nfproto",
    "meta nfproto !=", "a . b @s", "a . b { }", "ip saddr . tcp dport @s",
    "physdev --physdev-is-in",
)  # fmt: skip
TARGETS = (
    "ACCEPT", "DROP", "REJECT", "RETURN", "MARK", "CONNMARK", "DNAT", "SNAT", "MASQUERADE",
    "REDIRECT", "NETMAP", "NOTRACK", "CT", "LOG", "NFQUEUE", "TPROXY", "HMARK", "X", "vmap", None,
)  # fmt: skip
ARGUMENTS = (
    None, "", "0x1", "0x1/0x3", "--or-mark x", "--set-mark 5", "--restore-mark --nfmask z",
    "1.1.1.1", "1.1.1.1-::1", "[::1", "[::1]:80", ":", "1.1.1.1:9-1", "a map @s", "a map { x }",
    "numgen inc mod 2 map { 0 : 1.1.1.1 . 80, 1 : ::1 }", "ip saddr vmap @s", "x vmap { }",
    "numgen inc mod 2 vmap { 0 : goto A, 1 : jump B }", "ct state vmap { new : drop, x : accept }",
)  # fmt: skip

conditions = st.sampled_from(
    ["", "-p icmp", "-p tcp", "-m mark --mark 0x1/0x1", "-m mark ! --mark 0x2/0x2", OPEN, OPEN]
)
actions = st.sampled_from(
    ["ACCEPT", "DROP", "RETURN", "MARK --set-xmark 0x1/0x1", "MARK --set-xmark 0x2/0x0", "LOG"]
    + [f"{option}{name}" for option in ("", ":") for name in NAMES]
)


@st.composite
def rule_lines(draw: st.DrawFn) -> list[str]:
    """Return lines of filter's rules, whose chains only lead to later ones."""
    lines, count = [], 0
    for place, chain in enumerate(("FORWARD", *NAMES)):
        for _ in range(draw(st.integers(0, 4))):
            condition, action = draw(conditions), draw(actions)
            name = action.removeprefix(":")
            if name in NAMES and NAMES.index(name) < place:
                action = "LOG"
            if condition == OPEN:
                condition = f"{OPEN} {count}" if count < MOST_OPEN else ""
                count += 1
            option = "-g" if action[0] == ":" else "-j"
            lines.append(f"-A {chain} {condition} {option} {action.removeprefix(':')}")
    return lines


def ask(policy: str, lines: list[str]) -> Verdict:
    head = [f":FORWARD {policy}", *(f":{name} -" for name in NAMES)]
    return walk(saved("\n".join([*head, *lines])), "forward", HERE, family="ip")


def decided(policy: str, lines: list[str]) -> list[tuple[Verdict, int]]:
    """Return the verdict for each way in which the open conditions may hold, and the lines' place.

    One that does not hold becomes another protocol's, one that holds this packet's.
    """
    places = [place for place, line in enumerate(lines) if OPEN in line]
    found = []
    for answers in product((False, True), repeat=len(places)):
        told = list(lines)
        for place, holds in zip(places, answers, strict=True):
            words = told[place].split()
            told[place] = " ".join([*words[:2], "-p", "icmp" if holds else "tcp", *words[6:]])
        verdict = ask(policy, told)
        line = verdict.rule.position if verdict.rule else -1
        found.append((verdict, line))
    return found


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["ACCEPT", "DROP"]), rule_lines())
def test_verdict_holds_however_open_conditions_are_decided(policy: str, lines: list[str]) -> None:
    verdict = ask(policy, lines)
    worlds = decided(policy, lines)
    outcomes = {world.outcome for world, _ in worlds}
    assert outcomes <= {"accept", "drop"}
    if verdict.outcome == "drop":
        assert outcomes == {"drop"}
    if verdict.outcome == "accept" and not verdict.maybe:
        assert outcomes == {"accept"}
    if verdict.outcome == "unknown":
        assert "accept" in outcomes or len(worlds) > 1
    may_drop = {rule.position for rule in verdict.maybe}
    if verdict.rule:
        may_drop.add(verdict.rule.position)
    for world, line in worlds:
        if world.outcome == "drop" and line >= 0:
            assert line in may_drop
        if world.outcome == "accept" and verdict.outcome != "drop":
            assert (world.packet.mark ^ verdict.packet.mark) & ~verdict.unknown_mark == 0


texts = st.sampled_from(VALUES) | st.text(max_size=12)
matches = st.builds(Match, st.sampled_from(FIELDS), texts, st.booleans())
rules = st.builds(
    FirewallRule,
    text=st.sampled_from(["-A x", "meta mark set 1 accept"]),
    document=st.just("d"),
    position=st.integers(1, 9),
    matches=st.lists(matches, max_size=3).map(tuple),
    target=st.sampled_from((*TARGETS, *NAMES)),
    is_goto=st.booleans(),
    argument=st.sampled_from(ARGUMENTS),
)
chains = st.builds(
    Chain,
    name=st.sampled_from((*NAMES, "")),
    rules=st.lists(rules, max_size=5).map(tuple),
    policy=st.sampled_from([None, "ACCEPT", "DROP"]),
    hook=st.sampled_from([None, "forward", "prerouting", "postrouting"]),
    priority=st.none() | st.integers(-400, 400),
    type=st.sampled_from([None, "filter", "nat"]),
)
elements = st.lists(texts, max_size=4).map(tuple)
tables = st.builds(
    Table,
    name=st.sampled_from(["filter", "nat"]),
    family=st.sampled_from(["ip", "inet", "bridge"]),
    program=st.sampled_from(["iptables", "nft"]),
    chains=st.lists(chains, max_size=4).map(tuple),
    source=st.just(Source("d")),
    is_complete=st.booleans(),
    sets=elements.map(lambda found: (("s", found),)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(tables, max_size=3), elements, st.sampled_from(["icmp", "udp", "132", "x"]))
def test_arbitrary_tables_never_raise(
    told: list[Table], ipset: tuple[str, ...], protocol: str
) -> None:
    firewall = Firewall(tuple(told), (("s", ipset),))
    hooks: tuple[Hook, ...] = ("prerouting", "forward", "postrouting")
    for hook in hooks:
        packet = HERE._replace(protocol=protocol, source_port=1, state=None)
        verdict = walk(firewall, hook, packet, family="ip")
        assert verdict.outcome in ("accept", "drop", "unknown")
        assert (verdict.outcome == "drop") >= verdict.reject
        assert walk(firewall, hook, packet, family="bridge").packet is not None


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("*:-A FORWARDjJgmps!0x1/\n{}@,.[]"), max_size=200))
def test_arbitrary_documents_never_raise(text: str) -> None:
    save = parse_iptables_save(f"*filter\n:FORWARD DROP\n{text}", "d").items
    nft = parse_nft(f"table inet x {{\nchain c {{\n{text}\n}}\n}}", "d").items
    walk(Firewall((*save, *nft)), "forward", HERE, family="ip")
