"""A bundle that is being gathered: files without names, until somebody wants to keep them.

However this process ends, nothing is left of them.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, cast

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.found import CaptureFile, DocumentFile, Found
from netdiag.sources.layout import document_of_place, point_of_place
from netdiag.sources.streams import SliceReader

Parts = tuple[str, ...]
"""A file's place below the bundle: folders, then its name."""

ARCHIVE_ENDINGS: Final = (".tar.gz", ".tgz")
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Gathered:
    """Captures and documents of a bundle, by their places in it."""

    def __init__(self) -> None:
        self._captures: dict[Parts, IO[bytes]] = {}
        self._texts: IO[bytes] = TemporaryFile()  # noqa: SIM115  # until close
        self._documents: dict[Parts, tuple[int, int]] = {}
        """Offset and size in ``_texts``."""

    def new_capture(self, *parts: str) -> IO[bytes]:
        """Return a file for a capture to be written into."""
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # until close
        self._captures[parts] = file
        return file

    def being_written(self) -> tuple[tuple[int, str, CapturePoint], ...]:
        """Return captures as ``found("")`` has them, for others to read meanwhile: descriptors."""
        return tuple(
            (self._captures[parts].fileno(), _label("", parts), point_of_place(parts, None))
            for parts in sorted(self._captures)
        )

    def drop_empty_captures(self) -> None:
        """Forget captures that nothing was written into, not even that no packet came."""
        for parts, file in list(self._captures.items()):
            if os.fstat(file.fileno()).st_size == 0:
                file.close()
                del self._captures[parts]

    def add_document(self, text: bytes, *parts: str) -> None:
        """Add a document."""
        self._documents[parts] = (self._texts.seek(0, os.SEEK_END), len(text))
        self._texts.write(text)
        self._texts.flush()

    def captures(self) -> tuple[Parts, ...]:
        """Return the places of captures."""
        return tuple(sorted(self._captures))

    def documents(self) -> tuple[Parts, ...]:
        """Return the places of documents."""
        return tuple(sorted(self._documents))

    def places(self) -> tuple[Parts, ...]:
        """Return all places."""
        return (*self.captures(), *self.documents())

    def open(self, parts: Parts) -> SliceReader:
        """Open what is at a place."""
        file = self._captures.get(parts)
        if file is not None:
            return SliceReader(file.fileno(), 0, os.fstat(file.fileno()).st_size, file)
        offset, size = self._documents[parts]
        return SliceReader(self._texts.fileno(), offset, size, self._texts)

    def read(self, parts: Parts) -> bytes:
        """Return a document."""
        with self.open(parts) as file:
            return file.read()

    def found(self, label: str) -> Found:
        """Return what is there as it would be found in a folder called ``label`` (may be empty)."""
        found = Found()
        for parts in sorted(self._captures):
            point = point_of_place(parts, None)
            found.add(CaptureFile(_label(label, parts), point, self._opener(parts)))
        for parts in sorted(self._documents):
            place = document_of_place(parts, None)
            if place is not None:
                found.add(DocumentFile(_label(label, parts), place, self._opener(parts)))
        return found

    def save(self, path: str) -> None:
        """Write it as a folder, or as an archive if the path ends so; for this user alone.

        Raises OSError if it cannot be written, or something of it is there.
        """
        if path.endswith(ARCHIVE_ENDINGS):
            self._save_archive(path)
            return
        made: list[Path] = []
        try:
            for parts in sorted((*self._captures, *self._documents)):
                made += _make_folders(Path(path), parts[:-1])
                target = Path(path, *parts)
                with os.fdopen(os.open(target, _NEW, 0o600), "wb") as file:
                    made.append(target)
                    shutil.copyfileobj(self.open(parts), file)
        except BaseException:  # half a bundle would tell half the truth
            _remove(made)
            raise

    def close(self) -> None:
        """Let go of all files."""
        for file in (*self._captures.values(), self._texts):
            file.close()

    def _save_archive(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
            try:
                self._write_archive(file)
            except BaseException:  # half an archive is none
                os.unlink(path)
                raise

    def _write_archive(self, file: IO[bytes]) -> None:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for parts in sorted((*self._captures, *self._documents)):
                content = self.open(parts)
                member = tarfile.TarInfo("/".join(parts))
                member.mode, member.size = 0o600, content.size
                archive.addfile(member, cast(IO[bytes], content))

    def _opener(self, parts: Parts) -> Callable[[], io.RawIOBase]:
        return lambda: self.open(parts)


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


def _label(label: str, parts: Parts) -> str:
    return "/".join((label, *parts) if label else parts)
