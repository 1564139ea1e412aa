"""Packets that a real kernel drops for real reasons, and what ``drops`` tells of each."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.bundles.packets import checksum
from tests.captures import UDP, ethernet, ipv4, mac, ping, udp, vxlan
from tests.probe.cases_filters import checked
from tests.probe.dropping import Event, tracing
from tests.probe.namespaces import RUN, Namespaces, namespaces

pytestmark = pytest.mark.needs_lab

KERNEL = tuple(int(part) for part in os.uname().release.split(".")[:2])
NEAR, ROUTER, BEYOND = "10.77.0.1", "10.77.0.2", "10.78.0.9"
ROUTER_MAC, OTHER_MAC = "02:00:00:00:00:02", "02:00:00:00:00:77"
VNI, OTHER_VNI = 7, 8
OURS = random.randrange(1, 0x10000)
LATER = 185
"""The offset of a later fragment."""


class Dropped(NamedTuple):
    """What is sent, and why it is dropped."""

    frame: bytes
    reason: str
    since: tuple[int, int] = (5, 17)
    """The first kernel that says so."""
    is_told_from: str = "far0"


def framed(packet: bytes, destination: str = ROUTER_MAC) -> bytes:
    return mac(destination) + ethernet(packet)[6:]


def echo(destination: str = BEYOND, source: str = NEAR, ttl: int = 64) -> bytes:
    return checked(ipv4(source, destination, summed(ping(OURS, 1)), ttl=ttl))


def summed(message: bytes) -> bytes:
    """Return an ICMP message with the right checksum."""
    return message[:2] + struct.pack(">H", checksum(message)) + message[4:]


def tunnelled(vni: int, inner: bytes) -> bytes:
    return checked(ipv4(NEAR, ROUTER, vxlan(vni, ethernet(inner)), UDP))


CAUSES = {
    "by a rule": Dropped(framed(echo("10.78.0.66")), "NETFILTER_DROP"),
    "a fragment by a rule": Dropped(
        framed(checked(ipv4(NEAR, "10.78.0.66", bytes(40), UDP, fragment=LATER))), "NETFILTER_DROP"
    ),
    "nobody may come so": Dropped(framed(echo(source="10.78.0.5")), "IP_RPFILTER"),
    "no way there": Dropped(framed(echo("10.99.0.1")), "IP_INNOROUTES", (6, 1)),
    "a forbidden way": Dropped(framed(echo("10.98.0.1")), "NOT_SPECIFIED"),
    "nobody answers": Dropped(framed(echo("10.78.0.67")), "NEIGH_FAILED", (5, 18), "beyond0"),
    "too many hops": Dropped(framed(echo(ttl=1)), "IP_INHDR", (6, 1)),
    "a wrong MAC address": Dropped(framed(echo(), OTHER_MAC), "OTHERHOST"),
    "a wrong sum of its header": Dropped(framed(ipv4(NEAR, BEYOND, ping(OURS, 1))), "IP_CSUM"),
    "a wrong sum of its message": Dropped(
        framed(checked(ipv4(NEAR, ROUTER, ping(OURS, 1)))), "ICMP_CSUM", (6, 3)
    ),
    "an unknown network": Dropped(
        framed(tunnelled(OTHER_VNI, echo())), "VXLAN_VNI_NOT_FOUND", (6, 12)
    ),
    "a tunnel that nobody hears": Dropped(
        framed(checked(ipv4(NEAR, ROUTER, udp(1, 4789, bytes(8) + ethernet(echo())), UDP))),
        "NO_SOCKET",
    ),
}
RULES = "table ip x { chain c { type filter hook forward priority 0; ip daddr 10.78.0.66 drop; }; }"


@pytest.fixture(scope="module")
def made() -> Iterator[Namespaces]:
    """Make a router, and what is before it."""
    with namespaces() as made:
        near, far = made.add("near"), made.add("far")
        made.add_veth((near, "near0"), (far, "far0"))
        made.add_veth((far, "beyond0"), (made.add("beyond"), "end0"))
        for words in (
            ("link", "set", "far0", "address", ROUTER_MAC),
            ("addr", "add", f"{ROUTER}/24", "dev", "far0"),
            ("addr", "add", "10.78.0.1/24", "dev", "beyond0"),
            ("route", "add", "blackhole", "10.98.0.0/16"),
            (
                "link",
                "add",
                "vx",
                "type",
                "vxlan",
                "id",
                str(VNI),
                "dstport",
                "8472",
                "local",
                ROUTER,
            ),
            ("link", "set", "vx", "up"),
        ):
            made.ip(far, *words)
        settings = ("ip_forward=1", "conf.far0.rp_filter=1", "neigh.beyond0.retrans_time_ms=50")
        made.inside(far, "sysctl", "-qw", *(f"net.ipv4.{each}" for each in settings))
        made.inside(far, "nft", "-f", "-", given=RULES)
        yield made


@pytest.mark.parametrize("dropped", CAUSES.values(), ids=CAUSES)
def test_the_reason_is_told(made: Namespaces, dropped: Dropped) -> None:
    if dropped.since > KERNEL:
        pytest.skip(f"kernels tell this since {dropped.since}")
    hosts = (f"--host={NEAR}", "--host=10.78.0.66")
    with tracing(f"--id={OURS}", *hosts, f"--netns=router={RUN / made.names[1]}") as trace:
        made.send(made.names[0], "near0", [dropped.frame])
        event: Event = next(trace.drops(RUN / made.names[1]))
    told = {name: event[name] for name in ("reason", "namespace", "interface")}
    assert told == {
        "reason": dropped.reason, "namespace": "router", "interface": dropped.is_told_from,
    }  # fmt: skip
    assert event["function"]
