"""The kernel's word: a client pings a server through a router that has rules.

Whether a reply comes back, and which rules counted, must be what walking the same rules says.
Needs root, iproute2 and iptables; everything happens in namespaces of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from netdiag.explain.expected.firewall import Hook, Verdict, walk
from netdiag.explain.expected.packet import Packet
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.model.facts.firewall import Firewall
from tests.explain.expected.cases_firewall_kernel import (
    CASES,
    CLIENT,
    GATEWAYS,
    NFT_CASES,
    NFT_TABLE,
    SERVER,
)
from tests.explain.expected.firewall_reading import address, icmp

LOCAL = frozenset(address(text) for text in GATEWAYS)
PLACES = tuple(f"ndfw{os.getpid()}{letter}" for letter in "crs")
"""Client, router, server."""
PING = """
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(float(sys.argv[2]))
head = struct.pack('>BBHHH', 8, 0, 0, int(sys.argv[3]), 1) + b'netdiag!'
total = sum(struct.unpack('>8H', head))
total = (total & 0xffff) + (total >> 16)
packet = head[:2] + struct.pack('>H', ~total & 0xffff) + head[4:]
s.sendto(packet, (sys.argv[1], 0))
try:
    while True:
        data = s.recv(2048)
        if data[20] == 0 and data[24:26] == packet[4:6]:
            print('reply')
            break
except TimeoutError:
    print('silence')
"""
WAIT_S = "0.4"

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ip") is None or shutil.which("iptables-restore") is None,
    reason="needs root, iproute2 and iptables",
)


def run(place: int | None, *command: str, text: str | None = None) -> str:
    """Return what a command prints in a namespace; skip if this machine cannot do it."""
    prefix = [] if place is None else ["ip", "netns", "exec", PLACES[place]]
    done = subprocess.run(
        [*prefix, *command], input=text, capture_output=True, text=True, check=False, timeout=20
    )
    if done.returncode:
        pytest.skip(f"{' '.join(command)[:80]}: {done.stderr.strip()[:200]}")
    return done.stdout


@pytest.fixture(scope="module")
def router() -> Iterator[None]:
    made: list[str] = []
    try:
        for name in PLACES:
            run(None, "ip", "netns", "add", name)
            made.append(name)
        _join(0, CLIENT, "c0", GATEWAYS[0])
        _join(2, SERVER, "s0", GATEWAYS[1])
        run(1, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        run(0, sys.executable, "-c", PING, SERVER, "3", "1")
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "delete", name], check=True)


def _join(place: int, end: str, device: str, gateway: str) -> None:
    """Join a namespace to the router's device."""
    peer = ["type", "veth", "peer", "name", device, "netns", PLACES[1]]
    run(None, "ip", "link", "add", "eth0", "netns", PLACES[place], *peer)
    run(place, "ip", "address", "add", f"{end}/24", "dev", "eth0")
    run(1, "ip", "address", "add", f"{gateway}/24", "dev", device)
    run(place, "ip", "link", "set", "eth0", "up")
    run(1, "ip", "link", "set", device, "up")
    run(place, "ip", "route", "add", "default", "via", gateway)


def ping(destination: str, number: int) -> bool:
    return "reply" in run(0, sys.executable, "-c", PING, destination, WAIT_S, str(number))


def expect(told: Firewall, destination: str) -> tuple[bool, list[Verdict]]:
    """Return whether a ping is answered by the rules alone, and the verdicts up to its end."""
    request = icmp(CLIENT, destination)._replace(input="c0")
    passed, verdicts, reached = _pass_router(told, request, "s0")
    if not passed:
        return False, verdicts
    is_tracked = reached.state != "UNTRACKED"
    reply = icmp(SERVER, CLIENT, "ESTABLISHED" if is_tracked else None, kind=0)
    back, more, _ = _pass_router(told, reply._replace(input="s0"), "c0")
    return back, [*verdicts, *more]


def _pass_router(told: Firewall, packet: Packet, output: str) -> tuple[bool, list[Verdict], Packet]:
    verdicts = []
    hooks: tuple[Hook, ...] = ("prerouting", "forward", "postrouting")
    for hook in hooks:
        if hook == "forward":
            packet = packet._replace(output=output)
        verdicts.append(walk(told, hook, packet, family="ip", local=LOCAL))
        packet = verdicts[-1].packet
        assert verdicts[-1].outcome != "unknown"
        if verdicts[-1].outcome == "drop":
            return False, verdicts, packet
    return True, verdicts, packet


def forget_rules() -> None:
    empty = "".join(
        f"*{table}\n" + "".join(f":{chain} ACCEPT\n" for chain in chains) + "COMMIT\n"
        for table, chains in (
            ("raw", ("PREROUTING", "OUTPUT")),
            ("mangle", ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")),
            ("nat", ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")),
            ("filter", ("INPUT", "FORWARD", "OUTPUT")),
        )
    )
    run(1, "iptables-restore", text=empty)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_iptables_does_what_is_walked(router: None, number: int) -> None:
    case = CASES[number]
    forget_rules()
    run(1, "iptables-restore", text=case.rules)
    parsed = parse_iptables_save(run(1, "iptables-save", "-c"), "save")
    assert parsed.problems == ()
    passes, verdicts = expect(Firewall(parsed.items), case.destination)
    assert ping(case.destination, 100 + number) == passes
    counted = parse_iptables_save(run(1, "iptables-save", "-c"), "save").items
    _compare_counters(Firewall(counted), verdicts, passes)


def _compare_counters(told: Firewall, verdicts: list[Verdict], passes: bool) -> None:
    """The rule or the policy that decided has counted; no other rule that drops has."""
    packets = {
        (table.name, rule.text): rule.packets
        for table in told.tables
        for chain in table.chains
        for rule in chain.rules
    }
    deciding = {(v.table.name, v.rule.text) for v in verdicts if v.table and v.rule}
    assert all(packets[key] for key in deciding)
    last = verdicts[-1]
    if not passes and last.rule is None:
        assert last.table is not None and last.chain is not None
        policies = {(t.name, c.name): c.packets for t in told.tables for c in t.chains}
        assert policies[last.table.name, last.chain.name]
    dropping = {key for key, count in packets.items() if count and key[1].endswith("DROP")}
    assert dropping <= deciding


@pytest.mark.parametrize("number", range(len(NFT_CASES)), ids=NFT_CASES)
@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft")
def test_nft_does_what_is_walked(router: None, number: int) -> None:
    run(1, "nft", "flush", "ruleset")
    try:
        run(1, "nft", "-f", "-", text=NFT_TABLE.format(NFT_CASES[number]))
        parsed = parse_nft(run(1, "nft", "list", "ruleset"), "nft")
        assert parsed.problems == ()
        passes, _ = expect(Firewall(parsed.items), SERVER)
        assert ping(SERVER, 500 + number) == passes
    finally:
        run(1, "nft", "flush", "ruleset")
