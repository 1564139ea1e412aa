"""``drops`` tells of packets of ours that the kernel dropped, whatever they are wrapped in."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from itertools import takewhile

import pytest

from tests.captures import (
    IPV4,
    NODE_1,
    NODE_2,
    TCP,
    UDP,
    A,
    B,
    ethernet,
    ipv4,
    ping,
    tcp,
    udp,
    vxlan,
)
from tests.probe.cases_filters import (
    FOREIGN_PACKETS,
    NEIGHBOURS,
    NODE_1_V6,
    NODE_2_V6,
    OUR_PACKETS,
    OURS,
    OWN_PORT,
    TOKEN,
    error,
    to_node,
)
from tests.probe.dropping import Event, tracing
from tests.probe.namespaces import RUN, Namespaces, namespaces

pytestmark = pytest.mark.needs_lab

IPV6_TYPE = 0x86DD
WEB, NAMES = 61080, 61053
HOSTS = [f"--host={each}" for each in (NODE_1, NODE_2, NODE_1_V6, NODE_2_V6)]
PINGS = (f"--id={OURS}", f"--token={TOKEN.hex()}", f"--tunnel-port={OWN_PORT}", *HOSTS)
MARK_ID = random.randrange(1, 0x10000)
MARK = ipv4("192.0.2.1", "192.0.2.2", ping(MARK_ID, 65535))
"""A packet that is sent last: when it is told, all are."""
DROP_ALL = "table netdev x { chain c { type filter hook ingress device far0 priority 0; drop; }; }"


@pytest.fixture
def made() -> Iterator[Namespaces]:
    """Make two namespaces; the second one drops whatever comes."""
    with namespaces() as made:
        near, far = made.add("near"), made.add("far")
        made.add_veth((near, "near0"), (far, "far0"))
        made.inside(far, "nft", "-f", "-", given=DROP_ALL)
        yield made


def send(made: Namespaces, *packets: bytes) -> None:
    frames = [ethernet(each, IPV4 if each[0] >> 4 == 4 else IPV6_TYPE) for each in packets]
    made.send(made.names[0], "near0", frames)


def told(made: Namespaces, *words: object, packets: list[bytes]) -> list[Event]:
    """Send packets that are dropped; return what was told of them."""
    with tracing(f"--id={MARK_ID}", *words) as trace:
        send(made, *packets, MARK)
        drops = trace.drops(RUN / made.names[1])
        return list(takewhile(lambda event: event["packet"] != MARK.hex(), drops))


def test_ours_is_told_and_what_is_foreign_is_not(made: Namespaces) -> None:
    ours = {name: each for name, each in OUR_PACKETS.items() if not name.startswith("discovery")}
    neighbours = [each for name, each in OUR_PACKETS.items() if name.startswith("discovery")]
    assert len(ours) + len(neighbours) == len(OUR_PACKETS) and len(neighbours) > len(NEIGHBOURS)
    packets = [*ours.values(), *FOREIGN_PACKETS.values(), *neighbours]
    events = told(made, *PINGS, packets=packets)
    assert [event["packet"] for event in events] == [each.hex()[:512] for each in ours.values()]


def test_what_is_told_of_a_drop(made: Namespaces) -> None:
    far = made.names[1]
    number = os.stat(RUN / far).st_ino
    packet = ipv4(A, B, ping(MARK_ID, 1))
    before = time.time_ns()
    (event,) = told(made, f"--netns=there={RUN / far}", packets=[packet])
    assert before < event.pop("time_ns") < time.time_ns()
    assert event == {
        "event": "drop", "reason": "NETFILTER_DROP", "function": event["function"], "netns": number,
        "namespace": "there", "interface": "far0", "ifindex": event["ifindex"], "protocol": IPV4,
        "length": len(packet), "packet": packet.hex(),
    }  # fmt: skip
    assert event["function"].startswith("nf")
    links = json.loads(made.ip(far, "-j", "link", "show", "far0"))
    assert event["ifindex"] == links[0]["ifindex"]


def test_ports_count_in_both_directions_in_tunnels_and_in_errors(made: Namespaces) -> None:
    ours = [
        ipv4(A, B, tcp(40000, WEB, 2), TCP), ipv4(B, A, tcp(WEB, 40000, 2), TCP),
        ipv4(A, B, udp(NAMES, NAMES, bytes(9)), UDP),
        error(ipv4(A, B, tcp(40000, WEB, 2)[:8], TCP)),
        to_node(vxlan(1, ethernet(ipv4(A, B, tcp(40000, WEB, 2), TCP)))),
    ]  # fmt: skip
    foreign = [
        ipv4(A, B, tcp(40000, WEB + 1, 2), TCP), ipv4(A, B, udp(1, 8472, bytes(40)), UDP),
        to_node(vxlan(1, ethernet(ipv4(A, B, tcp(40000, WEB + 1, 2), TCP)))),
    ]  # fmt: skip
    events = told(made, f"--port={WEB}", f"--port={NAMES}", packets=[*ours, *foreign])
    assert [event["packet"] for event in events] == [each.hex() for each in ours]


def test_without_a_filter_all_drops_are_told(made: Namespaces) -> None:
    packets = [ipv4(A, B, tcp(40000, number, 2), TCP) for number in range(50)]
    with tracing() as trace:
        send(made, *packets)
        drops = trace.drops(RUN / made.names[1])
        assert [next(drops)["packet"] for _ in packets] == [each.hex() for each in packets]
