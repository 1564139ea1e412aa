"""What was found, read: facts first, then the captures and the report."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.cli.bundle_facts import bad_documents
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.report import MAX_PINGS, Report
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.capture_file import OpenCapture, open_captures
from netdiag.sources.found import Found, Problem


class Case:
    """Captures and documents of one network; the captures stay open until they were read."""

    def __init__(self, found: Found, vxlan_ports: tuple[int, ...] = ()) -> None:
        """Read the documents and open the captures."""
        self.facts = _read_facts(found)
        self.bad_documents = bad_documents(self.facts)
        self.problems = [*found.problems, *_without_captures(found)]
        """What could not be used; more is known once the report is made."""
        table = _tunnel_table(vxlan_ports, self.facts)
        self._captures: list[OpenCapture]
        self._captures, unopened = open_captures(found.captures, table)
        self.problems += unopened

    @property
    def has_captures(self) -> bool:
        """Return whether there is a capture to read."""
        return bool(self._captures)

    @property
    def has_nodes(self) -> bool:
        """Return whether documents tell of any node."""
        return bool(self.facts.nodes or self.facts.cluster.nodes)

    def size_bytes(self) -> int:
        """Return the size of all captures, compressed as they are; 0 = not known."""
        return sum(capture.size_bytes() for capture in self._captures)

    def read(
        self, tick: Callable[[int], None] | None, ping: int | None = None, keep_all: bool = False
    ) -> Report:
        """Read all packets and return what they prove; ``tick`` is told how many bytes so far."""
        from netdiag.explain.attempts import attempted_ports
        from netdiag.explain.report import explain
        from netdiag.explain.roles import Roles
        from netdiag.explain.sweeps import marks_of_sweeps
        from netdiag.sources.analysis import Analysis

        facts = self.facts
        ports, apart = attempted_ports(facts), marks_of_sweeps(facts)
        analysis = Analysis(self._captures, tick, keep_all, Roles(facts), ports, apart)
        seen = analysis.read(ping)
        most = None if keep_all else MAX_PINGS
        report = explain(seen, self.facts, most=most, wanted=ping)
        for capture in self._captures:
            broken = capture.problem()
            if broken is not None:
                self.problems.append(broken)
            capture.close()
        return report


def _read_facts(found: Found) -> Facts:
    if not found.documents:
        return NO_FACTS
    from netdiag.sources.facts import read_facts

    return read_facts(found.documents.values())


def _without_captures(found: Found) -> list[Problem]:
    """Return the PATHs without captures as problems, and what reads them where they have facts."""
    hint = "; netdiag inspect shows what its documents say" if found.documents else ""
    return [Problem(path, f"no capture files in it{hint}") for path in found.without_captures]


def _tunnel_table(vxlan_ports: tuple[int, ...], facts: Facts) -> bytes:
    if facts is NO_FACTS:
        return udp_tunnel_table(vxlan_ports)
    from netdiag.facts.configuration.tunnel_ports import tunnel_table

    return tunnel_table(facts, vxlan_ports)
