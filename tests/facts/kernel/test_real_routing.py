"""A namespace of this machine: its kernel takes the routes that are told from its documents."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
from collections.abc import Iterator

import msgspec
import pytest

from netdiag.facts.kernel.ip_route import parse_routes_json
from netdiag.facts.kernel.ip_rule import parse_rules_json
from netdiag.facts.kernel.routing import RoutingTables
from netdiag.model.facts.kernel import Namespace, Route, RoutingRule
from tests.facts.kernel.routing_tables import packet, way

NAMESPACE = f"ndroute{os.getpid()}"
DEVICES = ("eth0", "eth1", "wireguard.cali", "kube-bridge", "cali1", "down0")
SETTINGS = """\
addr add 10.1.10.9/24 dev eth0
addr add 10.2.10.9/24 dev eth1
addr add 10.244.0.1/24 dev kube-bridge
addr add fd00:1::9/64 dev eth0 nodad
route add default via 10.1.10.1
route add 10.244.1.0/24 via 10.1.10.10 proto 17
route add 10.244.2.0/24 via 10.1.10.11 metric 100
route add 10.244.2.0/24 via 10.2.10.11 metric 50
route add 10.244.3.0/24 dev down0
route add 10.245.0.0/16 via 10.1.10.12
route add blackhole 10.245.7.0/26 proto 80
route add 10.245.7.5 dev cali1
route add unreachable 10.246.0.0/16
route add prohibit 10.247.0.0/16
route add 10.245.9.0/24 dev wireguard.cali table 1
route add 10.244.1.128/25 dev wireguard.cali table 1
route add throw 10.245.9.64/26 table 1
route add 10.248.0.0/16 via 10.2.10.1 table 77
route add default via 10.2.10.254 table 77
route add 10.249.0.0/16 via 10.2.10.99 onlink dev eth1 table 79
route add blackhole 10.250.0.0/24 table 79
route add default dev wireguard.cali table 51820
route add default via fd00:1::1
route add fd00:244:1::/64 via fd00:1::10
route add fd00:244:1:0:8000::/65 dev wireguard.cali table 1
rule add not fwmark 0x100000/0x100000 lookup 1 pref 99
rule add iif kube-bridge to 10.248.0.0/16 lookup 77 pref 32700
rule add from 10.244.0.0/24 to 10.251.0.0/16 lookup 77 pref 32701
rule add lookup 79 pref 32702
rule add fwmark 0xca6c goto 32720 pref 32703
rule add lookup main suppress_prefixlength 0 pref 32704
rule add to 10.252.0.0/16 blackhole pref 32705
rule add ipproto tcp to 10.253.0.0/16 lookup 77 pref 32706
rule add to 8.0.0.0/8 lookup 51820 pref 32707
rule add nop pref 32720
"""
"""Like Calico's WireGuard, kube-router's tables 77 and 79, and wg-quick's, all at once."""

IPV6_RULE = "not fwmark 0x100000/0x100000 lookup 1 pref 99"

SYSCTLS = (
    "net.ipv4.ip_forward=1",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.kube-bridge.rp_filter=0",
)
NETWORKS = (
    "10.1.10", "10.2.10", "10.244.0", "10.244.1", "10.244.2", "10.244.3", "10.245.1", "10.245.7",
    "10.245.9", "10.246.1", "10.247.1", "10.248.1", "10.249.1", "10.250.0", "10.251.1", "10.252.1",
    "10.253.1", "8.8.8", "9.9.9",
)  # fmt: skip
ADDRESSES_EACH = 5
MARKS = (0, 0x100000, 0xCA6C)
REFUSED = frozenset(("none", "blackhole", "unreachable", "prohibit"))

pytestmark = pytest.mark.skipif(
    shutil.which("ip") is None or os.geteuid() != 0, reason="needs root and iproute2"
)


def ip(*words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = ("ip", "-n", NAMESPACE, *words)
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def links() -> Iterator[str]:
    """Yield what makes the devices: veths whose other end is up, but for one."""
    for number, name in enumerate(DEVICES):
        yield f"link add {name} type veth peer name other{number}\nlink set {name} up\n"
        if not name.startswith("down"):
            yield f"link set other{number} up\n"


@pytest.fixture(scope="module")
def told() -> Iterator[RoutingTables]:
    """Make the namespace, and read its rules and routes as documents tell them."""
    made = subprocess.run(("ip", "netns", "add", NAMESPACE), capture_output=True, check=False)
    if made.returncode:
        pytest.skip("namespaces cannot be made here")
    try:
        done = ip("-batch", "-", text="".join(links()) + SETTINGS)
        ip("-6", "rule", "add", *IPV6_RULE.split())
        if done.stderr:
            pytest.skip(f"this kernel lacks something: {done.stderr.splitlines()[0]}")
        inside = ("ip", "netns", "exec", NAMESPACE, "sysctl", "-qw", *SYSCTLS)
        subprocess.run(inside, capture_output=True, check=False)
        routes: list[Route] = []
        rules: list[RoutingRule] = []
        for family in ("-4", "-6"):
            text = ip(family, "-j", "-d", "route", "show", "table", "all").stdout.encode()
            routes += parse_routes_json(text, "ip_route.json").items
        rules += parse_rules_json(ip("-4", "-j", "rule").stdout.encode(), "ip_rule.json").items
        yield RoutingTables(
            Namespace(routes=tuple(routes), rules=tuple(rules), has_all_tables=True)
        )
    finally:
        subprocess.run(("ip", "netns", "del", NAMESPACE), check=False)


def kernel_way(destination: str, *words: str) -> str:
    """Return what the kernel answers; ``none`` for all kinds of refusal."""
    done = ip("-j", "route", "get", destination, *words)
    if done.returncode:
        return "none"
    route = msgspec.json.decode(done.stdout)[0]
    if route.get("type") in ("local", "broadcast"):
        return str(route["type"])
    return " ".join(route[key] for key in ("gateway", "dev") if key in route)


def destinations() -> list[str]:
    chosen = random.Random(7)
    numbers = [1, 5, 70, 130, *chosen.sample(range(2, 254), ADDRESSES_EACH - 4)]
    return [f"{network}.{number}" for network in NETWORKS for number in numbers]


def test_packets_of_the_node_itself(told: RoutingTables) -> None:
    for destination, mark in itertools.product(destinations(), MARKS):
        found = way(told.look_up(packet(destination, mark=mark)))
        wanted = kernel_way(destination, *(("mark", hex(mark)) if mark else ()))
        assert ("none" if found in REFUSED else found) == wanted, (destination, hex(mark))


def test_packets_of_pods(told: RoutingTables) -> None:
    for destination in destinations():
        found = told.look_up(packet(destination, "10.244.0.7", input_device="kube-bridge"))
        wanted = kernel_way(destination, "from", "10.244.0.7", "iif", "kube-bridge")
        assert ("none" if way(found) in REFUSED else way(found)) == wanted, destination


def test_ipv6_by_the_rules_of_ipv4(told: RoutingTables) -> None:
    for destination in ("fd00:244:1::5", "fd00:244:1:0:8000::5", "2001:db8::1", "fd00:1::77"):
        assert way(told.look_up(packet(destination))) == kernel_way(destination), destination
