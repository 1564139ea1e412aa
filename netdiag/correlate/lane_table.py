"""Lanes: echo packets that differ only in what changes from ping to ping.

A lane is everything else that a frame says: where it was captured, addresses, TTL, tunnels, MAC
addresses. A capture of a million pings has a few dozen, so a sighting is a lane and little more.
"""

from __future__ import annotations

from array import array

from netdiag.correlate import mixing
from netdiag.correlate.lane import Lane, describe_lane, describe_pair
from netdiag.decode.checksums import (
    CHECKSUM_RIGHT,
    CHECKSUM_WRONG,
    judge_checksum,
    judge_tunnel_checksum,
)
from netdiag.decode.decoder import Decoder
from netdiag.model.layers import (
    ETH,
    IPV4,
    OVER_GENEVE,
    OVER_VXLAN,
    OVER_VXLAN_GPE,
    TCP,
    UDP,
)

MAX_LANES = 65_536
FRAGMENT = 0x3FFF
"""More fragments, and where this one belongs, in an IPv4 header."""

MANY_CHECKS = 4
CHECK_EVERY = 255
"""Checksums are summed for the first packets of a lane, and then for one in 256."""


class LaneTable:
    """Finds the lane of a decoded echo packet."""

    def __init__(self) -> None:
        self.lanes: list[Lane] = []
        self.used = 0
        self.keys = array("Q", bytes(8 * 64))
        self.conversations = array("I", bytes(4 * 64))
        self.sightings = array("q", bytes(8 * 64))
        """How many packets each lane carried."""
        self.is_reply = array("B", bytes(64))
        self.is_attempt = array("B", bytes(64))
        """1 for what opens a connection by TCP or UDP, or answers that; 0 for echoes."""
        self.ttls = array("i", bytes(4 * 64))
        self.places = array("i", bytes(4 * 64))
        self.slots = array("i", bytes(4 * mixing.slot_count(64)))
        self.slot_mask = mixing.slot_count(64) - 1
        self.pairs: dict[tuple[int, int], int] = {}
        self.left_out = 0
        """Sightings of lanes past ``MAX_LANES``."""
        self.wrong_checksums: dict[int, list[tuple[int, int]]] = {}
        """For a lane, frame and time of the packets whose ICMP checksum was found wrong."""
        self.wrong_tunnel_checksums: dict[int, list[int]] = {}
        """For a lane, frames that are right but for the UDP checksum of the tunnel."""

    def find(self, decoder: Decoder, place: int, direction: int, is_reply: int) -> int:
        """Return the lane of the echo packet that was decoded last; -1 = no room for a new one."""
        key = self.key(decoder, place, direction, is_reply)
        slot = key & self.slot_mask
        lane = self.slots[slot] - 1
        while lane >= 0 and self.keys[lane] != key:
            slot = slot + 1 & self.slot_mask
            lane = self.slots[slot] - 1
        if lane < 0:
            if self.used == MAX_LANES:
                self.left_out += 1
                return -1
            lane = self.add(decoder, key, slot, place, direction, is_reply)
        self.sightings[lane] += 1
        return lane

    def key(self, decoder: Decoder, place: int, direction: int, is_reply: int) -> int:
        """Return a number for all that makes the lane."""
        at = decoder.network_at
        rest = decoder.b[decoder.transport_at]
        if decoder.transport == TCP or decoder.transport == UDP:
            rest = self.asked(decoder, is_reply)
        rest = rest << 32 | decoder.fragment << 28
        key = mixing.mix(mixing.mix(place << 2 | direction, 0), decoder.encapsulations)
        if decoder.network == IPV4:
            key = mixing.mix(key, mixing.raw64(decoder, at + 12))
            rest |= decoder.b[at + 6] >> 5 << 24 | decoder.b[at + 8] << 16
            rest |= mixing.word16(decoder, at + 2)
        else:
            for word in range(4):
                key = mixing.mix(key, mixing.raw64(decoder, at + 8 + 8 * word))
            rest |= decoder.b[at + 7] << 16 | mixing.word16(decoder, at + 4)
        key = mixing.mix(key, rest)
        if decoder.count and decoder.layers[0] & 0xFF == ETH:
            at = decoder.layers[0] >> 8
            key = mixing.mix(key, mixing.raw64(decoder, at))
            key = mixing.mix(key, mixing.raw32(decoder, at + 8))
        for index in range(decoder.depth):
            key = self.tunnel_key(decoder, index, key)
        return key

    def asked(self, decoder: Decoder, is_reply: int) -> int:
        """Return a number for what a TCP or UDP packet asks, or answers; other than any echo's."""
        ports = decoder.transport_at
        number = mixing.word16(decoder, ports if is_reply else ports + 2) << 2 | is_reply << 1
        if decoder.transport == TCP:
            number |= decoder.b[ports + 13] >> 2 & 1 | 1 << 19
        return number | 1 << 20

    def tunnel_key(self, decoder: Decoder, index: int, key: int) -> int:
        """Return the key with a tunnel's addresses, port and VNI mixed in."""
        outer = decoder.tunnel_networks[index]
        kind = decoder.tunnel_kinds[index]
        if outer >= 0 and decoder.b[outer] >> 4 == 4:
            key = mixing.mix(key, mixing.raw64(decoder, outer + 12))
            fragment = mixing.word16(decoder, outer + 6) & FRAGMENT
            if fragment:
                key = mixing.mix(key, fragment)
        elif outer >= 0:
            for word in range(4):
                key = mixing.mix(key, mixing.raw64(decoder, outer + 8 + 8 * word))
        if kind in (OVER_VXLAN, OVER_VXLAN_GPE, OVER_GENEVE):
            own = decoder.tunnel_offsets[index]
            key = mixing.mix(
                key, mixing.raw32(decoder, own + 4) << 16 | mixing.word16(decoder, own - 6)
            )
        return key

    def add(
        self, decoder: Decoder, key: int, slot: int, place: int, direction: int, is_reply: int
    ) -> int:
        """Make a new lane for the packet that was decoded last."""
        lane = self.used
        if lane == len(self.keys):
            self.grow()
            slot = key & self.slot_mask
            while self.slots[slot]:
                slot = slot + 1 & self.slot_mask
        self.lanes.append(describe_lane(decoder, place, direction, is_reply))
        self.keys[lane] = key
        pair = describe_pair(decoder)
        self.conversations[lane] = self.pairs.setdefault(pair, len(self.pairs))
        self.is_reply[lane] = is_reply
        self.is_attempt[lane] = 1 if decoder.transport == TCP or decoder.transport == UDP else 0
        self.ttls[lane] = self.lanes[lane].ttl
        self.places[lane] = place
        self.sightings[lane] = 0
        self.slots[slot] = lane + 1
        self.used = lane + 1
        return lane

    def grow(self) -> None:
        """Double the room for lanes."""
        size = 2 * len(self.keys)
        self.keys = array("Q", bytes(self.keys) + bytes(8 * self.used))
        self.conversations = array("I", bytes(self.conversations) + bytes(4 * self.used))
        self.sightings = array("q", bytes(self.sightings) + bytes(8 * self.used))
        self.is_reply = array("B", bytes(self.is_reply) + bytes(self.used))
        self.is_attempt = array("B", bytes(self.is_attempt) + bytes(self.used))
        self.ttls = array("i", bytes(self.ttls) + bytes(4 * self.used))
        self.places = array("i", bytes(self.places) + bytes(4 * self.used))
        self.slots = array("i", bytes(4 * mixing.slot_count(size)))
        self.slot_mask = mixing.slot_count(size) - 1
        for lane in range(self.used):
            slot = self.keys[lane] & self.slot_mask
            while self.slots[slot]:
                slot = slot + 1 & self.slot_mask
            self.slots[slot] = lane + 1

    def count(self, lane: int) -> int:
        """Return how many packets a lane carried."""
        return self.sightings[lane]

    def check(self, decoder: Decoder, lane: int, frame: int) -> int:
        """Sum the packet's checksums, for some of the lane's packets; return 0."""
        count = self.sightings[lane]
        if count > MANY_CHECKS and count & CHECK_EVERY:
            return 0
        verdict = judge_checksum(decoder)
        if verdict == CHECKSUM_WRONG:
            self.wrong_checksums.setdefault(lane, []).append((frame, count))
        elif verdict == CHECKSUM_RIGHT and judge_tunnel_checksum(decoder) == CHECKSUM_WRONG:
            self.wrong_tunnel_checksums.setdefault(lane, []).append(frame)
        return 0
