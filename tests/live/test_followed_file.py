"""What of a capture that goes on others can read, and that this has an end."""

from __future__ import annotations

import os

import pytest

from netdiag.sources.live import followed_file
from netdiag.sources.live.followed_file import FollowedFile


def test_it_takes_whole_pieces_until_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed_file, "MOST_BYTES", 8)
    followed = FollowedFile()
    for piece in (b"abc", b"def"):
        followed.write(piece)
        assert not followed.is_full
    for piece in (b"ghi", b"j"):
        followed.write(piece)
        assert followed.is_full
    assert os.pread(followed.descriptor, 100, 0) == b"abcdef"
    followed._file.close()
