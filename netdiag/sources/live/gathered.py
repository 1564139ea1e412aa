"""A bundle that is being gathered: files without names, until somebody wants to keep them.

However this process ends, nothing is left of them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import IO, Final

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.bundle_writing import Parts, write_bundle
from netdiag.sources.found import CaptureFile, DocumentFile, Found
from netdiag.sources.interface_names import read_interface_names
from netdiag.sources.layout import document_of_place, facts_of_place, point_of_place
from netdiag.sources.streams import SliceReader
from netdiag.sources.temporary_files import temporary_file

LINKS: Final = "ip_link.json"


class Gathered:
    """Captures and documents of a bundle, by their places in it."""

    def __init__(self) -> None:
        self._captures: dict[Parts, IO[bytes]] = {}
        self._texts: IO[bytes] = temporary_file()  # until close
        self._documents: dict[Parts, tuple[int, int]] = {}
        """Offset and size in ``_texts``."""

    def new_capture(self, *parts: str) -> IO[bytes]:
        """Return a file for a capture to be written into."""
        file: IO[bytes] = temporary_file()  # until close
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
            found.add(
                CaptureFile(_label(label, parts), point, self._opener(parts), self._names_at(parts))
            )
        for parts in sorted(self._documents):
            place = document_of_place(parts, None)
            if place is not None:
                found.add(DocumentFile(_label(label, parts), place, self._opener(parts)))
        return found

    def save(self, path: str) -> None:
        """Write it as a folder, or as an archive if the path ends so; for this user alone.

        Raises OSError if it cannot be written, or something of it is there.
        """
        write_bundle({parts: self._opener(parts) for parts in self.places()}, path)

    def close(self) -> None:
        """Let go of all files."""
        for file in (*self._captures.values(), self._texts):
            file.close()

    def _names_at(self, parts: Parts) -> Callable[[], dict[int, str]]:
        """Return what tells the names of a capture's interfaces, where it has their indexes."""
        document = (*facts_of_place(parts), LINKS)
        is_there = document in self._documents
        return lambda: read_interface_names(self.read(document)) if is_there else {}

    def _opener(self, parts: Parts) -> Callable[[], io.RawIOBase]:
        return lambda: self.open(parts)


def _label(label: str, parts: Parts) -> str:
    return "/".join((label, *parts) if label else parts)
