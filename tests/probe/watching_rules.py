"""``rules`` as a real process, in namespaces made for a test: near, a router, far."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.probe.capturing import ARMED
from tests.probe.namespaces import RUN, Namespaces, namespaces
from tests.probe.processes import SECONDS, command, environment

NEAR, ROUTER, FAR = "near", "router", "far"
NEAR_ADDRESS, FAR_ADDRESS = "10.9.1.2", "10.9.2.2"
BRIDGED_ADDRESS = "10.9.3.3"
NEAR_ADDRESS_6, FAR_ADDRESS_6 = "fd09:1::2", "fd09:2::2"
OURS, OTHER = 777, 778
"""ICMP ids."""
TOKEN = "6e65746469616721"

Event = dict[str, Any]


class Network:
    """The three namespaces."""

    def __init__(self, made: Namespaces) -> None:
        self._made = made
        self.names = {place: made.add(place) for place in (NEAR, ROUTER, FAR)}
        for place, third in ((NEAR, "1"), (FAR, "2")):
            self._connect(place, third)
        self.inside(ROUTER, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.inside(ROUTER, "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")

    def _connect(self, place: str, third: str) -> None:
        made, name, router = self._made, self.names[place], self.names[ROUTER]
        made.add_veth((router, f"to-{place}"), (name, "eth0"))
        for where, interface, last in ((router, f"to-{place}", "1"), (name, "eth0", "2")):
            made.inside(where, "sysctl", "-qw", f"net.ipv6.conf.{interface}.disable_ipv6=0")
            made.ip(where, "addr", "add", f"10.9.{third}.{last}/24", "dev", interface)
            made.ip(where, "addr", "add", f"fd09:{third}::{last}/64", "dev", interface, "nodad")
        made.ip(name, "route", "add", "default", "via", f"10.9.{third}.1")
        made.ip(name, "-6", "route", "add", "default", "via", f"fd09:{third}::1")

    def bridge(self, learning: str) -> None:
        """Connect near and far by a bridge on the router, too; it has a port to nowhere besides."""
        made, router = self._made, self.names[ROUTER]
        made.ip(router, "link", "add", "br0", "type", "bridge")
        made.add_veth((router, "port-spare"), (router, "nowhere"))
        for place, last in ((NEAR, "2"), (FAR, "3")):
            made.add_veth((router, f"port-{place}"), (self.names[place], "eth1"))
            made.ip(self.names[place], "addr", "add", f"10.9.3.{last}/24", "dev", "eth1")
        for port in (f"port-{NEAR}", f"port-{FAR}", "port-spare"):
            made.ip(router, "link", "set", port, "master", "br0", "up")
            slave = ("type", "bridge_slave", "learning", learning)
            made.ip(router, "link", "set", port, *slave)
        made.ip(router, "link", "set", "br0", "up")
        assert self.ping(OTHER, to=BRIDGED_ADDRESS)

    def inside(self, place: str, *words: str, given: str | None = None) -> str:
        """Run a program that must not fail."""
        return self._made.inside(self.names[place], *words, given=given)

    def ping(self, number: int = OURS, *more: str, at: str = NEAR, to: str = FAR_ADDRESS) -> bool:
        """Send one echo with an id; tell whether it was answered."""
        words = ("ping", "--destination", to, "--id", number, "--count", 1, "--timeout", "0.3")
        told = self.inside(at, *command(*words, *more))
        return bool(json.loads(told.splitlines()[-1])["received"])

    def send(self, payload: bytes, port: int) -> None:
        """Send a UDP datagram from near to far."""
        program = "import socket, sys; socket.socket(type=socket.SOCK_DGRAM).sendto(" \
                  "bytes.fromhex(sys.argv[1]), (sys.argv[2], int(sys.argv[3])))"  # fmt: skip
        self.inside(NEAR, sys.executable, "-c", program, payload.hex(), FAR_ADDRESS, str(port))

    def send_ip(self, carried: bytes, protocol: int, options: bytes = b"") -> None:
        """Send an IPv4 packet from near to far; the kernel writes its header."""
        program = "import socket, sys; raw = socket.socket(type=socket.SOCK_RAW, proto=" \
                  "int(sys.argv[3])); raw.setsockopt(0, 4, bytes.fromhex(sys.argv[4])); " \
                  "raw.sendto(bytes.fromhex(sys.argv[1]), (sys.argv[2], 0))"  # fmt: skip
        words = (carried.hex(), FAR_ADDRESS, str(protocol), options.hex())
        self.inside(NEAR, sys.executable, "-c", program, *words)

    def filtering(self) -> dict[str, str]:
        """Return all that says how packets are filtered and logged, by place, without counts."""
        no_counts = "sed -E '/^#/d; s/^(:.*) .*/\\1/'"
        asked = (
            f"nft -s list ruleset; iptables-legacy-save | {no_counts}; ip6tables-legacy-save | "
            f"{no_counts}; cat /proc/sys/net/netfilter/nf_log/2 /proc/sys/net/netfilter/nf_log/10"
        )
        return {place: self.inside(place, "sh", "-c", asked) for place in self.names}


@contextmanager
def network() -> Iterator[Network]:
    """Make the network for a while."""
    with namespaces() as made:
        yield Network(made)


class Watching:
    """A running probe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.complaints: list[str] = []

    def end(self) -> list[Event]:
        """End it as netdiag does, and return what it told of rules."""
        told, complaints = self.process.communicate(timeout=SECONDS)
        self.complaints += complaints.splitlines()
        assert self.process.returncode == 0, self.complaints
        armed, *rules, end = [json.loads(line) for line in told.splitlines()]
        assert (armed["event"], end) == ("armed", {"event": "end"})
        assert {each["event"] for each in rules} <= {"rule"}
        return rules


def start(made: Network, *words: object, program: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start the probe on the router, for all three namespaces, in a process group of its own."""
    places = [f"--netns={place}={RUN / made.names[place]}" for place in (NEAR, FAR)]
    probe = [*program, *map(str, words)] if program else command("rules", *words)
    return subprocess.Popen(
        ["ip", "netns", "exec", made.names[ROUTER], *probe, *places], env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


@contextmanager
def watching(made: Network, *words: object, program: Sequence[str] = ()) -> Iterator[Watching]:
    """Run the probe until it is armed."""
    with start(made, *words or ("--id", OURS), program=program) as process:
        watch = Watching(process)
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if line == ARMED:
                    break
                watch.complaints.append(line.rstrip())
            else:
                raise AssertionError(watch.complaints)
            yield watch
        finally:
            kill_group(process)


def kill_group(process: subprocess.Popen[str]) -> None:
    """End the probe as nothing can be told that it ends."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_as_before(made: Network, before: dict[str, str]) -> None:
    """Wait until all filtering is as it was; fail if that does not come."""
    deadline = time.monotonic() + SECONDS
    while (now := made.filtering()) != before:
        assert time.monotonic() < deadline, (before, now)
