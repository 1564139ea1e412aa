"""The PATHs of a command line -> the capture files that they hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from netdiag.decode.open_reader import CAPTURE_MAGICS
from netdiag.decode.window import StreamError
from netdiag.model.capture_point import CapturePoint
from netdiag.sources.interface_names import MAX_DOCUMENT_BYTES, read_interface_names
from netdiag.sources.layout import (
    FOLDERS_WITHOUT_CAPTURES,
    could_be_interface,
    facts_of_place,
    has_capture_name,
    interface_of_name,
    point_of_place,
)
from netdiag.sources.streams import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    ByteStream,
    Opener,
    open_raw,
    read_head,
)

MAX_FOLDER_DEPTH = 16
MAX_FILES = 100_000
MOST_PLACES_TOLD = 5
"""How many places with the same problem are told one by one."""
LINKS_DOCUMENT = "ip_link.json"


@dataclass(frozen=True)
class CaptureFile:
    """A capture file that was found: what people call it, where it was taken, how to open it."""

    label: str
    point: CapturePoint
    open: Opener
    interface_names: Callable[[], dict[int, str]] = field(default=dict)
    """ifindex -> name in the namespace where it was taken."""


@dataclass(frozen=True)
class Problem:
    """A path, or a part of one, that could not be used, and why, in a few words."""

    label: str
    reason: str


def gathered(problems: list[Problem]) -> list[Problem]:
    """Return the problems, those of many places with the same reason as one."""
    labels: dict[str, list[str]] = {}
    for problem in problems:
        labels.setdefault(problem.reason, []).append(problem.label)
    told = []
    for reason, places in labels.items():
        if len(places) > MOST_PLACES_TOLD:
            places = [f"{places[0]} and {len(places) - 1} more"]
        told += [Problem(place, reason) for place in places]
    return told


def find_captures(paths: tuple[str, ...]) -> tuple[list[CaptureFile], list[Problem]]:
    """Return the capture files of files, folders, bundles, archives and ``NODE/IFACE=FILE``."""
    files: list[CaptureFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found = list(_find(path))
        except StreamError as error:
            found = [Problem(path, str(error))]
        except OSError as error:
            found = [Problem(path, error.strerror or str(error))]
        files += [item for item in found if isinstance(item, CaptureFile)]
        problems += [item for item in found if isinstance(item, Problem)]
        if not found:
            problems.append(Problem(path, "no capture files in it"))
    return files, problems


def _find(path: str) -> Iterator[CaptureFile | Problem]:
    named, place, file = path.partition("=")
    if place and not os.path.lexists(path):
        if file != "-":
            os.stat(file)
        yield _single_file(file, _point_of_prefix(named))
    elif os.path.isdir(path):
        yield from _folder_files(path)
    else:
        yield from _file_or_archive(path)


def _point_of_prefix(named: str) -> CapturePoint:
    node, _, interface = named.rpartition("/")
    return CapturePoint(node or None, None, interface or None)


def _single_file(path: str, point: CapturePoint) -> CaptureFile:
    return CaptureFile(path, point, lambda: open_raw(path))


def _file_or_archive(path: str) -> Iterator[CaptureFile | Problem]:
    if path == "-":
        yield CaptureFile("-", CapturePoint(None, None, None), lambda: open_raw("-"))
        return
    if _may_be_archive(path):
        from netdiag.sources.archive import archive_kind

        kind = archive_kind(lambda: open_raw(path))
        if kind:
            yield from _archive_files(path, kind)
            return
    yield _lone_file(path)


def _may_be_archive(path: str) -> bool:
    """Look into an ordinary file; a pipe, which may have to be waited for, is opened only once."""
    if os.path.exists(path) and not os.path.isfile(path):
        return False
    raw = open_raw(path)
    try:
        return read_head(raw) not in CAPTURE_MAGICS
    finally:
        raw.close()


def _lone_file(path: str) -> CaptureFile:
    """A file given by itself: its node is known only where facts lie beside it, as in a bundle."""
    folder, name = os.path.split(os.path.abspath(path))
    up, pods = os.path.split(os.path.dirname(folder))
    if os.path.isdir(os.path.join(folder, "facts")):
        return _folder_file(folder, (name,), path)
    if pods == "pods" and os.path.isdir(os.path.join(up, "facts")):
        return _folder_file(up, ("pods", os.path.basename(folder), name), path)
    interface = interface_of_name(name)
    known = interface if could_be_interface(interface) else None
    return CaptureFile(path, CapturePoint(None, None, known), lambda: open_raw(path))


def _folder_files(folder: str) -> Iterator[CaptureFile | Problem]:
    count = 0
    for parts in _walk(folder, ()):
        if isinstance(parts, Problem):
            yield parts
            continue
        path = os.path.join(folder, *parts)
        if not os.path.isfile(path) or not _is_capture(parts[-1], lambda p=path: open_raw(p)):  # type: ignore[misc]
            continue
        count += 1
        if count > MAX_FILES:
            raise StreamError(f"more than {MAX_FILES} capture files in it")
        yield _folder_file(folder, parts, path)


def _walk(folder: str, parts: tuple[str, ...]) -> Iterator[tuple[str, ...] | Problem]:
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
        elif entry.name not in FOLDERS_WITHOUT_CAPTURES and len(place) < MAX_FOLDER_DEPTH:
            yield from _walk(folder, place)


def _folder_file(folder: str, parts: tuple[str, ...], label: str) -> CaptureFile:
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


def _archive_files(path: str, kind: str) -> Iterator[CaptureFile | Problem]:
    from netdiag.sources.archive import read_archive

    members, broken = read_archive(lambda: open_raw(path), kind, _is_wanted_member)
    if broken:
        yield Problem(path, broken)
    documents = {m.parts: m.open for m in members if m.parts[-1] == LINKS_DOCUMENT}
    root = os.path.basename(path).split(".")[0]
    for member in sorted(members, key=lambda member: member.parts):
        if member.parts in documents or not _is_capture(member.parts[-1], member.open):
            continue
        document = documents.get((*facts_of_place(member.parts), LINKS_DOCUMENT))
        yield CaptureFile(
            "/".join((path, *member.parts)),
            point_of_place(member.parts, root),
            member.open,
            lambda found=document: read_interface_names(_read_document(found)),  # type: ignore[misc]
        )


def _is_wanted_member(parts: tuple[str, ...], head: bytes) -> bool:
    if parts[-1] == LINKS_DOCUMENT:
        return True
    if any(part in FOLDERS_WITHOUT_CAPTURES for part in parts[:-1]):
        return False
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
