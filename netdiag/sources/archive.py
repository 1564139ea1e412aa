"""The members of a .zip or .tar archive, compressed or not.

No member is ever written under its own name, so nothing can escape anywhere: those that are
wanted go one after another into a single temporary file that has no name at all, and that the
kernel frees with the process, however it ends.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from netdiag.decode.window import StreamError
from netdiag.sources.streams import ByteStream, SliceReader

MAX_MEMBERS = 100_000
MAX_ARCHIVE_BYTES = 16 * 1024**3
"""Unpacked, all members together."""

MAX_EXTENDED_HEADER_BYTES = 1024 * 1024

_EXTENDED_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_CHUNK_BYTES = 1024 * 1024
_TAR_MAGIC_AT = 257


@dataclass(frozen=True)
class Member:
    """A file of an archive: its place, and where its bytes are in the temporary file."""

    parts: tuple[str, ...]
    open: Callable[[], io.RawIOBase]


class _BoundedTarInfo(tarfile.TarInfo):
    """A header that refuses to read an extended header of any size into memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _EXTENDED_HEADERS and self.size > MAX_EXTENDED_HEADER_BYTES:
            raise tarfile.ReadError(f"an extended header claims {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]


class _StreamFile(io.RawIOBase):
    """A ``ByteStream`` as the file object that ``tarfile`` reads."""

    def __init__(self, stream: ByteStream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._stream.read_into(memoryview(buffer))


def archive_kind(raw: io.RawIOBase) -> str:
    """Return ``zip`` or ``tar`` if a seekable file is one (a tar also compressed), else empty."""
    raw.seek(0)
    if (raw.read(4) or b"") == b"PK\x03\x04":
        return "zip"
    raw.seek(0)
    try:
        head = io.BufferedReader(_StreamFile(ByteStream(raw))).read(_TAR_MAGIC_AT + 5)
    except StreamError:
        return ""
    return "tar" if head[_TAR_MAGIC_AT:] == b"ustar" else ""


def read_archive(
    raw: io.RawIOBase, kind: str, wanted: Callable[[tuple[str, ...], bytes], bool]
) -> list[Member]:
    """Return the members for which ``wanted(parts, first four bytes)`` holds.

    Raises ``StreamError`` for an archive that is broken, or too large for the limits above.
    """
    raw.seek(0)
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as its members
    members: list[Member] = []
    size = 0
    try:
        for count, (name, data) in enumerate(_files(raw, kind)):
            if count == MAX_MEMBERS:
                raise StreamError(f"more than {MAX_MEMBERS} files in it")
            parts = safe_parts(name)
            head = data.read(4)
            if not parts or not wanted(parts, head):
                continue
            start = size
            size += _copy(head, data, spool, MAX_ARCHIVE_BYTES - size)
            members.append(Member(parts, _slice(spool, start, size - start)))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, RuntimeError, ValueError) as error:
        raise StreamError(f"the archive is broken ({error})") from None
    except OSError as error:
        raise StreamError(f"the archive cannot be unpacked: {error.strerror or error}") from None
    spool.flush()
    return members


def safe_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name; empty for one that points out of the archive."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if any(part in ("..", "/") or "\0" in part for part in parts):
        return ()
    return tuple(part for part in parts if part != ".")


def _files(raw: io.RawIOBase, kind: str) -> Iterator[tuple[str, IO[bytes]]]:
    if kind == "zip":
        with zipfile.ZipFile(io.BufferedReader(raw)) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    with archive.open(info) as data:
                        yield info.filename, data
        return
    stream = io.BufferedReader(_StreamFile(ByteStream(raw)), _CHUNK_BYTES)
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_BoundedTarInfo) as tar:
        for entry in tar:
            extracted = tar.extractfile(entry) if entry.isreg() else None
            if extracted is not None:
                yield entry.name, extracted


def _copy(head: bytes, data: IO[bytes], spool: IO[bytes], room: int) -> int:
    size = spool.write(head)
    while chunk := data.read(_CHUNK_BYTES):
        size += spool.write(chunk)
        if size > room:
            raise StreamError(f"unpacked, it is larger than {MAX_ARCHIVE_BYTES} bytes")
    return size


def _slice(spool: IO[bytes], start: int, size: int) -> Callable[[], io.RawIOBase]:
    return lambda: SliceReader(spool.fileno(), start, size)
