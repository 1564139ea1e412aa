"""Archives of bundles: found, named and read as the folder would be, and nothing ever unpacked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netdiag.sources.archive import safe_parts
from tests.captures import numbered
from tests.sources.archives import ARCHIVERS, BUNDLE, BUNDLE_PLACES, ONE_PACKET
from tests.sources.reading import (
    found,
    no_descriptor_left_open,
    opened,
    packets,
    places,
    problems,
    read_all,
)

every_archive = pytest.mark.parametrize("kind", ARCHIVERS)


pytestmark = pytest.mark.usefixtures("temporary_folder")


@every_archive
def test_a_bundle_in_an_archive(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"bundle.{kind}"
    path.write_bytes(ARCHIVERS[kind](BUNDLE))
    assert places(path, path) == BUNDLE_PLACES
    web, any_interface = found(path)[1:]
    assert packets(web) == [data for _, data in numbered(2)]
    assert [seen.interface for seen in read_all(any_interface)[0]] == ["ens33"]


@every_archive
def test_an_archive_reads_as_its_folder(tmp_path: Path, kind: str) -> None:
    for name, content in BUNDLE.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "archive").write_bytes(ARCHIVERS[kind](BUNDLE))
    in_folder, in_archive = found(tmp_path / "folder"), found(tmp_path / "archive")
    assert [file.point for file in in_archive] == [file.point for file in in_folder]
    assert [read_all(file) for file in in_archive] == [read_all(file) for file in in_folder]


@every_archive
def test_the_name_of_an_archive_does_not_matter(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "eth0.pcap"
    path.write_bytes(ARCHIVERS[kind](BUNDLE))
    assert places(path, path) == BUNDLE_PLACES


@every_archive
def test_the_archive_is_the_node_of_files_at_its_top(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"node-7.{kind}"
    path.write_bytes(ARCHIVERS[kind]({"./eth0.pcap": ONE_PACKET}))
    assert [str(file.point) for file in found(path)] == ["node-7/eth0"]


@every_archive
def test_an_archive_without_captures(tmp_path: Path, kind: str) -> None:
    (tmp_path / "archive").write_bytes(ARCHIVERS[kind]({"readme": b"nothing here"}))
    (problem,) = problems(tmp_path / "archive")
    assert problem.reason == "no capture files in it"


@every_archive
def test_nothing_is_written_under_a_name(tmp_path: Path, temporary_folder: Path, kind: str) -> None:
    path = tmp_path / "archive"
    path.write_bytes(ARCHIVERS[kind](BUNDLE))
    before = sorted(tmp_path.rglob("*"))
    captures = [opened(file) for file in found(path)]
    assert [capture.reader.next() for capture in captures] == [1, 1, 1]
    assert sorted(tmp_path.rglob("*")) == before
    assert os.listdir(temporary_folder) == []
    for capture in captures:
        capture.close()


@every_archive
def test_two_captures_of_an_archive_are_read_side_by_side(tmp_path: Path, kind: str) -> None:
    content = ARCHIVERS[kind]({"a.pcap": ONE_PACKET, "b.pcap": ONE_PACKET})
    (tmp_path / "archive").write_bytes(content)
    first, second = map(opened, found(tmp_path / "archive"))
    assert first.reader.next() == second.reader.next() == 1
    assert first.reader.packet_bytes() == second.reader.packet_bytes() == numbered(1)[0][1]
    first.close()
    second.close()


@every_archive
def test_the_archive_itself_is_closed(tmp_path: Path, kind: str) -> None:
    (tmp_path / "archive").write_bytes(ARCHIVERS[kind](BUNDLE))
    with no_descriptor_left_open():
        files = found(tmp_path / "archive")
        assert len(files) == 3
        del files


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a/b", ("a", "b")),
        ("./a//b/", ("a", "b")),
        ("a\\b", ("a", "b")),
        ("..a/b..", ("..a", "b..")),
        ("../a", ()),
        ("a/../../b", ()),
        ("a/..", ()),
        ("..\\a", ()),
        ("/a", ()),
        ("//a", ()),
        ("\\a", ()),
        ("a\0b", ()),
        ("", ()),
        (".", ()),
    ],
)
def test_safe_parts(name: str, parts: tuple[str, ...]) -> None:
    assert safe_parts(name) == parts
