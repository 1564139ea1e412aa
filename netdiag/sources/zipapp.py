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
import threading
import zipfile
from collections.abc import Collection, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Final

PACKAGE: Final = "netdiag_probe"
SHEBANG: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = f"from {PACKAGE}.cli import main\nimport sys\nsys.exit(main())\n"
_UNCHECKED: Final = (1).to_bytes(4, "little")
"""Flags of a compiled form that is told from its source by a hash, and not compared (PEP 552)."""

_WITHOUT_REFERENCES: Final = 2
"""Of the format: whether later ones refer back to a string depends on who else holds it."""
_HEAD_BYTES: Final = 16
_ZIP: Final = b"PK\3\4"
_MAKING: Final = threading.Lock()
"""Held while one is made: who wants the same meanwhile waits for it."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def probe_archive() -> bytes:
    """Return the probe as a zip archive that Python runs. Raises FileNotFoundError without it."""
    with _MAKING:
        return _probe_archive()


@functools.cache
def _probe_archive() -> bytes:
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
    code = SourceFileLoader(path.stem, str(path)).get_code(path.stem)
    assert code is not None
    head = importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(path.read_bytes())
    return head + marshal.dumps(_called(code, name), _WITHOUT_REFERENCES)


def _called(code: CodeType, name: str) -> CodeType:
    """Return code that names such a file as its own, instead of a path of this machine."""
    inner = (_called(each, name) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_filename=name, co_consts=tuple(inner))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.external_attr = 0o644 << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, content)


def archive_for(archive: bytes, command: str) -> bytes:
    """Return as much of the archive as a command needs: a quarter of it, or less, is sent.

    What is no archive is returned as it is.
    """
    if not archive.startswith(_ZIP):
        return archive
    with _MAKING:
        return _archive_for(archive, command)


@functools.cache
def _archive_for(archive: bytes, command: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as whole:
        compiled = {_module_of(name): name for name in whole.namelist() if name.endswith(".pyc")}
        wanted: dict[str, None] = {}
        waiting = [f"{PACKAGE}.cli", f"{PACKAGE}.{command}"]
        while waiting:
            module = waiting.pop()
            if module in wanted or module not in compiled:
                continue
            wanted[module] = None
            code = marshal.loads(whole.read(compiled[module])[_HEAD_BYTES:])
            waiting += [module.rpartition(".")[0], *_imported(code, compiled)]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as part:
            for module in sorted(wanted):
                for name in (compiled[module], compiled[module][:-1]):
                    _add(part, name, whole.read(name))
    return buffer.getvalue()


def _module_of(name: str) -> str:
    return name.removesuffix(".pyc").removesuffix("/__init__").replace("/", ".")


def _imported(code: CodeType, known: Collection[str]) -> Iterator[str]:
    """Yield the modules whose names code uses, in functions too."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    modules = [name for name in code.co_names if name in known]
    yield from modules
    for package in modules:
        yield from (whole for name in code.co_names if (whole := f"{package}.{name}") in known)
    for each in inner:
        yield from _imported(each, known)


def main(path: str) -> None:
    """Write the probe into a file that can be run."""
    target = Path(path)
    target.write_bytes(SHEBANG + probe_archive())
    target.chmod(0o755)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m netdiag.sources.zipapp OUT")
    main(sys.argv[1])
