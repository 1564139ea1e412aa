"""Writes a bundle: a new folder, or an archive of it; for this user alone, never over anything."""

from __future__ import annotations

import contextlib
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, cast

from netdiag.sources.new_file import new_file
from netdiag.sources.streams import Opener, SliceReader

Parts = tuple[str, ...]
"""A file's place below the bundle: folders, then its name."""

ARCHIVE_ENDINGS: Final = (".tar.gz", ".tgz")
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


def write_bundle(contents: Mapping[Parts, Opener], path: str) -> None:
    """Write files by their places as a folder, or as an archive if the path ends so.

    Raises OSError if it cannot be written, or something of it is there, StreamError if a file
    cannot be read; nothing is left then.
    """
    if path.endswith(ARCHIVE_ENDINGS):
        _write_archive(contents, path)
        return
    made: list[Path] = []
    try:
        for parts in sorted(contents):
            made += _make_folders(Path(path), parts[:-1])
            target = Path(path, *parts)
            with os.fdopen(os.open(target, _NEW, 0o600), "wb") as file:
                made.append(target)
                with contents[parts]() as content:
                    shutil.copyfileobj(content, file)
    except BaseException:  # half a bundle would tell half the truth
        _remove(made)
        raise


def _write_archive(contents: Mapping[Parts, Opener], path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with new_file(path, 0o600) as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
        for parts in sorted(contents):
            _add(archive, parts, contents[parts])


def _add(archive: tarfile.TarFile, parts: Parts, opener: Opener) -> None:
    with opener() as content:
        member = tarfile.TarInfo("/".join(parts))
        member.mode = 0o600
        if isinstance(content, SliceReader):
            member.size = content.size
        else:
            member.size = os.fstat(content.fileno()).st_size
        archive.addfile(member, cast(IO[bytes], content))


def _make_folders(root: Path, parts: Parts) -> Iterator[Path]:
    """Make folders and yield those that were not there."""
    root.parent.mkdir(parents=True, exist_ok=True)
    for folder in (root, *(root.joinpath(*parts[: depth + 1]) for depth in range(len(parts)))):
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
            yield folder


def _remove(made: Sequence[Path]) -> None:
    """Remove files and folders, the latest first."""
    for path in reversed(made):
        with contextlib.suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
