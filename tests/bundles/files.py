"""Captures -> the bytes of their files: pcap, pcapng, and ``any.pcap`` with its names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from struct import pack
from zlib import crc32

from tests.bundles.capture import Captured
from tests.bundles.macs import mac_of
from tests.bundles.network import Bundle
from tests.bundles.packets import ethertype
from tests.bundles.paths import RAW, Place
from tests.bundles.walk import Crossing
from tests.decode.capture_files import (
    FLAGS,
    IF_NAME,
    IF_TSRESOL,
    ISB_IFDROP,
    MICROSECONDS,
    NANOSECONDS,
    Pcap,
    Pcapng,
)

SLL2 = 276
PACKET_TYPES = {"in": 0, "out": 4, None: 3}
"""``None`` is a packet for another host, seen by a promiscuous interface: a bridge's port too."""
ARPHRD_ETHERNET, ARPHRD_TUNNEL = 1, 768


def file_bytes(bundle: Bundle, capture: Captured) -> bytes:
    """Return the capture file."""
    clock_ns = round(bundle.clocks_us.get(capture.node, 0) * 1000)
    if capture.dropped is not None:
        return _pcapng(capture, clock_ns, capture.dropped)
    in_ns = bundle.resolution == "ns"
    file = Pcap("<", NANOSECONDS if in_ns else MICROSECONDS)
    link_type = SLL2 if capture.place is None else capture.place.link_type
    written = [file.header(link_type)]
    for crossing in capture.crossings:
        seconds, fraction = divmod(crossing.time_ns + clock_ns, 1_000_000_000)
        frame = crossing.frame if capture.place else cooked(crossing)
        fraction = fraction if in_ns else fraction // 1000
        written.append(file.record(frame, seconds=seconds, fraction=fraction))
    return b"".join(written)


def _pcapng(capture: Captured, clock_ns: int, dropped: int) -> bytes:
    assert capture.place
    file = Pcapng()
    name = (IF_NAME, capture.place.interface.encode())
    blocks = [
        file.section(),
        file.interface(name, (IF_TSRESOL, b"\x09"), link_type=capture.place.link_type),
    ]
    for crossing in capture.crossings:
        flags = {"in": 1, "out": 2, None: 0}[crossing.direction]
        option = (FLAGS, pack("<I", flags))
        blocks.append(file.enhanced(crossing.frame, option, units=crossing.time_ns + clock_ns))
    blocks.append(file.statistics((ISB_IFDROP, file.number64(dropped))))
    return b"".join(blocks)


def cooked(crossing: Crossing) -> bytes:
    """Return a packet as ``tcpdump -i any`` has it: an SLL2 header in place of the frame's."""
    frame, place = crossing.frame, crossing.place
    if place.link_type == RAW:
        packet, protocol, source = frame, ethertype(frame), bytes(6)
        kind, size = ARPHRD_TUNNEL, 0
    else:
        packet, protocol, source = frame[14:], int.from_bytes(frame[12:14], "big"), frame[6:12]
        kind, size = ARPHRD_ETHERNET, 6
    is_port = place.interface.startswith("veth") and crossing.direction == "in"
    packet_type = PACKET_TYPES[None if is_port else crossing.direction]
    fields = pack("!HHIHBB", protocol, 0, ifindex(place), kind, packet_type, size)
    return fields + source + bytes(2) + packet


def ifindex(place: Place) -> int:
    return 2 + crc32(str(place).encode()) % 60_000


def links_document(places: list[Place]) -> bytes:
    """Return what ``ip -d -j link`` says of these interfaces of one namespace."""
    return json.dumps([_link(place) for place in places]).encode()


def _link(place: Place) -> Mapping[str, object]:
    return {
        "ifindex": ifindex(place),
        "ifname": place.interface,
        "flags": ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
        "mtu": 1500,
        "operstate": "UP",
        "link_type": "none" if place.link_type == RAW else "ether",
        "address": mac_of(place),
    }
