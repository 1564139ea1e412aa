"""The probe as one file: the same bytes from anywhere, and a program that runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from netdiag.sources.zipapp import SHEBANG, archive_for, probe_archive
from tests.cli.processes import ROOT

SECONDS = 120
_BUILD = "from netdiag.sources.zipapp import main; import sys; main(sys.argv[1])"
_BUILD += "; assert 'netdiag_probe' not in sys.modules"


def build(checkout: Path, target: Path, seed: int) -> bytes:
    """Build the archive from a checkout, in a process of its own."""
    subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {[str(checkout)]}; {_BUILD}",
         str(target)],
        check=True, timeout=SECONDS, env={"PYTHONHASHSEED": str(seed)},
    )  # fmt: skip
    return target.read_bytes()


def test_any_checkout_gives_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "checkout"
    skipped = shutil.ignore_patterns("__pycache__")
    for name in ("netdiag/sources/zipapp.py", "netdiag/__init__.py", "netdiag/sources/__init__.py"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    shutil.copytree(ROOT / "probes", copy / "probes", ignore=skipped)
    here = build(ROOT, tmp_path / "here.pyz", 1)
    assert here == build(copy, tmp_path / "there.pyz", 2)
    assert here == SHEBANG + probe_archive()


def test_the_file_runs_by_itself(tmp_path: Path) -> None:
    target = tmp_path / "netdiag-probe.pyz"
    build(ROOT, target, 1)
    done = subprocess.run(
        [sys.executable, "-I", str(target), "capture", "--help"], cwd=tmp_path,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: netdiag-probe capture")


_IMPORT_ALL = """
import importlib, sys, zipfile
path, command = sys.argv[1:]
sys.path.insert(0, path)
for name in zipfile.ZipFile(path).namelist():
    if name.endswith(".py"):
        importlib.import_module(name[:-3].removesuffix("/__init__").replace("/", "."))
from netdiag_probe.cli import main
sys.exit(main([command, "--help"]))
"""


@pytest.mark.parametrize(
    "command", ["capture", "connect", "counters", "drops", "facts", "ping", "rules"]
)
def test_a_part_has_all_that_its_command_needs(tmp_path: Path, command: str) -> None:
    part = tmp_path / "part.zip"
    part.write_bytes(archive_for(probe_archive(), command))
    assert part.stat().st_size < len(probe_archive()) / 2
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _IMPORT_ALL, str(part), command], cwd=tmp_path,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    names = zipfile.ZipFile(part).namelist()
    assert f"netdiag_probe/{command}.pyc" in names
