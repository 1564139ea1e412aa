"""Archives cut off or damaged at any place: never more than a sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from netdiag.sources.capture_file import open_capture
from netdiag.sources.found import Problem
from netdiag.sources.paths import find_captures
from tests.captures import START_NS, pcap
from tests.sources.archives import ARCHIVERS
from tests.sources.reading import BUFFER_BYTES, TUNNELS

pytestmark = pytest.mark.usefixtures("temporary_folder")

NOISE = random.Random(1).randbytes(2000)
MEMBERS = {"node-1/eth0.pcap": pcap([(START_NS, NOISE)]), "node-1/facts/ip_link.json": b"[]"}
METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def zip_of(method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)
    return file.getvalue()


CONTENTS = {
    **{f"zip, {name}": zip_of(method) for name, method in METHODS.items()},
    **{kind: archiver(MEMBERS) for kind, archiver in ARCHIVERS.items() if kind != "zip"},
}
every_content = pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)


def read_whatever(path: Path, content: bytes) -> list[Problem]:
    """Read all that can be read of an archive; return what was wrong."""
    path.write_bytes(content)
    files, told = find_captures((str(path),))
    for file in files:
        opened = open_capture(file, TUNNELS, BUFFER_BYTES)
        if isinstance(opened, Problem):
            told.append(opened)
            continue
        while opened.reader.next():
            pass
        broken = opened.problem()
        told += [broken] if broken else []
        opened.close()
    return told


@every_content
def test_a_whole_archive_has_no_problem(tmp_path: Path, content: bytes) -> None:
    assert read_whatever(tmp_path / "archive", content) == []


@every_content
def test_an_archive_cut_off_anywhere_is_told(tmp_path: Path, content: bytes) -> None:
    used = len(content.rstrip(b"\0"))
    for size in range(8, used * 8 // 10, 97):
        assert read_whatever(tmp_path / "archive", content[:size]), size


@every_content
def test_an_archive_damaged_anywhere(tmp_path: Path, content: bytes) -> None:
    for place in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        told = read_whatever(tmp_path / "archive", bytes(damaged))
        assert "\n" not in "".join(problem.reason for problem in told)


@pytest.mark.parametrize("head", [b"PK\x03\x04", bytes(257) + b"ustar"], ids=["zip", "tar"])
def test_a_head_alone_is_told(tmp_path: Path, head: bytes) -> None:
    assert len(read_whatever(tmp_path / "archive", head)) == 1
    assert len(read_whatever(tmp_path / "archive", head + NOISE)) == 1


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress], ids=["bz2", "xz"])
def test_other_compressions_are_told(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    content = compress(ARCHIVERS["tar"](MEMBERS))
    assert len(read_whatever(tmp_path / "archive", content)) == 1


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "tar.zst"])
def test_an_archive_cut_off_gives_the_captures_before(tmp_path: Path, kind: str) -> None:
    """The last one goes as far as the archive does, as a capture file that is cut off would."""
    first, last = (pcap([(START_NS, NOISE[:100])] * count) for count in (3, 1000))
    content = ARCHIVERS["tar"]({"n/a.pcap": first, "n/b.pcap": last})[:60_000]
    if kind != "tar":
        content = (gzip.compress if kind == "tar.gz" else zstandard.compress)(content)
    archive = tmp_path / "archive"
    assert read_whatever(archive, content)
    files, _ = find_captures((str(archive),))
    counted = []
    for file in files:
        capture = open_capture(file, TUNNELS, BUFFER_BYTES)
        assert not isinstance(capture, Problem)
        while capture.reader.next():
            continue
        counted.append(capture.reader.frame)
        capture.close()
    assert counted[0] == 3
    assert 200 < counted[1] < 1000
