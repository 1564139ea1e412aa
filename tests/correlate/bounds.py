"""The bounds of the tables as they are meant to be: compiled modules do not show theirs."""

SMALLEST = 4096
"""Sightings held at once, at first."""

AGAIN_NS = 400_000_000
MAX_SIGHTINGS = 256
MAX_LANES = 65_536
MAX_SHAPES = 8192
MAX_ROWS = 32_768
ALWAYS_KEPT = 4
SHARED_SAMPLES = 32_768
