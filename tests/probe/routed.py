"""A client, a router and a server in namespaces of their own, with listeners and packet filters."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.probe.namespaces import Namespaces
from tests.probe.processes import probe

CLIENT, ROUTER, SERVER, OTHER = "10.77.1.2", "10.77.1.1", "10.77.2.2", "10.77.2.3"
CLIENT_V6, ROUTER_V6, SERVER_V6 = "fd00:77:1::2", "fd00:77:1::1", "fd00:77:2::2"
BEYOND_MTU = 1400
DROPPED, UNREACHABLE, RESET, PROHIBITED, FORBIDDEN, EVERY_SECOND = range(7001, 7007)
STREAMS, TALKATIVE, DATAGRAMS, FROM_ELSEWHERE, SILENT = 8080, 8081, 5353, 5354, 9

_ROUTER_RULES = f"""
table inet t {{
  chain forward {{
    type filter hook forward priority 0;
    meta l4proto {{ tcp, udp }} th dport {DROPPED} drop
    meta l4proto {{ tcp, udp }} th dport {UNREACHABLE} reject with icmpx port-unreachable
    meta l4proto {{ tcp, udp }} th dport {PROHIBITED} reject with icmpx admin-prohibited
    tcp dport {RESET} reject with tcp reset
    tcp dport {EVERY_SECOND} tcp flags & (syn | ack) == syn numgen inc mod 2 == 0 drop
  }}
}}
"""
_CLIENT_RULES = f"""
table inet t {{
  chain output {{ type filter hook output priority 0; udp dport {FORBIDDEN} drop; }}
}}
"""


class Net:
    """Client, router, server; what the server's listeners say is read line by line."""

    def __init__(self, made: Namespaces) -> None:
        self.made = made
        self.client, self.router, self.server = map(made.add, ("client", "router", "server"))
        for name in (self.client, self.router, self.server):
            made.inside(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0",
                        "net.ipv6.conf.default.disable_ipv6=0",
                        "net.ipv6.conf.default.dad_transmits=0",
                        "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                        "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")  # fmt: skip
            made.ip(name, "link", "set", "lo", "up")
        made.add_veth((self.client, "eth0"), (self.router, "near"))
        made.add_veth((self.server, "eth0"), (self.router, "far"))
        for name, device, addresses in (
            (self.client, "eth0", (f"{CLIENT}/24", f"{CLIENT_V6}/64")),
            (self.router, "near", (f"{ROUTER}/24", f"{ROUTER_V6}/64")),
            (self.router, "far", ("10.77.2.1/24", "fd00:77:2::1/64")),
            (self.server, "eth0", (f"{SERVER}/24", f"{OTHER}/24", f"{SERVER_V6}/64")),
        ):
            for address in addresses:
                nodad = ("nodad",) if ":" in address else ()
                made.ip(name, "addr", "add", address, "dev", device, *nodad)
        made.ip(self.client, "route", "add", "10.77.2.0/24", "via", ROUTER)
        made.ip(self.client, "-6", "route", "add", "fd00:77:2::/64", "via", ROUTER_V6)
        made.ip(self.server, "route", "add", "default", "via", "10.77.2.1")
        made.ip(self.server, "-6", "route", "add", "default", "via", "fd00:77:2::1")
        made.ip(self.router, "link", "set", "far", "mtu", str(BEYOND_MTU))
        made.ip(self.server, "link", "set", "eth0", "mtu", str(BEYOND_MTU))
        made.inside(self.router, "nft", "-f", "-", given=_ROUTER_RULES)
        made.inside(self.client, "nft", "-f", "-", given=_CLIENT_RULES)
        for server in (SERVER, SERVER_V6):  # neighbours are known from now on
            made.inside(self.client, "ping", "-nc1", "-W9", server)

    @contextmanager
    def listening(self) -> Iterator[None]:
        words = (f"tcp:{STREAMS}", f"tcp:{TALKATIVE}:220 ready", f"tcp:{EVERY_SECOND}",
                 f"udp:{DATAGRAMS}", f"udp:{FROM_ELSEWHERE}:::ffff:{OTHER}")  # fmt: skip
        inside = ("ip", "netns", "exec", self.server)
        with subprocess.Popen(
            [*inside, sys.executable, "-m", "tests.probe.listeners", *words],
            stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            self.process = process
            assert self.heard() == "listening"
            yield
            process.kill()

    def heard(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def connect(self, protocol: str, port: int, *words: object) -> list[dict[str, Any]]:
        """Return the lines of some attempts from the client to the server."""
        given = map(str, words)
        destination = () if "--destination" in words else ("--destination", SERVER)
        done = probe("connect", "--netns", f"/run/netns/{self.client}", "--protocol", protocol,
                     "--port", port, "--interval", "0.01", *destination, *given)  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line) for line in done.stdout.splitlines()]
