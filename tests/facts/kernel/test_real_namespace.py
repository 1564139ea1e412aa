"""A namespace of this machine: what ``ip`` and ``bridge`` print of it in both forms is the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from netdiag.facts.parsed import Parsed
from tests.facts.kernel.network_documents import JSON_PARSERS, TEXT_PARSERS, as_told

NAMESPACE, PEER = (f"ndtest{os.getpid()}{end}" for end in "ab")
SETTINGS = f"""\
link set lo up
link add eth0 type veth peer name eth0 netns {PEER}
link set eth0 up
addr add 10.1.10.9/24 dev eth0
addr add 10.9.0.1 peer 10.9.0.2/32 dev eth0
addr add fd00:1::9/64 dev eth0 nodad
link add cni0 type bridge
link set cni0 up
link add v1 type veth peer name v1p
link set v1 master cni0 up
link set v1p up
link set v1 type bridge_slave hairpin on isolated on
link add flannel.1 type vxlan id 1 local 10.1.10.9 dev eth0 dstport 8472 nolearning
link set flannel.1 up
link add vxg type vxlan id 42 group 239.1.1.1 dev eth0 dstport 4789
link add vx6 type vxlan id 44 remote fd00:1::77 local fd00:1::9 dstport 4791
link add vxx type vxlan external dstport 4790
link add mac0 link eth0 type macvlan mode bridge
tuntap add tun0 mode tun
tuntap add tap0 mode tap
route add 10.50.0.0/16 nexthop via 10.1.10.10 dev eth0 weight 2 nexthop via 10.1.10.11 dev eth0
route add blackhole 192.168.1.0/26 proto bird
route add unreachable 192.168.2.0/26 metric 77
route add throw 192.168.4.0/26 table 100
route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink
route add 10.244.2.0/24 via 10.1.10.2 dev eth0 mtu 1400 advmss 1300 src 10.1.10.9 proto 80 table 77
route add 10.244.3.0/24 via inet6 fd00:1::5 dev eth0
route add default via 10.1.10.1 mtu lock 1400
-6 route add default via fd00:1::1 dev eth0
-6 route add fd00:5::/64 nexthop via fd00:1::10 nexthop via fd00:1::11
-6 route add blackhole fd00:7::/64
rule add from 10.244.0.0/16 lookup 100 pref 100
rule add not from 10.1.1.1 to 10.2.0.0/16 fwmark 0x20/0x20 iif eth0 oif cni0 table 300 prio 101
rule add fwmark 5 ipproto tcp sport 80 table main suppress_prefixlength 0 prio 102
rule add unreachable from 1.2.3.4 prio 104
rule add goto 32766 prio 106
rule add nop prio 107
neigh add 10.1.10.10 lladdr 00:0c:29:11:22:10 dev eth0 nud permanent
neigh add 10.1.10.12 dev eth0 nud failed
neigh add 10.1.10.14 lladdr 00:0c:29:11:22:14 dev eth0 nud stale router
"""
FORWARDING = """\
fdb append 5a:11:11:11:11:11 dev flannel.1 dst 10.1.10.10 self permanent
fdb append 00:00:00:00:00:00 dev vxx dst 10.1.10.10 port 99 vni 55 src_vni 44 self permanent
fdb add 5a:11:11:11:11:12 dev v1 master static
"""
COMMANDS = {
    "ip -d -s link": ("link", "ip link"),
    "ip -d -o link": ("link", "ip link"),
    "ip link": ("link", "ip link"),
    "ip addr": ("addr", "ip addr"),
    "ip route show table all": ("route", "ip route"),
    "ip -d route show table all": ("route", "ip route"),
    "ip -o -6 route show table main": ("route", "ip route"),
    "ip rule": ("rule", "ip rule"),
    "ip neigh": ("neigh", "ip neigh"),
    "ip neigh show proxy": ("neigh", "ip neigh"),
    "bridge fdb": ("fdb", "bridge fdb"),
    "bridge -d link": ("bridge link", "bridge link"),
}
"""A command, and the parsers of its JSON and of its text."""
CHANGING: dict[str, Any] = {"counters": None, "peer_namespace": None}


def run(program: str, *words: str) -> str:
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=20).stdout


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("bridge"):
        pytest.skip("needs root, and the programs ip and bridge")
    try:
        for name in (NAMESPACE, PEER):
            run("ip", "netns", "add", name)
        if f"{NAMESPACE}" not in run("ip", "netns"):
            pytest.skip("this machine lets nobody create network namespaces")
        # what this kernel lacks is left out: the rest is compared all the same
        for line in SETTINGS.splitlines():
            run("ip", "-n", NAMESPACE, *line.split())
        for line in FORWARDING.splitlines():
            run("bridge", "-n", NAMESPACE, *line.split())
        yield NAMESPACE
    finally:
        for name in (NAMESPACE, PEER):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=20)


@pytest.mark.parametrize("command", COMMANDS)
def test_both_forms_tell_the_same(namespace: str, command: str) -> None:
    json_parser, text_parser = COMMANDS[command]
    program, *words = command.split()
    before = run(program, "-n", namespace, "-j", *words)
    in_text = TEXT_PARSERS[text_parser](run(program, "-n", namespace, *words), "text", 1)
    after = run(program, "-n", namespace, "-j", *words)
    in_json = [JSON_PARSERS[json_parser](data.encode(), "json") for data in (before, after)]
    assert [parsed.problems for parsed in (in_text, *in_json)] == [(), (), ()]
    assert told(in_text) in [told(parsed) for parsed in in_json]  # bridges learn in between


def test_there_is_much_to_compare(namespace: str) -> None:
    routes = TEXT_PARSERS["ip route"](run("ip", "-n", namespace, "route"), "text", 1).items
    links = TEXT_PARSERS["ip link"](run("ip", "-n", namespace, "-d", "link"), "text", 1).items
    assert {"lo", "eth0", "cni0", "v1"} <= {link.name for link in links}
    assert any(len(route.next_hops) == 2 for route in routes)


def told(parsed: Parsed[Any]) -> list[Any]:
    unlike = CHANGING if parsed.items and hasattr(parsed.items[0], "counters") else {}
    return as_told(parsed, **unlike)
