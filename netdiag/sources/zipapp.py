"""The probe as one file, to be sent to nodes: ``python -m netdiag.sources.zipapp OUT``.

Beside each source lies its compiled form, which the same version of Python on a node starts from;
others compile the source. The same sources give the same bytes.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import marshal
import sys
import zipfile
from pathlib import Path
from typing import Final

PACKAGE: Final = "netdiag_probe"
SHEBANG: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = f"from {PACKAGE}.cli import main\nimport sys\nsys.exit(main())\n"
_UNCHECKED: Final = (1).to_bytes(4, "little")
"""Flags of a compiled form that is told from its source by a hash, and not compared (PEP 552)."""

_WITHOUT_REFERENCES: Final = 2
"""Of the format: whether later ones refer back to a string depends on who else holds it."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@functools.cache
def probe_archive() -> bytes:
    """Return the probe as a zip archive that Python runs. Raises FileNotFoundError without it."""
    folder = _folder()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "__main__.py", _MAIN.encode())
        for path in sorted(folder.rglob("*.py")):
            name = f"{PACKAGE}/{path.relative_to(folder).as_posix()}"
            _add(archive, name, path.read_bytes())
            _add(archive, f"{name}c", _compiled(path, name))
    return buffer.getvalue()


def _folder() -> Path:
    """Return where the probe's sources are: those of this checkout, else the installed ones."""
    beside = Path(__file__).resolve().parents[2] / "probes" / PACKAGE
    if beside.is_dir():
        return beside
    found = importlib.util.find_spec(PACKAGE)
    if found is not None and found.submodule_search_locations:
        return Path(next(iter(found.submodule_search_locations)))
    raise FileNotFoundError(f"the package {PACKAGE} is not installed")


def _compiled(path: Path, name: str) -> bytes:
    """Return what Python keeps in ``__pycache__``, in the form that is not checked for its age."""
    source = path.read_bytes()
    code = compile(source, name, "exec", dont_inherit=True)  # knows no path of this machine
    head = importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source)
    return head + marshal.dumps(code, _WITHOUT_REFERENCES)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)


def main(path: str) -> None:
    """Write the probe into a file that can be run."""
    target = Path(path)
    target.write_bytes(SHEBANG + probe_archive())
    target.chmod(0o755)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m netdiag.sources.zipapp OUT")
    main(sys.argv[1])
