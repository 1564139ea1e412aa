"""Two pods' namespaces that have one address: by their documents alone."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from tests.analyze.running import analyze, findings
from tests.cli.processes import ROOT

BUNDLE = ROOT / "fixtures" / "pcaps" / "flannel-vxlan-any.tar.gz"


def with_second_pod(folder: Path, *changes: tuple[str, str]) -> Path:
    """Return a copy of a healthy bundle in which pod-x has what pod-c has, but for changes."""
    with tarfile.open(BUNDLE) as archive:
        archive.extractall(folder, filter="data")
    pods = folder / "node-2/facts/pods"
    shutil.copytree(pods / "pod-c", pods / "pod-x")
    for document in (pods / "pod-x").iterdir():
        text = document.read_text()
        for old, new in changes:
            text = text.replace(old, new)
        document.write_text(text)
    return folder


def test_two_pods_with_one_address(tmp_path: Path) -> None:
    folder = with_second_pod(tmp_path / "case", ("0a:58:0a:f4:02:02", "0a:58:0a:f4:02:99"))
    _, report = analyze(folder)
    assert findings(report, ("error", "warning")) == ["duplicate-ip node-2"]
    assert "node-2/pod-c and node-2/pod-x" in report["findings"][0]["explanation"]


def test_a_container_that_joined_another_ones_namespace(tmp_path: Path) -> None:
    _, report = analyze(with_second_pod(tmp_path / "case"))
    assert findings(report, ("error", "warning")) == []
