"""Captures that are held in memory, read with facts that are known."""

from __future__ import annotations

from netdiag.explain.report import explain
from netdiag.explain.roles import Roles
from netdiag.facts.configuration.tunnel_ports import tunnel_ports
from netdiag.model.facts.facts import Facts
from netdiag.model.report import Report
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.analysis import Analysis
from netdiag.sources.capture_file import open_captures
from netdiag.sources.found import CaptureFile


def read_window(file: CaptureFile, facts: Facts) -> Report:
    """Return what one capture file and facts prove; all pings are listed."""
    captures, _ = open_captures([file], udp_tunnel_table((), tunnel_ports(facts)))
    seen = Analysis(captures, None, True, Roles(facts)).read()
    for capture in captures:
        capture.close()
    return explain(seen, facts, most=None)
