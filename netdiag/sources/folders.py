"""The files of folders and archives, told apart by their places in a bundle."""

from __future__ import annotations

import os
from collections.abc import Iterator

from netdiag.decode.open_reader import CAPTURE_MAGICS
from netdiag.decode.window import StreamError
from netdiag.sources.found import CaptureFile, DocumentFile, Item, Problem
from netdiag.sources.interface_names import MAX_DOCUMENT_BYTES, read_interface_names
from netdiag.sources.layout import (
    FOLDERS_WITHOUT_CAPTURES,
    LOGS,
    document_of_place,
    facts_of_place,
    has_capture_name,
    point_of_place,
)
from netdiag.sources.streams import GZIP_MAGIC, ZSTD_MAGIC, ByteStream, Opener, open_raw

MAX_FOLDER_DEPTH = 16
MAX_FILES = 100_000
LINKS_DOCUMENT = "ip_link.json"


def folder_items(folder: str, below: tuple[str, ...], skipped: frozenset[str]) -> Iterator[Item]:
    """Yield what is in a bundle's folder, or only in the part ``below`` of it."""
    root = os.path.basename(os.path.abspath(folder))
    for count, parts in enumerate(_walk(folder, below, skipped)):
        if isinstance(parts, Problem):
            yield parts
            continue
        if count >= MAX_FILES:
            raise StreamError(f"more than {MAX_FILES} files in it")
        path = os.path.join(folder, *parts)
        if not os.path.isfile(path):
            continue
        place = document_of_place(parts, root)
        if place is not None:
            yield DocumentFile(path, place, lambda p=path: open_raw(p))  # type: ignore[misc]
        elif _is_capture(parts[-1], lambda p=path: open_raw(p)):  # type: ignore[misc]
            yield capture_in_folder(folder, parts, path)


def _walk(
    folder: str, parts: tuple[str, ...], skipped: frozenset[str]
) -> Iterator[tuple[str, ...] | Problem]:
    """Yield the files below a folder, as parts of their path; links to folders are not followed."""
    path = os.path.join(folder, *parts)
    try:
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Problem(path, error.strerror or str(error))
        return
    for entry in entries:
        place = (*parts, entry.name)
        if not entry.is_dir(follow_symlinks=False):
            yield place
        elif entry.name not in skipped and len(place) < MAX_FOLDER_DEPTH:
            yield from _walk(folder, place, skipped)


def capture_in_folder(folder: str, parts: tuple[str, ...], label: str) -> CaptureFile:
    """Return a capture file at ``parts`` below a bundle's folder."""
    point = point_of_place(parts, os.path.basename(os.path.abspath(folder)))
    document = os.path.join(folder, *facts_of_place(parts), LINKS_DOCUMENT)
    return CaptureFile(
        label,
        point,
        lambda: open_raw(os.path.join(folder, *parts)),
        lambda: read_interface_names(
            _read_document(lambda: open_raw(document)) if os.path.isfile(document) else b""
        ),
    )


def archive_items(path: str, kind: str, skipped: frozenset[str]) -> Iterator[Item]:
    """Yield what is in an archive (``kind``: zip or tar) of a bundle."""
    from netdiag.sources.archive import read_archive

    members, broken = read_archive(
        lambda: open_raw(path), kind, lambda parts, head: _is_wanted_member(parts, head, skipped)
    )
    if broken:
        yield Problem(path, broken)
    openers = {member.parts: member.open for member in members}
    root = os.path.basename(path).split(".")[0]
    for member in sorted(members, key=lambda member: member.parts):
        label = "/".join((path, *member.parts))
        place = document_of_place(member.parts, root)
        if place is not None:
            if not skipped.intersection(member.parts[:-1]):
                yield DocumentFile(label, place, member.open)
            continue
        if not _is_capture(member.parts[-1], member.open):
            continue
        document = openers.get((*facts_of_place(member.parts), LINKS_DOCUMENT))
        yield CaptureFile(
            label,
            point_of_place(member.parts, root),
            member.open,
            lambda found=document: read_interface_names(_read_document(found)),  # type: ignore[misc]
        )


def _is_wanted_member(parts: tuple[str, ...], head: bytes, skipped: frozenset[str]) -> bool:
    if parts[-1] == LINKS_DOCUMENT or parts[-1] in LOGS:
        return True
    if any(part in FOLDERS_WITHOUT_CAPTURES for part in parts[:-1]):
        return not skipped.intersection(parts[:-1])
    begins_well = head in CAPTURE_MAGICS or head.startswith((GZIP_MAGIC, ZSTD_MAGIC))
    return begins_well or has_capture_name(parts[-1])


def _is_capture(name: str, opener: Opener) -> bool:
    """Tell by the first bytes; a file with a capture's name counts too, so that it is reported."""
    if has_capture_name(name):
        return True
    try:
        stream = ByteStream(opener())
        try:
            return stream.read_up_to(4) in CAPTURE_MAGICS
        finally:
            stream.close()
    except StreamError:
        return False


def _read_document(opener: Opener | None) -> bytes:
    if opener is None:
        return b""
    try:
        raw = opener()
        try:
            return raw.read(MAX_DOCUMENT_BYTES + 1) or b""
        finally:
            raw.close()
    except (StreamError, OSError):
        return b""
