"""A namespace of this machine: what its firewall was told is read back from all programs alike."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from netdiag.facts.activity.conntrack import parse_conntrack
from netdiag.facts.activity.ethtool import parse_ethtool
from netdiag.facts.activity.queues import parse_queues
from netdiag.facts.activity.snmp import parse_snmp
from netdiag.facts.activity.sockets import parse_sockets
from netdiag.facts.activity.sysctls import parse_sysctls
from netdiag.facts.firewall.ipset import parse_ipset
from netdiag.facts.firewall.iptables_list import parse_iptables_list
from netdiag.facts.firewall.iptables_save import parse_iptables_save
from netdiag.facts.firewall.nft import parse_nft
from netdiag.model.facts.activity import Connection, QueueDiscipline, Socket, Tuple
from netdiag.model.facts.firewall import Table
from tests.facts.node_documents import by_name, rules, what_it_does

NAMESPACE = f"ndtest{os.getpid()}n"
RULES = """\
-t raw -A PREROUTING -i eth0 -p udp --dport 4789 -j NOTRACK
-t mangle -A FORWARD -j MARK --set-xmark 0x10/0xf0
-t mangle -A FORWARD -j MARK --or-mark 0x4000
-t nat -N KUBE-SEP
-t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080
-t nat -A PREROUTING -c 3 252 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.1:80
-t nat -A POSTROUTING -s 10.244.0.0/16 ! -d 224.0.0.0/4 -j MASQUERADE --random-fully
-t nat -A POSTROUTING -j SNAT --to-source 1.2.3.4
-t nat -A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-t nat -A POSTROUTING -m mark --mark 0x1 -g KUBE-SEP
-N cali-FORWARD
-P FORWARD DROP
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack ! --ctstate NEW -j DROP
-A INPUT -p icmp --icmp-type echo-request -j ACCEPT
-A INPUT -f -j DROP
-A INPUT -p tcp -m multiport --dports 80,443,1000:2000 -j ACCEPT
-A INPUT -p tcp --sport 1024:65535 ! --dport 22 -j REJECT --reject-with tcp-reset
-A INPUT -j REJECT
-A INPUT -p tcp --tcp-flags FIN,SYN,RST,ACK SYN -j LOG --log-prefix "a b: "
-A INPUT -m addrtype --dst-type LOCAL -j DROP
-A INPUT -m comment --comment "a \\"b\\" c" -j cali-FORWARD
-A INPUT ! -p tcp ! -i eth+ -j ACCEPT
-A FORWARD -c 12345 6789012 -s 10.0.0.1 -i flannel.1 ! -o cni0 -j ACCEPT
"""
HOLD_SOCKET = (
    "import socket,sys;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);"
    "s.bind(('0.0.0.0',8472));print('bound',flush=True);sys.stdin.read()"
)

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ip") is None, reason="needs root and iproute2"
)


def output(command: str) -> str:
    """Return what a command prints in the namespace; skip if this machine cannot do it."""
    program, *arguments = shlex.split(command)
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        ["ip", "netns", "exec", NAMESPACE, program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"{command}: {done.stderr.strip()[:200]}")
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def namespace() -> Iterator[None]:
    added = subprocess.run(
        ["ip", "netns", "add", NAMESPACE], capture_output=True, text=True, check=False
    )
    if added.returncode:
        pytest.skip(f"no network namespace: {added.stderr.strip()}")
    try:
        output("ip link set lo up")
        yield
    finally:
        subprocess.run(["ip", "netns", "delete", NAMESPACE], check=True)


@pytest.fixture(scope="module")
def saved(namespace: None) -> dict[str, Table]:
    """Return the tables that were written, as iptables-save tells them."""
    for rule in RULES.splitlines():
        output(f"iptables {rule}")
    parsed = parse_iptables_save(output("iptables-save -c"), "save")
    assert parsed.problems == ()
    tables = by_name(parsed.items)
    assert sum(len(found) for table in tables.values() for found in rules(table).values()) == 21
    return tables


def test_nft_tells_the_same(saved: dict[str, Table]) -> None:
    if "nf_tables" not in output("iptables --version"):
        pytest.skip("iptables does not use nft here")
    parsed = parse_nft(output("nft list ruleset"), "nft")
    assert parsed.problems == ()
    assert parse_nft(output("nft -a list ruleset"), "nft") == parsed
    tables = by_name(parsed.items)
    assert tables.keys() == saved.keys()
    for name, table in tables.items():
        assert_same(table, saved[name], with_counters=True)


@pytest.mark.parametrize("table", ["filter", "nat", "mangle", "raw"])
def test_lists_tell_the_same(saved: dict[str, Table], table: str) -> None:
    for options in ("-vnL", "-vnxL --line-numbers", "-S", "-S -v"):
        parsed = parse_iptables_list(output(f"iptables -t {table} {options}"), "list")
        assert parsed.problems == ()
        (found,) = parsed.items
        assert (found.name, found.is_complete) == (table, True)
        assert_same(found, saved[table], with_counters=options in ("-vnxL --line-numbers", "-S -v"))


def test_sections_one_after_the_other_are_tables(saved: dict[str, Table]) -> None:
    text = "".join(output(f"iptables -t {table} -vnL") for table in ("filter", "nat", "mangle"))
    assert [table.name for table in parse_iptables_list(text, "list").items] == [
        *("filter", "nat", "mangle"),
    ]


def assert_same(table: Table, saved: Table, with_counters: bool) -> None:
    expected = {chain.name: chain for chain in saved.chains}
    for found in table.chains:
        chain = expected.pop(found.name)
        assert (found.policy, found.hook, found.priority) == (
            *(chain.policy, chain.hook, chain.priority),
        )
        assert list(map(what_it_does, found.rules)) == list(map(what_it_does, chain.rules))
        if with_counters:
            assert [(rule.packets, rule.bytes) for rule in found.rules] == [
                (rule.packets, rule.bytes) for rule in chain.rules
            ]
    assert not any(chain.rules for chain in expected.values())


def test_ipset() -> None:
    output("ipset create cali40s hash:net")
    output("ipset add cali40s 10.244.0.0/16")
    output("ipset create ports hash:ip,port timeout 100")
    output("ipset add ports 10.0.0.1,udp:8472 timeout 50")
    expected = (("cali40s", ("10.244.0.0/16",)), ("ports", ("10.0.0.1,udp:8472",)))
    assert parse_ipset(output("ipset save"), "ipset") == (expected, ())
    assert parse_ipset(output("ipset list"), "ipset") == (expected, ())


@pytest.mark.parametrize("options", ["", "-o extended", "-o id"])
def test_conntrack(options: str) -> None:
    output("conntrack -F")
    output("conntrack -I -p udp -s 10.0.0.1 -d 10.0.0.2 --sport 7 --dport 8472 --timeout 300 -m 5")
    (found,) = parse_conntrack(output(f"conntrack -L {options}"), "conntrack").items
    assert found.timeout_s is not None
    assert 0 < found.timeout_s <= 300
    assert found == Connection(
        protocol="udp",
        original=Tuple("10.0.0.1", "10.0.0.2", 7, 8472),
        reply=Tuple("10.0.0.2", "10.0.0.1", 8472, 7),
        position=1,
        timeout_s=found.timeout_s,
        is_unreplied=found.is_unreplied,
        mark=5,
    )


def test_sockets() -> None:
    holder = subprocess.Popen(
        ["ip", "netns", "exec", NAMESPACE, sys.executable, "-c", HOLD_SOCKET],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"bound\n"
            for options in ("-lnu", "-tuanp", "-lu", "-Hlnu"):
                line = 1 if "H" in options else 2
                expected = Socket("udp", "UNCONN", "0.0.0.0", 8472, "0.0.0.0", None, line)
                assert parse_sockets(output(f"ss {options}"), "ss") == ((expected,), ())
        finally:
            holder.kill()


def test_counters_have_one_name_each() -> None:
    in_files = parse_snmp(output("cat /proc/net/snmp /proc/net/netstat"), "snmp")
    in_tool = parse_snmp(output("nstat -az"), "nstat")
    assert in_files.problems == in_tool.problems == ()
    names = {name for name, _ in in_files.items}
    assert {"Ip.FragFails", "TcpExt.IPReversePathFilter", "IpExt.InOctets"} <= names
    assert {"Ip.FragFails", "TcpExt.IPReversePathFilter"} <= {name for name, _ in in_tool.items}


def test_sysctls_have_one_name_each() -> None:
    output("ip link add flannel.1 type bridge")
    in_tool = dict(parse_sysctls(output("sysctl -a -r flannel"), "sysctl").items)
    name = "net.ipv4.conf.flannel/1.rp_filter"
    path = "/proc/sys/net/ipv4/conf/flannel.1/rp_filter"
    in_files = dict(parse_sysctls(output(f"grep -H . {path}"), "grep").items)
    assert in_files == {name: in_tool[name]}


def test_queues() -> None:
    output("tc qdisc add dev lo root pfifo limit 10")
    for device, options in (("lo", ""), ("", "show dev lo")):
        in_json = parse_queues(output(f"tc -s -j qdisc {options}"), "qdisc.json")
        assert in_json == ((QueueDiscipline(device, "pfifo", 0, 0, {"limit": 10}),), ())
        in_text = parse_queues(output(f"tc -s qdisc {options}"), "qdisc.txt")
        assert in_text == ((QueueDiscipline(device, "pfifo", 1, 0, {"limit": "10p"}),), ())


def test_ethtool() -> None:
    parsed = parse_ethtool(output("ethtool -k lo"), "ethtool")
    assert parsed.problems == ()
    assert dict(parsed.items)["rx-checksumming"].split()[0] in ("on", "off")
