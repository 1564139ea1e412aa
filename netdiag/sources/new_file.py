"""A file that gets its name when it is whole, and never replaces another."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

BUFFER_BYTES = 1 << 20
_NAMES_ONLY = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL})
"""What file systems say that know no files without names, as NFS and FAT."""


@contextmanager
def new_file(path: str, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Yield a file to write; unless the block ends well nothing is left of it.

    Raises FileExistsError where there is something already, and OSError.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    try:
        descriptor = os.open(os.path.dirname(path) or ".", os.O_TMPFILE | os.O_RDWR, mode)
    except OSError as error:
        if error.errno not in _NAMES_ONLY:
            raise
        with _named_file(path, mode) as file:
            yield file
        return
    with os.fdopen(descriptor, "wb", BUFFER_BYTES) as file:
        yield file
        file.flush()
        _name(file.fileno(), path)


@contextmanager
def _named_file(path: str, mode: int) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode), "wb") as file:
        try:
            yield file
            file.flush()
        except BaseException:
            os.unlink(path)
            raise


def _name(descriptor: int, path: str) -> None:
    """Give a file without a name one, as open(2) says of O_TMPFILE."""
    root = os.open("/", os.O_PATH)  # Python follows the link only if a folder is given
    try:
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=root, follow_symlinks=True)
    finally:
        os.close(root)
