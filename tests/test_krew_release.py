"""What krew would download and link: an archive that holds what its manifest says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

import yaml

from scripts.krew_release import PYTHON, write_release


def test_manifest_and_archive(tmp_path: Path) -> None:
    package = tmp_path / "installed" / "netdiag"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("def main():\n    print('traced')\n    return 7\n")
    archive, path = write_release(tmp_path / "installed", "https://h.example/r/", tmp_path / "out")
    manifest = yaml.safe_load(path.read_text())
    assert "{" not in path.read_text()
    (platform,) = manifest["spec"]["platforms"]
    assert platform["uri"] == f"https://h.example/r/{archive.name}"
    assert platform["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "krew", filter="data")
    linked = tmp_path / "kubectl-netdiag"  # krew links it into a folder of the PATH
    linked.symlink_to(tmp_path / "krew" / platform["bin"])
    assert linked.read_text().startswith(f"#!/usr/bin/env {PYTHON}\n")
    done = subprocess.run([sys.executable, linked], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, "traced\n"), done.stderr
