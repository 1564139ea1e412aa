"""Rules as iptables-save prints them, a packet, and what becomes of it.

Each case: its name, rules, packet, hook, outcome, and the end of the rule that decides; None = a
policy.
"""

from __future__ import annotations

from typing import NamedTuple

from netdiag.explain.expected.firewall import Hook
from netdiag.explain.expected.packet import Packet
from tests.explain.expected.firewall_reading import icmp, tcp, udp


class Case(NamedTuple):
    name: str
    rules: str
    packet: Packet
    outcome: str
    ends: str | None = None
    """How the rule ends that decides; None = it is a policy."""
    maybe: int = 0
    hook: Hook = "forward"


HERE = icmp()._replace(input="cni0", output="flannel.1")
DROP_ALL = ":FORWARD DROP\n"


def _drops(name: str, rule: str, packet: Packet = HERE) -> Case:
    return Case(name, f"-A FORWARD {rule} -j DROP", packet, "drop", f"{rule} -j DROP")


def _passes(name: str, rule: str, packet: Packet = HERE) -> Case:
    return Case(name, f"-A FORWARD {rule} -j DROP", packet, "accept")


def _may_pass(name: str, rule: str, packet: Packet = HERE) -> Case:
    return Case(name, f"-A FORWARD {rule} -j DROP", packet, "accept", None, 1)


MATCHES = [
    _drops("source", "-s 10.244.1.0/24"),
    _passes("other source", "-s 10.244.9.0/24"),
    _passes("not source", "! -s 10.244.1.0/24"),
    _drops("range", "-m iprange --dst-range 10.244.2.1-10.244.2.9"),
    _passes("not range", "-m iprange ! --dst-range 10.244.2.1-10.244.2.9"),
    _may_pass("name", "-s somewhere.example"),
    _drops("device", "-i cni0 -o flannel.1"),
    _drops("devices", "-i cni+ ! -o ens+"),
    _passes("not device", "! -i cni0"),
    _may_pass("unknown device", "-i eth0", icmp()),
    _may_pass("unknown inverted device", "! -o eth0", icmp()),
    _drops("protocol", "-p icmp"),
    _drops("protocol number", "-p 1"),
    _drops("ipip number", "-p 4", HERE._replace(protocol="ipip")),
    _drops("ipip name", "-p ipencap", HERE._replace(protocol="4")),
    _drops("icmpv6", "-p ipv6-icmp", HERE._replace(protocol="icmpv6")),
    _passes("not protocol", "! -p icmp"),
    _drops("port", "-p udp -m udp --dport 8472", udp(8472)),
    _drops("ports", "-p udp -m multiport --dports 53,8000:9000", udp(8472)),
    _passes("other port", "-p udp -m udp --dport 53", udp(8472)),
    _drops("not port", "-p udp -m udp ! --dport 53", udp(8472)),
    _passes("port of icmp", "-m multiport ! --dports 53"),
    _may_pass("unknown port", "-p udp -m udp --sport 1024:65535", udp(53)),
    _drops("either port", "-p udp -m multiport --ports 53", udp(53, source_port=9)),
    _passes("port of a fragment", "-p udp --dport 53", udp(53)._replace(is_fragment=True)),
    _drops("fragment", "-f", HERE._replace(is_fragment=True)),
    _passes("no fragment", "-f"),
    _drops("echo", "-p icmp -m icmp --icmp-type 8"),
    _drops("echo with code", "-p icmp -m icmp --icmp-type 8/0"),
    _drops("any type", "-p icmp -m icmp --icmp-type any"),
    _passes("other type", "-p icmp -m icmp --icmp-type 3/4"),
    _may_pass("unknown code", "-p icmp --icmp-type 3/4", icmp(kind=3)),
    _drops("mark", "-m mark --mark 0x4000/0x4000", HERE._replace(mark=0xC000)),
    _passes("not mark", "-m mark ! --mark 0x4000/0x4000", HERE._replace(mark=0xC000)),
    _passes("whole mark", "-m mark --mark 0x4000", HERE._replace(mark=0xC000)),
    _may_pass("mark of the connection", "-m connmark --mark 0x1"),
    _drops("state", "-m conntrack --ctstate INVALID,NEW"),
    _passes("other state", "-m conntrack --ctstate RELATED,ESTABLISHED"),
    _drops("not state", "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT"),
    _passes("translated", "-m conntrack ! --ctstate DNAT", HERE._replace(is_translated=True)),
    _may_pass("unknown state", "-m conntrack --ctstate NEW", icmp(state=None)),
    _may_pass("statistic", "-m statistic --mode random --probability 0.5"),
    _may_pass("limit", "-m limit --limit 5/sec"),
    _may_pass("module", "-m owner --uid-owner 0"),
    _passes("unknown and false", "-p tcp -m owner --uid-owner 0"),
    _may_pass("flags", "-p tcp -m tcp --tcp-flags FIN,SYN SYN", tcp(80)),
    _passes("flags of icmp", "-m tcp ! --tcp-flags FIN,SYN SYN"),
    _may_pass("syn", "-p tcp -m tcp --syn", tcp(80)),
    _drops("comment", '-m comment --comment "a -j ACCEPT"'),
    _drops("nfacct", "-m nfacct --nfacct-name  x"),
    _drops("local", "-m addrtype --dst-type LOCAL", icmp(destination="10.1.10.9")),
    _drops("loopback", "-m addrtype --dst-type LOCAL", icmp(destination="127.0.0.1")),
    _passes("not local", "-m addrtype --dst-type LOCAL"),
    _drops("multicast", "-m addrtype --dst-type MULTICAST", icmp(destination="224.0.0.1")),
    _passes("not multicast", "-m addrtype --dst-type MULTICAST"),
    _may_pass("blackhole", "-m addrtype --dst-type BLACKHOLE"),
    _drops("port of the bridge", "-m physdev --physdev-in veth1",
           HERE._replace(bridge_input="veth1")),
    _may_pass("unknown port of the bridge", "-m physdev --physdev-in veth1"),
    _drops("not bridged", "-m physdev ! --physdev-is-bridged"),
    _drops("bridged", "-m physdev --physdev-is-bridged",
           HERE._replace(bridge_input="a", bridge_output="b")),
    _may_pass("set that is not told", "-m set --match-set absent src"),
]  # fmt: skip
CHAINS = [
    Case("policy", DROP_ALL, HERE, "drop"),
    Case("accept before policy", DROP_ALL + ":FLANNEL-FWD -\n-A FORWARD -j FLANNEL-FWD\n"
         "-A FLANNEL-FWD -s 10.244.0.0/16 -j ACCEPT", HERE, "accept", "16 -j ACCEPT"),
    Case("return, then policy", DROP_ALL + ":A -\n-A FORWARD -j A\n-A A -p icmp -j RETURN\n"
         "-A A -j ACCEPT", HERE, "drop"),
    Case("return of the base chain", DROP_ALL + "-A FORWARD -j RETURN\n-A FORWARD -j ACCEPT",
         HERE, "drop"),
    Case("goto does not come back", DROP_ALL + ":A -\n:B -\n-A FORWARD -j A\n-A A -g B\n"
         "-A A -j ACCEPT\n-A B -j LOG", HERE, "drop"),
    Case("goto comes back to the caller", DROP_ALL + ":A -\n:B -\n-A FORWARD -j A\n"
         "-A FORWARD -j ACCEPT\n-A A -g B\n-A A -j DROP\n-A B -j LOG", HERE, "accept",
         "FORWARD -j ACCEPT"),
    Case("marks", DROP_ALL + ":M -\n-A FORWARD -j M\n-A FORWARD -m mark --mark 0x10000/0x10000 "
         "-j ACCEPT\n-A M -j MARK --set-xmark 0x10000/0x10000", HERE, "accept", "-j ACCEPT"),
    Case("xor of a mark", "-A FORWARD -j MARK --set-xmark 0x4000/0x0\n"
         "-A FORWARD -m mark --mark 0x4000/0x4000 -j DROP", HERE._replace(mark=0x4000), "accept"),
    Case("or and and", "-A FORWARD -j MARK --or-mark 0x3\n-A FORWARD -j MARK --and-mark 0x2\n"
         "-A FORWARD -m mark --mark 0x2 -j DROP", HERE, "drop", "-j DROP"),
    Case("restored mark is not known", "-A FORWARD -j CONNMARK --restore-mark --nfmask 0x80 "
         "--ctmask 0x80\n-A FORWARD -m mark --mark 0x80/0x80 -j DROP\n"
         "-A FORWARD -m mark --mark 0x1/0x1 -j DROP", HERE, "accept", None, 1),
    Case("reject", "-A FORWARD -j REJECT --reject-with icmp-port-unreachable", HERE, "drop",
         "unreachable"),
    Case("queue", "-A FORWARD -j NFQUEUE --queue-num 1", HERE, "unknown", "--queue-num 1", 1),
    Case("unjudged queue", "-A FORWARD -m limit --limit 1/s -j NFQUEUE --queue-num 1", HERE,
         "accept", None, 1),
    Case("a rule that only counts", "-A FORWARD -s 10.244.0.0/16", HERE, "accept"),
    Case("two tables", "*mangle\n:FORWARD ACCEPT\n-A FORWARD -p icmp -j DROP\nCOMMIT\n"
         "*filter\n:FORWARD ACCEPT\n-A FORWARD -j ACCEPT", HERE, "drop", "icmp -j DROP"),
    Case("accepted in one only", "*mangle\n:FORWARD ACCEPT\n-A FORWARD -j ACCEPT\nCOMMIT\n"
         "*filter\n:FORWARD ACCEPT\n-A FORWARD -j DROP", HERE, "drop", "-j DROP"),
    Case("untracked", "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -j NOTRACK\nCOMMIT\n*mangle\n"
         ":PREROUTING ACCEPT\n-A PREROUTING -m conntrack --ctstate UNTRACKED -j DROP", HERE,
         "drop", "UNTRACKED -j DROP", hook="prerouting"),
    Case("no state before conntrack", "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -m conntrack "
         "--ctstate NEW -j DROP", HERE, "accept", hook="prerouting"),
    Case("chain that jumps to itself", ":FORWARD DROP\n:A -\n-A FORWARD -j A\n-A A -j A", HERE,
         "unknown"),
]  # fmt: skip
UNJUDGED = [
    Case("accept, then policy", DROP_ALL + "-A FORWARD -m owner --uid-owner 0 -j ACCEPT", HERE,
         "unknown"),
    Case("accept, then drop", "-A FORWARD -m owner --uid-owner 0 -j ACCEPT\n-A FORWARD -j DROP",
         HERE, "unknown", "FORWARD -j DROP", 1),
    Case("accept of established, new", DROP_ALL + "-A FORWARD -m conntrack --ctstate "
         "ESTABLISHED -j ACCEPT", HERE, "drop"),
    Case("accept of established, unknown", DROP_ALL + "-A FORWARD -m conntrack --ctstate "
         "ESTABLISHED -j ACCEPT", icmp(state=None), "unknown"),
    Case("return, then drop, then policy", DROP_ALL + ":A -\n-A FORWARD -j A\n"
         "-A A -m limit --limit 1/s -j RETURN\n-A A -j DROP", HERE, "drop", None, 1),
    Case("return, then drop, then accept", ":A -\n-A FORWARD -j A\n-A FORWARD -j ACCEPT\n"
         "-A A -m limit --limit 1/s -j RETURN\n-A A -j DROP", HERE, "unknown", "A A -j DROP", 1),
    Case("return, then accept, then drop", DROP_ALL + ":A -\n-A FORWARD -j A\n-A FORWARD -j DROP\n"
         "-A A -m limit --limit 1/s -j RETURN\n-A A -j ACCEPT", HERE, "accept", "A A -j ACCEPT", 1),
    Case("return, then accept, then policy", DROP_ALL + ":A -\n-A FORWARD -j A\n"
         "-A A -m limit --limit 1/s -j RETURN\n-A A -j ACCEPT", HERE, "accept", "A A -j ACCEPT", 1),
    Case("jump to a drop", ":A -\n-A FORWARD -m limit --limit 1/s -j A\n-A A -p icmp -j DROP",
         HERE, "accept", None, 1),
    Case("jump to an accept", DROP_ALL + ":A -\n-A FORWARD -m limit --limit 1/s -j A\n"
         "-A A -p icmp -j ACCEPT", HERE, "unknown"),
    Case("goto away from a drop", ":A -\n:B -\n-A FORWARD -j A\n-A A -m limit --limit 1/s -g B\n"
         "-A A -j DROP", HERE, "unknown", "A A -j DROP", 1),
    Case("mark, then drop by it", ":A -\n-A FORWARD -m limit --limit 1/s -j A\n"
         "-A FORWARD -m mark ! --mark 0x1/0x1 -j DROP\n-A A -j MARK --set-xmark 0x1/0x1", HERE,
         "accept", None, 1),
    Case("mark of another bit", "-A FORWARD -m limit --limit 1/s -j MARK --set-xmark 0x2/0x2\n"
         "-A FORWARD -m mark ! --mark 0x1/0x1 -j DROP", HERE, "drop", "-j DROP"),
    Case("unknown target, then policy", DROP_ALL + "-A FORWARD -j SOMETHING", HERE, "unknown"),
    Case("accept ends its own table only", "*mangle\n:FORWARD ACCEPT\n"
         "-A FORWARD -m limit --limit 1/s -j ACCEPT\nCOMMIT\n*filter\n:FORWARD DROP\n", HERE,
         "drop"),
    Case("drop in a jump that is not taken for sure", ":A -\n-A FORWARD -m limit --limit 1/s -j A\n"
         "-A A -m limit --limit 1/s -j ACCEPT\n-A A -j DROP\n-A FORWARD -j ACCEPT", HERE,
         "accept", "FORWARD -j ACCEPT", 1),
]  # fmt: skip
