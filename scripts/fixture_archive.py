"""Archives of bundles: the same bytes whenever and wherever they are made."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path


def pack(folder: Path, names: Iterable[str]) -> bytes:
    """Return a .tar.gz of these files of a folder.

    Documents of one name stand side by side, which compresses best.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(names, key=_by_document):
            content = (folder / name).read_bytes()
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)


def names_in(folder: Path) -> list[str]:
    """Return the files of a folder and its folders, as ``pack`` takes them."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def meets(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether any pattern is one of the name; ``*`` is slashes too."""
    return any(fnmatch(name, pattern) for pattern in patterns)


def _by_document(name: str) -> tuple[str, str]:
    return name.rpartition("/")[2], name
