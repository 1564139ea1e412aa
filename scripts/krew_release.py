"""The archive and the manifest by which krew installs ``kubectl netdiag``.

``python -m scripts.krew_release FOLDER URL OUT``: FOLDER holds netdiag and what it needs, as ``pip
install --target`` leaves them; the archive will be below URL; both files are written into OUT.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import platform
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from netdiag import __version__

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATE: Final = ROOT / "probes" / "kubernetes" / "krew.template.yaml"
PYTHON: Final = f"python{sys.version_info[0]}.{sys.version_info[1]}"
"""The one that compiled modules in the archive are for."""

ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
BIN: Final = "kubectl-netdiag"
LAUNCHER: Final = f"""\
#!/usr/bin/env {PYTHON}
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))
from netdiag.__main__ import main

sys.exit(main())
"""


def write_release(folder: Path, url: str, out: Path) -> tuple[Path, Path]:
    """Write archive and manifest; return their paths."""
    arch = ARCHITECTURES.get(platform.machine(), platform.machine())
    archive = out / f"{BIN}-v{__version__}-linux-{arch}.tar.gz"
    out.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(_packed(folder))
    manifest = out / "netdiag.yaml"
    base = url.rstrip("/")
    manifest.write_text(
        TEMPLATE.read_text().format(
            version=__version__, homepage=base, python=PYTHON, arch=arch,
            uri=f"{base}/{archive.name}",
            sha256=hashlib.sha256(archive.read_bytes()).hexdigest(),
        )
    )  # fmt: skip
    return archive, manifest


def _packed(folder: Path) -> bytes:
    """Return the archive: the same files give the same bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content, mode in (
            (BIN, LAUNCHER.encode(), 0o755),
            ("LICENSE", (ROOT / "LICENSE").read_bytes(), 0o644),
            *_library(folder),
        ):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


def _library(folder: Path) -> Iterator[tuple[str, bytes, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.parent.name != "bin":
            yield f"lib/{path.relative_to(folder).as_posix()}", path.read_bytes(), 0o644


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python -m scripts.krew_release FOLDER URL OUT")
    written = write_release(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    sys.stdout.writelines(f"{path}\n" for path in written)
