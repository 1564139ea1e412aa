"""Rules that a router is given, and the address that its client pings."""

from __future__ import annotations

from typing import NamedTuple

CLIENT, SERVER = "10.9.1.2", "10.9.2.2"
GATEWAYS = ("10.9.1.1", "10.9.2.1")


class Case(NamedTuple):
    name: str
    rules: str
    destination: str = SERVER


def _filter(name: str, *rules: str, policy: str = "ACCEPT", chains: str = "") -> Case:
    heads = f":INPUT ACCEPT\n:FORWARD {policy}\n:OUTPUT ACCEPT\n"
    heads += "".join(f":{chain} -\n" for chain in chains)
    return Case(name, f"*filter\n{heads}" + "\n".join((*rules, "COMMIT\n")))


def _nat(name: str, rule: str, rest: str = "", destination: str = SERVER) -> Case:
    heads = ":PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\n"
    filters = f"*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n{rest}\nCOMMIT\n"
    return Case(name, f"*nat\n{heads}{rule}\nCOMMIT\n{filters}", destination)


ESTABLISHED = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
CASES = (
    _filter("nothing", "-A FORWARD -p udp -j DROP"),
    _filter("drop by destination", f"-A FORWARD -d {SERVER}/32 -p icmp -j DROP"),
    _filter("drop of the reply", f"-A FORWARD -s {SERVER}/32 -p icmp -j DROP"),
    _filter("policy", policy="DROP"),
    _filter("policy with an accept one way", f"-A FORWARD -s {CLIENT}/32 -j ACCEPT", policy="DROP"),
    _filter("established", ESTABLISHED, f"-A FORWARD -s {CLIENT}/32 -m conntrack --ctstate NEW "
            "-j ACCEPT", policy="DROP"),
    _filter("only established", ESTABLISHED, policy="DROP"),
    _filter("devices", "-A FORWARD -i c+ ! -o c0 -j DROP"),
    _filter("other devices", "-A FORWARD -i s0 -o s0 -j DROP"),
    _filter("type", "-A FORWARD -p icmp -m icmp --icmp-type 0 -j DROP"),
    _filter("type and code", "-A FORWARD -p icmp -m icmp --icmp-type 8/0 -j DROP"),
    _filter("range", "-A FORWARD -m iprange --src-range 10.9.1.1-10.9.1.3 -j DROP"),
    _filter("not range", "-A FORWARD -m iprange ! --src-range 10.9.0.0-10.9.255.255 -j DROP"),
    _filter("multiport of icmp", "-A FORWARD -p udp -m multiport ! --dports 53 -j DROP"),
    _filter("jump and return", "-A FORWARD -j A", "-A FORWARD -j DROP", "-A A -p icmp -j RETURN",
            "-A A -j ACCEPT", chains="A"),
    _filter("goto", "-A FORWARD -j A", "-A FORWARD -j ACCEPT", "-A A -g B", "-A A -j DROP",
            "-A B -p udp -j DROP", chains="AB", policy="DROP"),
    _filter("goto of the base chain", "-A FORWARD -g A", "-A FORWARD -j ACCEPT",
            "-A A -p udp -j ACCEPT", chains="A", policy="DROP"),
    _filter("return of the base chain", "-A FORWARD -p icmp -j RETURN", "-A FORWARD -j ACCEPT",
            policy="DROP"),
    _filter("mark", "-A FORWARD -j MARK --set-xmark 0x10000/0x10000",
            "-A FORWARD -j MARK --set-xmark 0x1/0xff", "-A FORWARD -j MARK --set-xmark 0x3/0x0",
            "-A FORWARD -m mark --mark 0x10002 -j DROP"),
    _filter("mark with a mask", "-A FORWARD -j MARK --set-xmark 0x7/0xffffffff",
            "-A FORWARD -m mark ! --mark 0x2/0x2 -j DROP",
            "-A FORWARD -m mark --mark 0x4/0x6 -j DROP",
            "-A FORWARD -m mark --mark 0x6/0x6 -j DROP"),
    _filter("local", "-A FORWARD -m addrtype --dst-type LOCAL -j DROP"),
    _filter("reject", "-A FORWARD -p icmp -j REJECT --reject-with icmp-port-unreachable"),
    _filter("input is not asked", "-A INPUT -j DROP", "-A OUTPUT -j DROP"),
    Case("mangle before filter", "*mangle\n:FORWARD ACCEPT\n-A FORWARD -j MARK --set-xmark 0x9\n"
         "COMMIT\n*filter\n:FORWARD ACCEPT\n-A FORWARD -m mark --mark 0x9 -j DROP\nCOMMIT\n"),
    Case("accepted in mangle only", "*mangle\n:FORWARD ACCEPT\n-A FORWARD -j ACCEPT\nCOMMIT\n"
         "*filter\n:FORWARD ACCEPT\n-A FORWARD -j DROP\nCOMMIT\n"),
    Case("no entry in raw", "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -m conntrack --ctstate NEW "
         "-j DROP\n-A PREROUTING -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n"),
    Case("untracked", "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -j CT --notrack\nCOMMIT\n*filter\n"
         ":FORWARD ACCEPT\n-A FORWARD -m conntrack --ctstate NEW,INVALID -j DROP\n"
         "-A FORWARD -m conntrack --ctstate UNTRACKED -j DROP\nCOMMIT\n"),
    _nat("destination nat", f"-A PREROUTING -d {GATEWAYS[0]}/32 -p icmp -j DNAT "
         f"--to-destination {SERVER}", destination=GATEWAYS[0]),
    _nat("filter sees the new address", f"-A PREROUTING -d {GATEWAYS[0]}/32 -j DNAT "
         f"--to-destination {SERVER}", f"-A FORWARD -d {SERVER}/32 -m conntrack --ctstate DNAT "
         "-j DROP", destination=GATEWAYS[0]),
    _nat("first nat rule wins", f"-A PREROUTING -d {GATEWAYS[0]}/32 -j DNAT --to-destination "
         f"{SERVER}\n-A PREROUTING -d {GATEWAYS[0]}/32 -j DNAT --to-destination 10.9.2.77",
         destination=GATEWAYS[0]),
    _nat("masquerade", "-A POSTROUTING -o s0 -j MASQUERADE"),
)  # fmt: skip


NFT_CASES = (
    "ip saddr { 10.9.1.0/24, 10.9.9.9 } drop",
    "ip saddr 10.9.1.1-10.9.1.3 ip daddr != 10.9.2.2 drop",
    'iifname "c*" oifname { "s0", "lo" } drop',
    "icmp type { echo-request, echo-reply } drop",
    "ct state vmap { established : accept, new : drop }",
    "ct state vmap { established : drop, new : accept }",
    "meta mark set 0x5\nmeta mark & 0x4 == 0x4 drop",
    "ip saddr . ip daddr { 10.9.1.2 . 10.9.2.2 } drop",
    "ip saddr vmap { 10.9.1.0/24 : jump refuse, 10.9.2.0/24 : accept }",
    "ip saddr vmap { 10.9.1.0/24 : goto spare }\ndrop",
    "meta nfproto ipv4 meta l4proto { icmp, udp } goto refuse",
    "fib daddr type local drop",
    "ip daddr @servers drop",
    "ip daddr @servers accept\ndrop",
)
NFT_TABLE = """\
table inet ndtest {{
set servers {{
type ipv4_addr
flags interval
elements = {{ 10.9.2.0/24, 10.8.0.1 }}
}}
chain refuse {{
ip protocol icmp counter drop
}}
chain spare {{
counter
}}
chain entry {{
type filter hook forward priority filter; policy accept;
{}
}}
}}
"""
