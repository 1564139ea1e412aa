"""Rows of numbers: sightings, and the pings that they are of."""

from __future__ import annotations

from array import array

from netdiag.correlate import mixing

MAX_SIGHTINGS = 256
"""Sightings of one ping that are told apart; floods may have more."""


class PingRows:
    """Room for so many sightings, and for as many pings; 80 bytes each."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.used = 0
        self.times = array("q", bytes(8 * capacity))
        self.frames = array("q", bytes(8 * capacity))
        self.lanes = array("i", bytes(4 * capacity))
        self.identities = array("Q", bytes(8 * capacity))
        """Payload fingerprint, ICMP id, IP id: 32, 16, 16 bits."""
        self.nexts = array("i", bytes(4 * capacity))
        """The next sighting of the same ping; -1 = this is the last."""
        self.pings = 0
        self.keys = array("Q", bytes(8 * capacity))
        self.sequences = array("i", bytes(4 * capacity))
        self.numbers = array("q", bytes(8 * capacity))
        """Which ping it is, counted in order of their first sightings."""
        self.heads = array("i", bytes(4 * capacity))
        """A ping's first sighting; -1 = it has none, or is finished."""
        self.tails = array("i", bytes(4 * capacity))
        self.counts = array("i", bytes(4 * capacity))
        self.kinds = array("i", bytes(4 * capacity))
        """What was seen of a ping: 1 its request, 2 its reply, 3 both."""
        self.slots = array("i", bytes(4 * mixing.slot_count(capacity)))
        """A hash table of the pings by key; 0 = empty."""
        self.slot_mask = mixing.slot_count(capacity) - 1

    def clear(self) -> None:
        """Forget all."""
        self.used = 0
        self.pings = 0
        for slot in range(self.slot_mask + 1):
            self.slots[slot] = 0

    def find(self, key: int) -> int:
        """Return the slot that holds the latest ping with this key, or else an empty one."""
        slot = key & self.slot_mask
        while self.slots[slot] and self.keys[self.slots[slot] - 1] != key:
            slot = slot + 1 & self.slot_mask
        return slot

    def begin(self, slot: int, key: int, sequence: int, number: int) -> int:
        """Begin a ping without sightings in a slot that ``find`` returned."""
        ping = self.pings
        self.pings = ping + 1
        self.slots[slot] = ping + 1
        self.keys[ping] = key
        self.sequences[ping] = sequence
        self.numbers[ping] = number
        self.heads[ping] = -1
        self.counts[ping] = 0
        self.kinds[ping] = 0
        return ping

    def append(self, ping: int, time_ns: int, frame: int, lane: int, identity: int) -> int:
        """Append a sighting to a ping; return 0."""
        place = self.used
        self.used = place + 1
        self.times[place] = time_ns
        self.frames[place] = frame
        self.lanes[place] = lane
        self.identities[place] = identity
        self.nexts[place] = -1
        if self.heads[ping] < 0:
            self.heads[ping] = place
        else:
            self.nexts[self.tails[ping]] = place
        self.tails[ping] = place
        self.counts[ping] += 1
        return 0

    def has_lane(self, ping: int, lane: int) -> int:
        """Return 1 if a ping was seen in this lane before."""
        place = self.heads[ping]
        while place >= 0:
            if self.lanes[place] == lane:
                return 1
            place = self.nexts[place]
        return 0

    def take_over(self, other: PingRows) -> None:
        """Append all pings of other rows that are not finished."""
        for old in range(other.pings):
            place = other.heads[old]
            if place < 0:
                continue
            key = other.keys[old]
            ping = self.begin(self.find(key), key, other.sequences[old], other.numbers[old])
            self.kinds[ping] = other.kinds[old]
            while place >= 0:
                self.append(
                    ping,
                    other.times[place],
                    other.frames[place],
                    other.lanes[place],
                    other.identities[place],
                )
                place = other.nexts[place]

    def join(self, first: int, second: int) -> None:
        """Move all sightings of the second ping to the first."""
        self.nexts[self.tails[first]] = self.heads[second]
        self.tails[first] = self.tails[second]
        self.counts[first] += self.counts[second]
        self.kinds[first] |= self.kinds[second]
        self.heads[second] = -1
