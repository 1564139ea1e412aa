"""``netdiag trace --redact``: what is printed is not redacted, what is kept is."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.analyze.running import analyze
from tests.cli.processes import netdiag


def test_redact_needs_a_place() -> None:
    done = netdiag("trace", "pod-a", "pod-c", "--redact")
    assert done.returncode == 2
    assert "--save" in done.stderr


@pytest.mark.needs_lab
def test_what_is_kept_is_redacted_and_tells_the_same(tmp_path: Path) -> None:
    lab, bundle = f"redact-{os.getpid()}", tmp_path / "case"
    assert netdiag("lab", "up", "flannel-vxlan", "--name", lab).returncode == 0
    try:
        done = netdiag(
            "trace", "pod-a", "pod-c", "--lab", lab, "--save", bundle, "--redact", "--json"
        )
    finally:
        assert netdiag("lab", "down", "--name", lab).returncode == 0
    assert "the mapping is not kept" in done.stderr
    printed, (exit_code, kept) = json.loads(done.stdout), analyze(bundle)
    assert exit_code == done.returncode == 0
    assert kept["totals"] == printed["totals"]
    assert kept["mode"]["backend"] == printed["mode"]["backend"] == "flannel/vxlan"
    assert kept["mode"]["agree"] == printed["mode"]["agree"] is True
    hops = [[each["interface"] for each in one["pings"][0]["request"]] for one in (printed, kept)]
    assert hops[0] == hops[1]
    assert "10.244.1.2" in done.stdout
    files = [path for path in bundle.rglob("*") if path.is_file()]
    told = b"\n".join(str(path.relative_to(bundle)).encode() + path.read_bytes() for path in files)
    assert re.findall(rb"10\.244\.[12]\.\d|10\.1\.10\.\d|\bnode-[12]\b|pod-[abc]\b", told) == []
