"""NAT, and payloads cut off in some captures, leave a ping in parts; they are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest

from tests.bundles.packets import IPIP, ip
from tests.captures import MILLISECOND_NS, NODE_1, NODE_2, START_NS, A, B, pcap_record
from tests.captures import pcap as whole
from tests.correlate.bounds import SMALLEST
from tests.correlate.collecting import Packet, collect, collect_files
from tests.correlate.echoes import answer, echo_packet, framed

HOST, WORLD, SERVICE = "192.168.1.9", "203.0.113.9", "10.96.0.10"
POD_6, OTHER_6 = "fd00:244::12", "fd00:244:1::34"
ALPHABET = b"abcdefghijklmnopqrstuvwabcdefghi"


def cut(packets: Sequence[Packet], snap_bytes: int) -> bytes:
    """Return a file with the first bytes of each packet, as ``tcpdump -s`` writes it."""
    records = (pcap_record(at_ns, data[:snap_bytes], len(data)) for at_ns, data in packets)
    return whole([]) + b"".join(records)


class Rewriting(NamedTuple):
    """A ping before and after a NAT, and how many there are to be."""

    name: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    pings: int = 1


INSIDE: dict[str, object] = {"source": A, "destination": WORLD, "ip_id": 77, "ttl": 64}
NATS = (
    Rewriting("source", INSIDE, INSIDE | {"source": HOST, "ttl": 63}),
    Rewriting("source and id", INSIDE, INSIDE | {"source": HOST, "ttl": 63, "identifier": 50123}),
    Rewriting(
        "destination",
        INSIDE | {"destination": SERVICE},
        INSIDE | {"destination": B, "ttl": 64},
    ),
    Rewriting("both, IP id", INSIDE, INSIDE | {"source": HOST, "destination": B, "ttl": 63}),
    Rewriting(
        "both, IP id 0: nothing proves that it is one",
        INSIDE | {"ip_id": 0},
        INSIDE | {"ip_id": 0, "source": HOST, "destination": B, "ttl": 63},
        2,
    ),
    Rewriting(
        "source, IP id 0", INSIDE | {"ip_id": 0}, INSIDE | {"ip_id": 0, "source": HOST, "ttl": 63}
    ),
    Rewriting("another IP id", INSIDE, INSIDE | {"source": HOST, "ttl": 63, "ip_id": 78}, 2),
    Rewriting("another seq", INSIDE, INSIDE | {"source": HOST, "ttl": 63, "sequence": 2}, 2),
    Rewriting("another payload", INSIDE, INSIDE | {"source": HOST, "ttl": 63, "data": ALPHABET}, 2),
    Rewriting("a request and a reply", INSIDE, INSIDE | {"source": HOST, "reply": True}, 2),
)


@pytest.mark.parametrize("nat", NATS, ids=lambda nat: nat.name)
def test_what_is_joined_across_a_nat(nat: Rewriting) -> None:
    first, second = (framed(echo_packet(**each)) for each in nat[1:3])  # type: ignore[arg-type]
    found = collect({"n/cni0": [(START_NS, first)], "n/ens3": [(START_NS + 5000, second)]})
    assert found.pings == nat.pings
    assert sum(sightings * pings for sightings, pings in found.counts()) == 2


def test_reply_and_request_are_joined_by_what_each_shares() -> None:
    """The reply has the NAT's address at the NIC and the pod's on the bridge."""
    outside = {"source": HOST, "destination": WORLD}
    inside = {"source": A, "destination": WORLD}
    ens3 = [
        (START_NS + 5000, framed(echo_packet(**outside, ttl=63))),  # type: ignore[arg-type]
        (START_NS + 9000, framed(answer(**outside, ttl=50, ip_id=4))),  # type: ignore[arg-type]
    ]
    cni0 = [
        (START_NS, framed(echo_packet(**inside))),  # type: ignore[arg-type]
        (START_NS + 9500, framed(answer(**inside, ttl=49, ip_id=4))),  # type: ignore[arg-type]
    ]
    found = collect({"n/cni0": cni0, "n/ens3": ens3})
    assert found.counts() == [(4, 1)]


def test_two_pods_behind_one_nat_are_two_pings() -> None:
    """Same id, seq, IP id and payload, as Windows sends them; no place sees one packet twice."""
    pods = [
        (START_NS + at, framed(echo_packet(source=source, destination=B, data=ALPHABET)))
        for at, source in enumerate((A, "10.244.0.13"))
    ]
    assert collect({"n/cni0": pods, "m/cni0": pods}).counts() == [(2, 1), (2, 1)]


def test_parts_are_joined_however_often_the_table_is_rebuilt() -> None:
    count = 2 * SMALLEST
    cni0, ens3 = [], []
    for number in range(count):
        at_ns = START_NS + number * 10 * MILLISECOND_NS
        ping = {"sequence": number, "destination": WORLD, "ip_id": number & 0xFFFF}
        cni0.append((at_ns, framed(echo_packet(source=A, **ping))))  # type: ignore[arg-type]
        ens3.append((at_ns + 9000, framed(echo_packet(source=HOST, ttl=63, **ping))))  # type: ignore[arg-type]
    found = collect({"n/cni0": cni0, "n/ens3": ens3})
    assert found.counts() == [(2, count)]


def under_ipip(packet: bytes) -> bytes:
    return framed(ip(NODE_1, NODE_2, IPIP, packet))


@pytest.mark.parametrize("ip_id", [0, 7])
@pytest.mark.parametrize("count", [1, 40])
def test_a_cut_payload_is_joined_to_the_whole_one(ip_id: int, count: int) -> None:
    """With 64 bytes, two of the payload are left under IPIP, and 22 of a plain packet."""
    plain, tunnelled = [], []
    for number in range(count):
        at_ns = START_NS + number * 50 * MILLISECOND_NS
        request = echo_packet(number, ip_id=ip_id, data=ALPHABET)
        plain.append((at_ns, framed(request)))
        tunnelled.append((at_ns + 5000, under_ipip(request)))
        reply = answer(number, ip_id=ip_id, data=ALPHABET)
        tunnelled.append((at_ns + 300_000, under_ipip(reply)))
        plain.append((at_ns + 305_000, framed(reply)))
    found = collect_files({"n/cali1": cut(plain, 64), "n/ens3": cut(tunnelled, 64)})
    assert found.counts() == [(4, count)]
    assert found.collector.pings.cut_payloads == 1


@pytest.mark.parametrize("snap_bytes", [62, 64, 77, 78])
def test_any_snap_length_that_leaves_the_icmp_header_over_ipv6(snap_bytes: int) -> None:
    packets = [
        (START_NS, framed(echo_packet(source=POD_6, destination=OTHER_6))),
        (START_NS + 900, framed(answer(source=POD_6, destination=OTHER_6))),
    ]
    found = collect_files({"n/eth0": cut(packets, snap_bytes), "m/eth0": whole(packets)})
    assert found.counts() == [(4, 1)]
    assert found.collector.pings.cut_payloads == (snap_bytes < 78)


def test_a_packet_without_its_whole_icmp_header_is_no_sighting() -> None:
    packets = [(START_NS, framed(echo_packet(source=POD_6, destination=OTHER_6)))]
    found = collect_files({"n/eth0": cut(packets, 61), "m/eth0": whole(packets)})
    assert found.counts() == [(1, 1)]


def test_cut_payloads_of_different_pings_stay_apart() -> None:
    """Different IP ids: two pings that both look like the whole one are not both joined to it."""
    first = echo_packet(ip_id=5, source=A, data=ALPHABET)
    second = echo_packet(ip_id=6, source=A, data=ALPHABET[::-1])
    found = collect_files(
        {
            "n/ens3": cut([(START_NS, under_ipip(first)), (START_NS + 1, under_ipip(second))], 64),
            "m/cali1": whole([(START_NS + 100, framed(first)), (START_NS + 101, framed(second))]),
        }
    )
    assert sum(pings for _, pings in found.counts()) == 2
