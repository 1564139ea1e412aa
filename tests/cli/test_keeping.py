"""Saved captures are kept anew from the screens: as a bundle, or as one capture."""

from __future__ import annotations

import queue
import tarfile
from pathlib import Path

from netdiag.cli.sessions.saved import SavedSession
from netdiag.sources.paths import find_all
from netdiag.tui.session import Delivery, Outcome
from tests.captures import numbered, pcap
from tests.cli.processes import netdiag

CASE = "fixtures/pcaps/lab/flannel-vxlan.tar.gz"
SECONDS = 60


class Kept:
    """A session that nobody looks at; it delivers how its actions end."""

    def __init__(self, *paths: str) -> None:
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.session = SavedSession(paths)
        self.session._deliver = self._take

    def _take(self, delivery: Delivery) -> None:
        if isinstance(delivery, Outcome):
            self._outcomes.put(delivery)

    def save(self, path: Path) -> Outcome:
        assert self.session.actions.save_bundle is not None
        self.session.actions.save_bundle(str(path))
        return self._outcomes.get(timeout=SECONDS)

    def write(self, path: Path) -> Outcome:
        assert self.session.actions.write_capture is not None
        self.session.actions.write_capture(str(path))
        return self._outcomes.get(timeout=SECONDS)


def test_captures_with_places_and_a_bundle_become_one_bundle(tmp_path: Path) -> None:
    alone = tmp_path / "a.pcap"
    alone.write_bytes(pcap(numbered(3)))
    kept = Kept(f"node-1/ens33={alone}", str(alone), CASE)
    outcome = kept.save(tmp_path / "kept.tar.gz")
    assert outcome.is_good, outcome.words
    with tarfile.open(tmp_path / "kept.tar.gz") as archive:
        names = archive.getnames()
    assert {"node-1/ens33.pcap", "node-1/ens33+2.pcap", "unknown/a.pcap"} <= set(names)
    assert "node-2/facts/ip_route.json" in names
    found, were = find_all((str(tmp_path / "kept.tar.gz"),)), find_all((CASE,))
    assert len(found.captures) == len(were.captures) + 2
    assert set(were.documents) <= set(found.documents)
    assert not kept.save(tmp_path / "kept.tar.gz").is_good


def test_all_packets_become_one_capture_that_knows_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.pcapng"
    outcome = Kept(CASE).write(path)
    assert outcome.words == f"88 packets written to {path}"
    written, were = netdiag("packets", str(path)), netdiag("packets", CASE)
    assert sorted(written.stdout.split()) == sorted(were.stdout.split())


def test_where_nothing_can_be_written_that_is_said() -> None:
    kept = Kept(CASE)
    for outcome in (kept.save(Path("/proc/kept")), kept.write(Path("/proc/kept"))):
        assert not outcome.is_good
        assert "cannot write /proc/kept" in outcome.words
