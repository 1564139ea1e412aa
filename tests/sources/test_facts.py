"""The documents of nodes and of the cluster: found wherever they are, read or told as problems."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from netdiag.model.facts.facts import Facts
from netdiag.sources import facts as reading
from netdiag.sources.facts import read_facts
from netdiag.sources.paths import find_all
from tests.captures import numbered, pcap
from tests.sources.reading import no_descriptor_left_open

LINKS = b'[{"ifindex":2,"ifname":"eth0","mtu":1500}]'
ROUTES = b'[{"dst":"default","gateway":"10.1.10.1","dev":"eth0","flags":[]}]'
NODES = b'{"kind":"List","items":[{"kind":"Node","apiVersion":"v1","metadata":{"name":"node-1"}}]}'
BUNDLE = {
    "node-1/eth0.pcap": pcap(numbered(1)),
    "node-1/facts/ip_link.json": LINKS,
    "node-1/facts/pods/shop_web/ip_route.json": ROUTES,
    "node-1/facts/files/run/flannel/subnet.env": b"FLANNEL_SUBNET=10.244.1.1/24\n",
    "node-1/facts-after/ip_route.json": ROUTES,
    "node-1/pods/shop_web/eth0.pcap": pcap(numbered(1)),
    "node-2/facts/hostname.txt": b"node-2\n",
    "kubernetes/nodes.json": NODES,
    "trace.json": b"{}",
}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write(tmp_path / "case", BUNDLE)


def facts_of(*paths: Path) -> Facts:
    with no_descriptor_left_open():
        return read_facts(find_all(tuple(map(str, paths))).documents.values())


def told(facts: Facts) -> list[str]:
    """Return what is told of each node, and of the cluster."""
    lines = []
    for node in facts.nodes.values():
        lines += [f"{node.name} {document}" for document in node.documents]
        lines += [
            f"{node.name} after {name}" for name in (node.after.documents if node.after else ())
        ]
    return lines + [f"cluster {node.name}" for node in facts.cluster.nodes or ()]


WHOLE = [
    "node-1 files/run/flannel/subnet.env",
    "node-1 ip_link.json",
    "node-1 pods/shop_web/ip_route.json",
    "node-1 after ip_route.json",
    "node-2 hostname.txt",
    "cluster node-1",
]
NODE_1 = WHOLE[:4]


def test_a_folder(bundle: Path) -> None:
    found = facts_of(bundle)
    assert told(found) == WHOLE
    assert found.problems == ()


def test_a_zip(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, data in BUNDLE.items():
            archive.writestr(f"case/{name}", data)
    assert sorted(told(facts_of(tmp_path / "a.zip"))) == sorted(WHOLE)


def test_a_tar(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for name, data in BUNDLE.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    assert sorted(told(facts_of(tmp_path / "a.tar.gz"))) == sorted(WHOLE)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("node-1", NODE_1),
        ("node-1/facts", NODE_1[:3]),
        ("node-1/facts-after", NODE_1[3:]),
        ("node-1/eth0.pcap", NODE_1[:3]),
        ("node-1/pods/shop_web/eth0.pcap", NODE_1[:3]),
        ("kubernetes", WHOLE[5:]),
    ],
)
def test_parts_of_a_bundle(bundle: Path, path: str, wanted: list[str]) -> None:
    assert told(facts_of(bundle / path)) == wanted


def test_a_part_given_from_within(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bundle / "node-1" / "facts")
    assert told(facts_of(Path("."))) == NODE_1[:3]
    monkeypatch.chdir(bundle / "node-1")
    assert told(facts_of(Path("."))) == NODE_1
    assert told(facts_of(Path("eth0.pcap"))) == NODE_1[:3]


def test_the_same_document_by_two_paths_counts_once(bundle: Path) -> None:
    assert told(facts_of(bundle, bundle / "node-1" / "eth0.pcap", bundle / "node-1")) == WHOLE


def test_a_lone_capture_without_facts(tmp_path: Path) -> None:
    write(tmp_path, {"eth0.pcap": pcap(numbered(1))})
    assert facts_of(tmp_path / "eth0.pcap") == Facts()


def test_compressed_documents(tmp_path: Path) -> None:
    write(tmp_path, {"node-1/facts/ip_link.json.gz": gzip.compress(LINKS)})
    found = facts_of(tmp_path)
    assert found.problems == ()
    assert [link.name for link in found.nodes["node-1"].host.links or ()] == ["eth0"]


def test_documents_that_break_off_while_they_are_decompressed(tmp_path: Path) -> None:
    data = gzip.compress(os.urandom(4000))[:2000]
    write(tmp_path, {"node-1/facts/ip_link.json.gz": data, "node-1/facts/ip_route.json": ROUTES})
    found = facts_of(tmp_path)
    assert [problem.document for problem in found.problems] == ["ip_link.json.gz"]
    assert found.nodes["node-1"].host.routes is not None


def test_large_documents(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_DOCUMENT_BYTES", len(LINKS))
    found = facts_of(bundle / "node-1")
    assert [(p.document, p.reason) for p in found.problems] == [
        ("pods/shop_web/ip_route.json", "is larger than 42 bytes"),
        ("facts-after/ip_route.json", "is larger than 42 bytes"),
    ]
    assert found.nodes["node-1"].host.links is not None


def test_too_much_in_all(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ALL_BYTES", 80)
    found = facts_of(bundle / "node-1" / "facts")
    assert [problem.document for problem in found.problems] == ["pods/shop_web/ip_route.json"]


def test_a_small_file_that_grows_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_DOCUMENT_BYTES", 100_000)
    write(tmp_path, {"node-1/facts/ip_link.json.gz": gzip.compress(b" " * 10_000_000)})
    (problem,) = facts_of(tmp_path).problems
    assert problem.reason == "is larger than 100000 bytes"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_documents(bundle: Path) -> None:
    (bundle / "node-1/facts/ip_link.json").chmod(0)
    (problem,) = facts_of(bundle / "node-1").problems
    assert (problem.node, problem.document) == ("node-1", "ip_link.json")
    assert problem.reason == "Permission denied"


def test_documents_that_vanish(bundle: Path) -> None:
    documents = find_all((str(bundle / "node-2"),)).documents
    (bundle / "node-2/facts/hostname.txt").unlink()
    (problem,) = read_facts(documents.values()).problems
    assert (problem.node, problem.document) == ("node-2", "hostname.txt")
    assert problem.reason == "No such file or directory"


def test_text_that_is_no_utf8(tmp_path: Path) -> None:
    write(tmp_path, {"node-1/facts/ip_route.txt": b"default via 10.1.10.1 dev eth\xff\n\xfe\n"})
    node = facts_of(tmp_path).nodes["node-1"]
    assert node.host.routes is not None
    assert facts_of(tmp_path).problems


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/node-\xff/facts"
    os.makedirs(folder)
    with open(folder + b"/ip_link\xff.json", "wb") as file:
        file.write(LINKS)
    found = facts_of(tmp_path)
    assert list(found.nodes) == ["node-\\udcff"]
    assert found.nodes["node-\\udcff"].documents == ("ip_link\\udcff.json",)


def test_links_to_folders_are_not_followed(bundle: Path) -> None:
    (bundle / "node-1/facts/loop").symlink_to(bundle, target_is_directory=True)
    (bundle / "node-1/facts/itself").symlink_to(bundle / "node-1/facts/itself")
    (bundle / "node-1/facts/gone.txt").symlink_to(bundle / "nowhere")
    (bundle / "node-1/facts/again.txt").symlink_to(bundle / "node-2/facts/hostname.txt")
    assert told(facts_of(bundle))[:2] == ["node-1 again.txt", "node-1 files/run/flannel/subnet.env"]
    assert len(told(facts_of(bundle))) == len(WHOLE) + 1


def test_pipes_among_documents_are_left_alone(bundle: Path) -> None:
    os.mkfifo(bundle / "node-1/facts/pipe.txt")
    assert told(facts_of(bundle)) == WHOLE
