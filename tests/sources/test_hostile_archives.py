"""Archives made to escape, to fill a disk or to crash: refused in a sentence, the rest kept."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from netdiag.sources import archive as archive_module
from netdiag.sources.paths import find_captures
from tests.cli.processes import netdiag
from tests.sources.archives import ARCHIVERS, ONE_PACKET, entry, tar, tar_of, zipped
from tests.sources.reading import found, packets, places, problem_of, problems

pytestmark = pytest.mark.usefixtures("temporary_folder")
every_archive = pytest.mark.parametrize("kind", ARCHIVERS)

GOOD = "node-1/eth0.pcap"
ESCAPES = ["../evil.pcap", "/evil.pcap", "//evil.pcap", "a/../../evil.pcap", "..\\evil.pcap"]
EXTENDED_HEADERS = {
    "pax": tarfile.XHDTYPE,
    "global pax": tarfile.XGLTYPE,
    "solaris pax": tarfile.SOLARIS_XHDTYPE,
    "long name": tarfile.GNUTYPE_LONGNAME,
    "long link": tarfile.GNUTYPE_LONGLINK,
}


def told_beside_captures(tmp_path: Path, content: bytes) -> str:
    """Return the one sentence about an archive some of whose captures can be used."""
    (tmp_path / "archive").write_bytes(content)
    files, (problem,) = find_captures((str(tmp_path / "archive"),))
    assert files != []
    return problem.reason


def told(tmp_path: Path, content: bytes) -> str:
    """Return the one sentence about an archive without any capture that can be used."""
    (tmp_path / "archive").write_bytes(content)
    (problem,) = problems(tmp_path / "archive")
    assert problem.label == str(tmp_path / "archive")
    assert "\n" not in problem.reason
    return problem.reason


@every_archive
@pytest.mark.parametrize("name", ESCAPES)
def test_names_that_point_out_of_the_archive_are_left_out(
    tmp_path: Path, kind: str, name: str
) -> None:
    path = tmp_path / "inner" / "archive"
    path.parent.mkdir()
    path.write_bytes(ARCHIVERS[kind]({name: ONE_PACKET, GOOD: ONE_PACKET}))
    assert places(path, path) == {GOOD: "node-1/eth0"}
    assert list(tmp_path.rglob("*evil*")) == []


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"5"],
)
def test_links_and_devices_are_left_out(tmp_path: Path, kind: bytes) -> None:
    hostile = entry("node-1/eth1.pcap", kind=kind, link="/etc/passwd")
    (tmp_path / "archive").write_bytes(tar_of([hostile, entry(GOOD, ONE_PACKET)]))
    assert places(tmp_path / "archive", tmp_path / "archive") == {GOOD: "node-1/eth0"}


def test_a_link_in_a_zip_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.pcap").write_bytes(ONE_PACKET)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("node-1/eth0.pcap")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, str(tmp_path / "secret.pcap"))
    (tmp_path / "archive").write_bytes(file.getvalue())
    assert problem_of(*found(tmp_path / "archive")).startswith("not a capture file: it begins with")


@every_archive
def test_a_bomb_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(archive_module, "MAX_ARCHIVE_BYTES", 100_000)
    content = ARCHIVERS[kind]({"a.pcap": bytes(60_000), "b.pcap": bytes(60_000)})
    assert told_beside_captures(tmp_path, content) == "unpacked, it is larger than 100000 bytes"


@every_archive
def test_what_fits_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(archive_module, "MAX_ARCHIVE_BYTES", len(ONE_PACKET))
    (tmp_path / "archive").write_bytes(ARCHIVERS[kind]({GOOD: ONE_PACKET}))
    assert len(packets(*found(tmp_path / "archive"))) == 1


@every_archive
def test_members_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(archive_module, "MAX_MEMBERS", 2)
    content = ARCHIVERS[kind]({"a": b"", "b": b"", "c.pcap": ONE_PACKET})
    assert told(tmp_path, content) == "more than 2 files in it"


def test_links_and_folders_are_counted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_MEMBERS", 2)
    rest = [entry(f"{number}", kind=tarfile.DIRTYPE) for number in range(100)]
    told_of_it = told(tmp_path, tar_of([*rest, entry("eth0.pcap", ONE_PACKET)]))
    assert told_of_it == "more than 2 files in it"


@pytest.mark.parametrize("kind", EXTENDED_HEADERS.values(), ids=EXTENDED_HEADERS)
def test_a_huge_extended_header_is_refused(tmp_path: Path, kind: bytes) -> None:
    info, _ = entry("header", kind=kind)
    info.size = 1 << 33
    content = info.tobuf(tarfile.GNU_FORMAT) + bytes(10 * 512)
    assert "claims 8589934592 bytes" in told(tmp_path, content)


@pytest.mark.parametrize("kind", EXTENDED_HEADERS.values(), ids=EXTENDED_HEADERS)
def test_extended_headers_without_end_are_refused(tmp_path: Path, kind: bytes) -> None:
    chain = b"".join(entry("h", b"", kind)[0].tobuf(tarfile.GNU_FORMAT) for _ in range(20_000))
    assert told(tmp_path, chain + tar({"a.pcap": ONE_PACKET}))


def test_digits_without_end_in_an_extended_header_take_no_time(tmp_path: Path) -> None:
    """CVE-2024-6232: Python before 3.11.10 needs a quarter of an hour for this header."""
    info, digits = entry("header", b"1" * 1_000_000, tarfile.XHDTYPE)
    content = info.tobuf(tarfile.GNU_FORMAT) + digits.ljust(1_000_448, b"\0")
    (tmp_path / "archive").write_bytes(content + tar({"a.pcap": ONE_PACKET}))
    assert netdiag("packets", tmp_path / "archive").returncode in (0, 2)


def test_a_sparse_file_is_as_large_as_it_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "MAX_ARCHIVE_BYTES", 100_000)
    info, _ = entry("a.pcap", kind=tarfile.GNUTYPE_SPARSE)
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    told_of_it = told_beside_captures(tmp_path, bytes(header) + bytes(1024))
    assert told_of_it == "unpacked, it is larger than 100000 bytes"


def test_an_encrypted_zip(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.pcap": ONE_PACKET}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in told(tmp_path, bytes(content))


def test_a_zip_packed_by_an_unknown_method(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.pcap": ONE_PACKET}))
    content[8] = 99
    content[content.index(b"PK\x01\x02") + 10] = 99
    assert told(tmp_path, bytes(content)).startswith("the archive is broken (")


def test_a_zip_whose_member_is_beyond_all_files(tmp_path: Path) -> None:
    content = zipped({"a.pcap": ONE_PACKET})
    at = content.index(b"PK\x01\x02")
    central = bytearray(content[at : at + 46] + b"a.pcap" + struct.pack("<HHQ", 1, 8, 1 << 63))
    central[30:32] = struct.pack("<H", 12)
    central[42:46] = b"\xff" * 4
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), at, 0)
    assert told(tmp_path, content[:at] + bytes(central) + end).startswith("the archive is broken (")


def test_an_archive_of_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = zipped({"eth0.pcap": ONE_PACKET})
    assert told(tmp_path, tar({"inner.zip": inner})) == "no capture files in it"
