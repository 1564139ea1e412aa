"""Folders with traps in them, and paths that cannot be used: one sentence each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from netdiag.sources import folders as folders_module
from netdiag.sources.paths import find_captures
from tests.captures import numbered, pcap
from tests.sources.reading import found, no_descriptor_left_open, places, problems

NOBODY = 65534
ONE_PACKET = pcap(numbered(1))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may enter, unlike pytest's own."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Do without the privilege to read everything, if there is one."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing.pcap", "No such file or directory"),
        ("node-1/eth0=missing.pcap", "No such file or directory"),
        ("file/below.pcap", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("empty-folder", "no capture files in it"),
        ("x" * 5000, "File name too long"),
    ],
)
def test_a_path_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("loop").symlink_to("loop")
    Path("empty-folder").mkdir()
    (problem,) = problems(path)
    assert (problem.label, problem.reason) == (path, reason)


def test_a_file_that_may_not_be_read(folder: Path) -> None:
    (folder / "eth0.pcap").write_bytes(ONE_PACKET)
    (folder / "eth0.pcap").chmod(0)
    with unprivileged():
        (problem,) = problems(folder / "eth0.pcap")
    assert problem.reason == "Permission denied"


def test_a_folder_that_may_not_be_read_is_named_and_the_rest_is_found(folder: Path) -> None:
    for node in ("node-1", "node-2"):
        (folder / node).mkdir()
        (folder / node / "eth0.pcap").write_bytes(ONE_PACKET)
    (folder / "node-1").chmod(0)
    with unprivileged():
        files, told = find_captures((str(folder),))
    assert [(problem.label, problem.reason) for problem in told] == [
        (f"{folder}/node-1", "Permission denied")
    ]
    assert [str(file.point) for file in files] == ["node-2/eth0"]


def test_a_file_that_opens_but_cannot_be_read() -> None:
    (problem,) = problems("/proc/self/mem")
    assert problem.reason == "Input/output error"


def test_links_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "node-1").mkdir()
    (tmp_path / "node-1/eth0.pcap").write_bytes(ONE_PACKET)
    (tmp_path / "node-1/again").symlink_to(tmp_path)
    (tmp_path / "node-1/self").symlink_to("self")
    (tmp_path / "node-1/broken.pcap").symlink_to("nowhere")
    assert places(tmp_path) == {"node-1/eth0.pcap": "node-1/eth0"}


def test_depth_is_bounded(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (folders_module.MAX_FOLDER_DEPTH + 2))
    deep.mkdir(parents=True)
    (deep / "eth0.pcap").write_bytes(ONE_PACKET)
    (tmp_path / "eth1.pcap").write_bytes(ONE_PACKET)
    assert list(places(tmp_path)) == ["eth1.pcap"]


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders_module, "MAX_FILES", 2)
    for number in range(3):
        (tmp_path / f"eth{number}.pcap").write_bytes(ONE_PACKET)
    assert [problem.reason for problem in problems(tmp_path)] == ["more than 2 files in it"]


def test_looking_for_captures_leaves_no_file_open(tmp_path: Path) -> None:
    for name in ("a.pcap", "b", "c.gz"):
        (tmp_path / name).write_bytes(ONE_PACKET)
    (tmp_path / "d").write_bytes(b"\x1f\x8bbroken")
    with no_descriptor_left_open():
        found(tmp_path, tmp_path / "a.pcap", tmp_path / "b")
        problems(tmp_path / "missing", "/proc/self/mem")
