"""The members of a .zip or .tar archive, compressed or not.

No member is ever written under its own name, so nothing can escape anywhere: those that are
wanted go one after another into a single temporary file that has no name at all, and that the
kernel frees with the process, however it ends.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from netdiag.decode.window import StreamError
from netdiag.sources.spool import Spool
from netdiag.sources.streams import ByteStream, Opener, read_head

ZIP_MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 100_000
MAX_ARCHIVE_BYTES = 16 * 1024**3
"""Unpacked, all members together."""

MAX_EXTENDED_HEADER_BYTES = 8 * 1024
"""Ample for names and times; ``tarfile`` before 3.11.10 takes quadratic time over these."""

_EXTENDED_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_CHUNK_BYTES = 1024 * 1024
_PIECE_BYTES = 8 * 1024
"""A piece of a member that does not end is lost, so pieces are small."""
_TAR_MAGIC_AT = 257


@dataclass(frozen=True)
class Member:
    """A file of an archive: its place, and where its bytes are in the temporary file."""

    parts: tuple[str, ...]
    open: Opener


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


def archive_kind(opener: Opener) -> str:
    """Return ``zip`` or ``tar`` if a file is one (a tar also compressed), else empty."""
    raw = opener()
    try:
        if read_head(raw) == ZIP_MAGIC:
            return "zip"
    finally:
        raw.close()
    stream = ByteStream(opener())
    try:
        head = stream.read_up_to(_TAR_MAGIC_AT + 5)
    except StreamError:
        return ""
    finally:
        stream.close()
    return "tar" if head[_TAR_MAGIC_AT:] == b"ustar" else ""


def read_archive(
    opener: Opener, kind: str, wanted: Callable[[tuple[str, ...], bytes], bool]
) -> tuple[list[Member], str]:
    """Return the members for which ``wanted(parts, first four bytes)`` holds, and what is wrong.

    An archive that is broken, or larger than the limits above, gives the members before that
    place, the last one as far as it goes; the second value is empty for one that is sound.
    """
    spool = Spool()
    members: list[Member] = []
    try:
        for count, (name, data) in enumerate(_files(opener, kind)):
            if count == MAX_MEMBERS:
                return members, f"more than {MAX_MEMBERS} files in it"
            parts = safe_parts(name)
            head = data.read(4) if data else b""
            if data is None or not parts or not wanted(parts, head):
                continue
            start = spool.size
            try:
                _copy(head, data, spool)
            finally:
                if spool.size > start:
                    members.append(Member(parts, partial(spool.open, start, spool.size - start)))
    except StreamError as error:
        return members, str(error)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, RuntimeError, ValueError) as error:
        return members, f"the archive is broken ({error})"
    except (OSError, zlib.error, lzma.LZMAError) as error:
        reason = getattr(error, "strerror", None) or error
        return members, f"the archive cannot be unpacked: {reason}"
    return members, ""


def safe_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name; empty for one that points out of the archive."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if any(part == ".." or "/" in part or "\0" in part for part in parts):
        return ()
    return tuple(part for part in parts if part != ".")


def _files(opener: Opener, kind: str) -> Iterator[tuple[str, IO[bytes] | None]]:
    if kind == "zip":
        with io.BufferedReader(opener()) as file, zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    yield info.filename, None
                    continue
                with archive.open(info) as data:
                    yield info.filename, data
        return
    stream = ByteStream(opener())
    try:
        buffered = io.BufferedReader(_StreamFile(stream), _CHUNK_BYTES)
        with tarfile.open(fileobj=buffered, mode="r|", tarinfo=_BoundedTarInfo) as tar:
            for entry in tar:
                yield entry.name, tar.extractfile(entry) if entry.isreg() else None
    finally:
        stream.close()


def _copy(head: bytes, data: IO[bytes], spool: Spool) -> None:
    spool.write(head)
    while chunk := data.read(_PIECE_BYTES):
        if spool.size + len(chunk) > MAX_ARCHIVE_BYTES:
            raise StreamError(f"unpacked, it is larger than {MAX_ARCHIVE_BYTES} bytes")
        spool.write(chunk)
