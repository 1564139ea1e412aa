"""Gathers the sightings of each ping, and folds finished pings into shapes.

No Python object per packet: a *sighting* is a row of numbers, and all sightings with the same
addresses, ICMP identifier, sequence number and payload make a *ping*. NAT leaves a ping in several
parts, which are joined before it is finished.
"""

from __future__ import annotations

from array import array

from netdiag.correlate import mixing
from netdiag.correlate.ping_rows import MAX_SIGHTINGS, PingRows
from netdiag.correlate.shape_table import ShapeTable

SMALLEST, LARGEST = 1 << 12, 1 << 20
"""Sightings held at once, at first and at most."""

HELD_NS = 10_000_000_000
"""A ping is finished when nothing was seen of it for so long, if room is needed."""

HELD_WHEN_SEEN_BACK_NS = 100_000_000
"""The same where one place sees everything, and has seen the reply."""

AGAIN_NS = 400_000_000
"""The same packet at the same place this much later is another ping with the same numbers."""

MAX_PROBES = 64
"""How many pings with the same sequence number are tried as other parts of one."""

ONLY_REPLY, SEEN_BACK = 2, 3
NO_PAYLOAD = 0
"""The fingerprint of a payload that was cut off before it tells anything."""

NO_TTL = 256
ICMP_ID = 0xFFFF0000
LOW_32 = 0xFFFFFFFF


class PingTable:
    """Pings that are not finished; ``shapes`` gets those that are."""

    def __init__(self, shapes: ShapeTable) -> None:
        self.shapes = shapes
        self.several_places = 0
        """Not 0 if NAT may have left pings in several parts, and clocks may differ."""
        self.cut_payloads = 0
        """Not 0 if fingerprints of some sightings are missing."""
        self.left_out = 0
        """Sightings past ``MAX_SIGHTINGS`` of their ping."""
        self.begun = self.begun_attempts = 0
        self.latest_ns = 0
        self.rows = PingRows(SMALLEST)
        self.spare = PingRows(SMALLEST)

    def add(
        self,
        time_ns: int,
        frame: int,
        lane: int,
        is_reply: int,
        conversation: int,
        identity: int,
        sequence: int,
    ) -> int:
        """Add a sighting; ``identity`` is payload fingerprint, ICMP id, IP id (32, 16, 16 bits)."""
        if self.rows.used == self.rows.capacity:
            self.make_room()
        rows = self.rows
        if time_ns > self.latest_ns:
            self.latest_ns = time_ns
        if identity >> 32 == NO_PAYLOAD:
            self.cut_payloads = 1
        key = mixing.mix(mixing.mix(conversation << 16 | sequence, 0), identity >> 16)
        slot = rows.find(key)
        ping = rows.slots[slot] - 1
        if ping < 0 or (
            time_ns - rows.times[rows.heads[ping]] > AGAIN_NS
            and (not is_reply or rows.kinds[ping] == ONLY_REPLY)
            and rows.has_lane(ping, lane)
        ):
            ping = rows.begin(slot, key, sequence, self.next_number(lane))
        if rows.counts[ping] == MAX_SIGHTINGS:
            self.left_out += 1
            return 0
        rows.kinds[ping] |= 1 << is_reply
        return rows.append(ping, time_ns, frame, lane, identity)

    def next_number(self, lane: int) -> int:
        """Return the number of a ping, or attempt, that begins in a lane."""
        lanes = self.shapes.table
        if lanes.is_attempt[lane]:
            self.begun_attempts += 1
            return self.begun_attempts
        self.begun += 1
        return self.begun

    def make_room(self) -> None:
        """Finish old pings; hold more if few are old, or finish half if that is too many."""
        self.finish(HELD_NS, self.rows.pings)
        if 2 * self.rows.used <= self.rows.capacity:
            return
        if self.rows.capacity < LARGEST:
            self.spare = PingRows(2 * self.rows.capacity)
            self.move()
            self.spare = PingRows(self.rows.capacity)
        else:
            self.finish(0, self.rows.pings // 2)

    def finish_all(self) -> None:
        """Finish every ping."""
        self.finish(0, self.rows.pings)

    def finish(self, held_ns: int, first: int) -> None:
        """Finish those of the first so many pings of which nothing was seen for ``held_ns``."""
        if self.several_places:
            self.join_parts()
        rows = self.rows
        until_ns = self.latest_ns - held_ns
        seen_back_until_ns = until_ns
        if held_ns > HELD_WHEN_SEEN_BACK_NS and not self.several_places:
            seen_back_until_ns = self.latest_ns - HELD_WHEN_SEEN_BACK_NS
        for ping in range(first):
            if rows.heads[ping] < 0:
                continue
            last_ns = rows.times[rows.tails[ping]]
            if last_ns <= until_ns or (
                rows.kinds[ping] == SEEN_BACK and last_ns <= seen_back_until_ns
            ):
                self.fold(ping)
                rows.heads[ping] = -1
        self.move()

    def move(self) -> None:
        """Move what is not finished to the spare rows, and make them the rows."""
        self.spare.clear()
        self.spare.take_over(self.rows)
        self.rows, self.spare = self.spare, self.rows

    def fold(self, ping: int) -> int:
        """Give a finished ping to its shape; return 0."""
        rows, shapes = self.rows, self.shapes
        place = rows.heads[ping]
        count = 0
        while place >= 0:
            shapes.row[4 * count] = rows.times[place]
            shapes.row[4 * count + 1] = rows.frames[place]
            shapes.row[4 * count + 2] = rows.lanes[place]
            shapes.row[4 * count + 3] = rows.identities[place] & LOW_32
            count += 1
            place = rows.nexts[place]
        number = 0 if self.several_places else rows.numbers[ping]
        fingerprint = rows.identities[rows.heads[ping]] >> 32
        return shapes.add(count, rows.sequences[ping], number, fingerprint)

    def join_parts(self) -> None:
        """Join pings that NAT, or a payload cut off in some captures, left in several parts."""
        rows = self.rows
        size = mixing.slot_count(rows.pings)
        slots = array("i", bytes(4 * size))
        for ping in range(rows.pings):
            if rows.heads[ping] < 0:
                continue
            fingerprint = rows.identities[rows.heads[ping]] >> 32
            if self.cut_payloads:
                fingerprint = 0
            slot = mixing.mix(rows.sequences[ping], fingerprint) & size - 1
            probes = 0
            while slots[slot] and probes < MAX_PROBES and rows.heads[ping] >= 0:
                if self.are_one(slots[slot] - 1, ping):
                    rows.join(slots[slot] - 1, ping)
                slot = slot + 1 & size - 1
                probes += 1
            if rows.heads[ping] >= 0 and slots[slot] == 0:
                slots[slot] = ping + 1

    def are_one(self, first: int, second: int) -> int:
        """Return 1 if two pings share a packet: same kind, IP id and payload, in other lanes."""
        rows = self.rows
        if (
            rows.sequences[first] != rows.sequences[second]
            or rows.counts[first] + rows.counts[second] > MAX_SIGHTINGS
        ):
            return 0
        one = rows.heads[first]
        while one >= 0:
            other = rows.heads[second]
            while other >= 0:
                if self.is_copy(one, other) and not rows.has_lane(first, rows.lanes[other]):
                    return self.follow_each_other(first, second, rows.lanes[one], rows.lanes[other])
                other = rows.nexts[other]
            one = rows.nexts[one]
        return 0

    def follow_each_other(self, first: int, second: int, one: int, other: int) -> int:
        """Return 1 if the ways of two pings, with these lanes of one kind, make one way.

        A packet is translated once at a step of its way, so its forms have at most one TTL in
        common; and no place sees both forms with that TTL, as it sees two pods' like pings.
        """
        rows, lanes = self.rows, self.shapes.table
        if lanes.conversations[one] == lanes.conversations[other]:
            return 1
        kind = lanes.is_reply[one]
        shared = NO_TTL
        place = rows.heads[first]
        while place >= 0:
            one = rows.lanes[place]
            beside = rows.heads[second]
            while beside >= 0:
                other = rows.lanes[beside]
                if (
                    lanes.ttls[one] == lanes.ttls[other]
                    and lanes.is_reply[one] == lanes.is_reply[other] == kind
                ):
                    if lanes.places[one] == lanes.places[other]:
                        return 0
                    if shared not in (NO_TTL, lanes.ttls[one]):
                        return 0
                    shared = lanes.ttls[one]
                beside = rows.nexts[beside]
            place = rows.nexts[place]
        return 1

    def is_copy(self, one: int, other: int) -> int:
        """Return 1 if two sightings may be of one packet."""
        first, second = self.rows.identities[one], self.rows.identities[other]
        if (first ^ second) & 0xFFFF:
            return 0
        cut = first >> 32 == NO_PAYLOAD or second >> 32 == NO_PAYLOAD
        if first >> 32 != second >> 32 and not cut:
            return 0
        is_weak = cut or first & 0xFFFF == 0
        lanes = self.shapes.table
        one_lane, other_lane = self.rows.lanes[one], self.rows.lanes[other]
        is_translated = lanes.conversations[one_lane] != lanes.conversations[other_lane]
        if not is_translated and (first ^ second) & ICMP_ID:
            return 0
        return self.shapes.may_be_one(one_lane, other_lane, is_weak)
