"""Building: without a C compiler the package is whole all the same, and says that it is slower."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_without_a_compiler_nothing_is_compiled_and_all_works(tmp_path: Path) -> None:
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    ignored = shutil.ignore_patterns("*.so", "*.c", "compiled.json", "__pycache__")
    shutil.copytree(ROOT / "netdiag", tmp_path / "netdiag", ignore=ignored)
    subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
        cwd=tmp_path,
        env={**os.environ, "CC": "/bin/false"},
        capture_output=True,
        check=True,
    )
    assert list(tmp_path.rglob("*.so")) == []
    assert list(tmp_path.rglob("compiled.json")) == []
    done = subprocess.run(
        [sys.executable, "-m", "netdiag", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "interpreted" in done.stdout
