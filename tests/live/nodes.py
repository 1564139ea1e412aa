"""Nodes that behave badly: commands on this machine that stand where a probe should run."""

from __future__ import annotations

from ipaddress import ip_address

from netdiag.sources.inventory.places import PlacedNode

ADDRESS = ip_address("10.0.0.1")


def node(script: str) -> PlacedNode:
    """Return a node whose command is a shell script; the probe's own words are its arguments."""
    return PlacedNode("bad", ("sh", "-c", script, "sh"), (ADDRESS,))
