"""Packets taken apart: header trees, and where their fields' bytes are."""
