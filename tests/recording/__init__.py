"""Recordings: merging, ordering, writing."""
