"""A shape: pings that crossed the same lanes and differ in nothing but time."""

from __future__ import annotations

from array import array

SAMPLES = 1024
"""Pings of one shape that are kept whole; of more, an even sample."""

SAMPLE_HEAD = 2
WORDS_A_SIGHTING = 3
UNKNOWN = -1


class Shape:
    """Counts of one shape's pings, and the numbers of those that are kept whole."""

    def __init__(self, key: int, lanes: array[int]) -> None:
        self.key = key
        self.apart = 0
        """The fingerprint by which its pings are kept apart from others; 0 = they are not."""
        self.lanes = lanes
        """The lane of each sighting."""
        self.width = SAMPLE_HEAD + WORDS_A_SIGHTING * len(lanes)
        self.pings = 0
        self.first_ns = 0
        """When the first ping, and the last one, was first seen (raw times)."""
        self.last_ns = 0
        self.rtt_from = UNKNOWN
        """Which sightings of request and reply, of one capture point, the RTT is between."""
        self.rtt_to = UNKNOWN
        self.rtt_min_ns = 0
        self.rtt_max_ns = 0
        self.kept = 0
        self.samples = array("q", bytes(8 * self.width))
        """For each kept ping its number, its sequence number, and for each sighting time in ns,
        frame, ICMP id << 16 | IP id."""

    def room(self, kept: int) -> None:
        """Make room for so many kept pings."""
        words = self.width * kept
        if len(self.samples) < words:
            self.samples = array("q", bytes(self.samples) + bytes(8 * words))

    def lane_numbers(self) -> list[int]:
        """Return the lane of each sighting."""
        lanes: list[int] = []
        for index in range(len(self.lanes)):
            lanes.append(self.lanes[index])
        return lanes

    def sample(self, index: int) -> list[int]:
        """Return the words of one kept ping, as ``samples`` holds them."""
        first = index * self.width
        words: list[int] = []
        for place in range(first, first + self.width):
            words.append(self.samples[place])
        return words

    def number(self, index: int) -> int:
        """Return the number of a kept ping."""
        return self.samples[index * self.width]

    def spread(self, earlier: int, later: int, most: int) -> tuple[int, int, list[int]]:
        """Return the time in ns from one sighting to a later one over the kept pings.

        As the least, the greatest, and up to so many of the values, evenly chosen.
        """
        first = SAMPLE_HEAD + WORDS_A_SIGHTING * earlier
        second = SAMPLE_HEAD + WORDS_A_SIGHTING * later
        least = greatest = self.samples[second] - self.samples[first]
        step = 1 + (self.kept - 1) // most
        values: list[int] = []
        for index in range(self.kept):
            at = index * self.width
            time_ns = self.samples[at + second] - self.samples[at + first]
            least = min(least, time_ns)
            greatest = max(greatest, time_ns)
            if index % step == 0:
                values.append(time_ns)
        return least, greatest, values
