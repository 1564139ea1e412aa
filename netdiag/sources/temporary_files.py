"""Temporary files without names, and the folder for them: a process that is killed leaves none.

Python finds out by a file with a name, once in each process, whether a folder takes files.
"""

from __future__ import annotations

import os
import tempfile
from typing import IO

_VARIABLES = ("TMPDIR", "TEMP", "TMP")
_FOLDERS = ("/tmp", "/var/tmp", "/usr/tmp")


def temporary_file(buffering: int = -1) -> IO[bytes]:
    """Return a new file that is gone when it is closed. Raises OSError."""
    return tempfile.TemporaryFile(buffering=buffering, dir=temporary_folder())


def temporary_folder() -> str:
    """Return the first folder that may be written to, of those that Python would try.

    Raises FileNotFoundError where there is none.
    """
    if tempfile.tempdir is not None:
        return tempfile.tempdir
    for each in (*map(os.environ.get, _VARIABLES), *_FOLDERS):
        if each and os.path.isdir(each) and os.access(each, os.W_OK | os.X_OK):
            return os.path.abspath(each)
    return tempfile.gettempdir()
