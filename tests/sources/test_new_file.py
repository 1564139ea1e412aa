"""A file is there when it is whole, or not at all, and replaces nothing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from netdiag.sources.new_file import new_file


@pytest.fixture(params=["nameless", "named"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path of a file system that knows files without names, and of one that does not."""
    if request.param == "named":
        open_by_kernel = os.open

        def refuse(path: str, flags: int, mode: int = 0o777) -> int:
            if flags & os.O_TMPFILE == os.O_TMPFILE:
                raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
            return open_by_kernel(path, flags, mode)

        monkeypatch.setattr(os, "open", refuse)
    return tmp_path / "new"


def test_what_was_written_is_there(path: Path) -> None:
    with new_file(str(path)) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole"


def test_nothing_is_left_of_what_fails(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_file(str(path)) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert list(path.parent.iterdir()) == []


def test_nothing_is_replaced(path: Path) -> None:
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError), new_file(str(path)):
        pytest.fail("it was opened")
    path.unlink()
    path.symlink_to("nowhere")
    with pytest.raises(FileExistsError), new_file(str(path)):
        pytest.fail("it was opened")
