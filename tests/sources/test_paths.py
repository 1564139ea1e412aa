"""Files, folders and bundles -> captures and their capture points."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.captures import PACKET_HOST, SLL2, START_NS, A, B, cooked2, ipv4, numbered, pcap, ping
from tests.sources.reading import found, opened, packets, places, problems, read_all

ONE_PACKET = pcap(numbered(1))


def write(folder: Path, *names: str, content: bytes = ONE_PACKET) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def links(*names: str) -> bytes:
    """Return an ``ip_link.json`` that numbers interfaces from 2."""
    table = [{"ifindex": index, "ifname": name} for index, name in enumerate(names, 2)]
    return json.dumps(table).encode()


def from_any(*ifindexes: int) -> bytes:
    packet = ipv4(A, B, ping(1, 1))
    return pcap([(START_NS, cooked2(packet, index, PACKET_HOST)) for index in ifindexes], SLL2)


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("eth0.pcap", "eth0"),
        ("flannel.1.pcap.gz", "flannel.1"),
        ("ens33+icmp.pcap", "ens33"),
        ("any.pcap", "?"),
        ("no-suffix", "no-suffix"),
        ("a-name-too-long-for-linux.pcap", "?"),
        ("with space.pcap", "?"),
    ],
)
def test_a_lone_file_names_its_interface_where_it_can(
    tmp_path: Path, name: str, point: str
) -> None:
    write(tmp_path, name)
    assert places(tmp_path, tmp_path / name) == {name: point}


def test_a_bundle(tmp_path: Path) -> None:
    write(tmp_path, "node-1/eth0.pcap", "node-1/eth0+again.pcap", "node-1/pods/ns_web/eth0.pcap")
    write(tmp_path, "node-2/any.pcapng", "node-2/flannel.1")
    assert places(tmp_path) == {
        "node-1/eth0.pcap": "node-1/eth0",
        "node-1/eth0+again.pcap": "node-1/eth0",
        "node-1/pods/ns_web/eth0.pcap": "node-1/ns_web:eth0",
        "node-2/any.pcapng": "node-2/?",
        "node-2/flannel.1": "node-2/flannel.1",
    }


def test_bundles_inside_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "monday/node-1/eth0.pcap", "tuesday/node-1/eth0.pcap")
    assert set(places(tmp_path).values()) == {"node-1/eth0"}
    assert len(found(tmp_path)) == 2


def test_the_folder_given_is_the_node_of_the_files_in_it(tmp_path: Path) -> None:
    write(tmp_path, "node-7/eth0.pcap", "node-7/pods/web/eth0.pcap")
    expected = {"eth0.pcap": "node-7/eth0", "pods/web/eth0.pcap": "node-7/web:eth0"}
    assert places(tmp_path / "node-7") == expected
    assert places(tmp_path / "node-7", f"{tmp_path}/node-7/") == expected


def test_the_current_folder_is_the_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "node-7/eth0.pcap")
    monkeypatch.chdir(tmp_path / "node-7")
    assert [str(file.point) for file in found(".")] == ["node-7/eth0"]


@pytest.mark.parametrize("folder", ["facts", "facts-after", "kubernetes"])
def test_folders_without_captures_are_not_searched(tmp_path: Path, folder: str) -> None:
    write(tmp_path, "node-1/eth0.pcap", f"node-1/{folder}/not.pcap", f"{folder}/not.pcap")
    assert places(tmp_path) == {"node-1/eth0.pcap": "node-1/eth0"}


def test_files_of_other_kinds_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "node-1/eth0.pcap")
    write(tmp_path, "node-1/ping.jsonl", "node-1/eth0.tcpdump.txt", content=b"{}\n")
    write(tmp_path, "node-1/empty", content=b"")
    assert places(tmp_path) == {"node-1/eth0.pcap": "node-1/eth0"}


def test_a_capture_by_name_is_reported_even_if_it_is_none(tmp_path: Path) -> None:
    write(tmp_path, "node-1/eth0.pcap", content=b"not one")
    assert places(tmp_path) == {"node-1/eth0.pcap": "node-1/eth0"}


def test_links_to_files_are_captures(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere")
    (tmp_path / "node-1").mkdir()
    (tmp_path / "node-1/eth0.pcap").symlink_to(tmp_path / "elsewhere")
    assert [str(file.point) for file in found(tmp_path / "node-1")] == ["node-1/eth0"]
    assert len(packets(*found(tmp_path / "node-1"))) == 1


def test_interfaces_of_any_have_the_names_of_the_node(tmp_path: Path) -> None:
    write(tmp_path, "node-1/any.pcap", content=from_any(3, 2, 9, 3))
    write(tmp_path, "node-1/facts/ip_link.json", content=links("eth0", "cni0"))
    (file,) = found(tmp_path)
    assert [seen.interface for seen in read_all(file)[0]] == ["cni0", "eth0", None, "cni0"]


def test_interfaces_in_a_pod_have_the_names_of_the_pod(tmp_path: Path) -> None:
    write(tmp_path, "node-1/pods/web/any.pcap", content=from_any(2))
    write(tmp_path, "node-1/facts/ip_link.json", content=links("ens33"))
    write(tmp_path, "node-1/facts/pods/web/ip_link.json", content=links("eth0"))
    (file,) = found(tmp_path)
    assert [seen.interface for seen in read_all(file)[0]] == ["eth0"]


@pytest.mark.parametrize(
    ("facts", "capture", "point"),
    [
        ("node-1/facts", "node-1/any.pcap", "node-1/eth0"),
        ("node-1/facts/pods/web", "node-1/pods/web/any.pcap", "node-1/web:eth0"),
    ],
)
def test_a_lone_file_beside_facts_knows_its_place(
    tmp_path: Path, facts: str, capture: str, point: str
) -> None:
    write(tmp_path, capture, content=from_any(2))
    write(tmp_path, f"{facts}/ip_link.json", content=links("eth0"))
    (file,) = found(tmp_path / capture)
    capture_open = opened(file)
    assert capture_open.reader.next()
    capture_open.reader.decode()
    assert str(capture_open.point()) == point
    assert file.label == str(tmp_path / capture)
    capture_open.close()


@pytest.mark.parametrize(
    ("prefix", "point"),
    [("node-1/eth0", "node-1/eth0"), ("eth0", "eth0"), ("node-1/", "node-1/?"), ("a/b/c", "a/b/c")],
)
def test_a_prefix_names_the_place(tmp_path: Path, prefix: str, point: str) -> None:
    write(tmp_path, "capture")
    (file,) = found(f"{prefix}={tmp_path}/capture")
    assert str(file.point) == point
    assert len(packets(file)) == 1


def test_a_file_with_an_equals_sign_in_its_name(tmp_path: Path) -> None:
    write(tmp_path, "a=b.pcap")
    assert places(tmp_path, tmp_path / "a=b.pcap") == {"a=b.pcap": "a=b"}


def test_several_paths_keep_their_order(tmp_path: Path) -> None:
    write(tmp_path, "b.pcap", "a.pcap", "folder/d.pcap", "folder/c.pcap")
    labels = [
        file.label for file in found(tmp_path / "b.pcap", tmp_path / "folder", tmp_path / "a.pcap")
    ]
    names = ["b.pcap", "folder/c.pcap", "folder/d.pcap", "a.pcap"]
    assert labels == [str(tmp_path / name) for name in names]


def test_a_bad_path_leaves_the_others_alone(tmp_path: Path) -> None:
    write(tmp_path, "a.pcap")
    assert [problem.label for problem in problems(tmp_path / "missing")] == [f"{tmp_path}/missing"]
    assert places(tmp_path, tmp_path / "a.pcap") == {"a.pcap": "a"}
