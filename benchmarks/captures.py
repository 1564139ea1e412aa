"""What commands read: captures of three sizes, bundles of the fixtures, and clusters of two."""

import os
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from benchmarks import cluster
from benchmarks.generate import BYTES, PACKETS, ensure, name_capture

_FIXTURES = Path(__file__).parent.parent / "fixtures" / "pcaps"
_SMALL_PACKETS = 200_000
_QUICK_PACKETS, _QUICK_SMALL_PACKETS = 200_000, 20_000
_QUICK_NODES = 50
_LONG_FACTOR = 5
_READ_BYTES = 1 << 20


class Capture(Enum):
    """Which capture a command reads, or which cluster's facts."""

    FULL = "full"
    SMALL = "small"
    PIPED = "piped"
    """The full one, kept compressed, decompressed into a pipe; the long one is compared with it."""
    LONG = "long"
    """Five times as many packets, read in the same way."""
    IPIP_BUNDLE = "article-ipip"
    VXLAN_BUNDLE = "flannel-vxlan-any.tar.gz"
    """Unpacked: the files are what is measured."""
    CLUSTER = "cluster"
    """Documents of many nodes, and no packets."""
    HALF_CLUSTER = "half-cluster"
    """Half the nodes, pods and rules; the whole one is compared with it."""

    @property
    def is_piped(self) -> bool:
        """Tell whether commands get it through a pipe to standard input instead of by its path."""
        return self in (Capture.PIPED, Capture.LONG)

    @property
    def has_documents(self) -> bool:
        """Tell whether it is measured in bytes of documents instead of packets."""
        return self in (Capture.CLUSTER, Capture.HALF_CLUSTER)


_BUNDLE_PACKETS = {Capture.IPIP_BUNDLE: 24, Capture.VXLAN_BUNDLE: 155}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many packets the generated captures have, and how many nodes the large cluster."""

    full: int = PACKETS
    small: int = _SMALL_PACKETS
    nodes: int = cluster.NODES

    @classmethod
    def choose(cls, full: int | None, *, is_quick: bool) -> "Sizes":
        """Return the sizes for a run whose large capture may be given; no small one is larger."""
        full = full or (_QUICK_PACKETS if is_quick else PACKETS)
        small = min(full, _QUICK_SMALL_PACKETS if is_quick else _SMALL_PACKETS)
        return cls(full, small, _QUICK_NODES if is_quick else cluster.NODES)

    def count_packets(self, capture: Capture) -> int:
        """Return the number of packets in all files of a capture."""
        generated = {
            Capture.FULL: self.full,
            Capture.SMALL: self.small,
            Capture.PIPED: self.full,
            Capture.LONG: self.full * _LONG_FACTOR,
        }
        return (generated | _BUNDLE_PACKETS).get(capture, 0)

    def count_nodes(self, capture: Capture) -> int:
        """Return the number of nodes in a cluster."""
        return self.nodes if capture is Capture.CLUSTER else self.nodes // 2


def prepare(capture: Capture, directory: Path, sizes: Sizes) -> Path:
    """Return a capture's path; a generated one is in ``directory``, made unless it is there."""
    if capture in _BUNDLE_PACKETS:
        return _prepare_bundle(capture.value, directory)
    if capture.has_documents:
        return _prepare_cluster(directory, sizes.count_nodes(capture))
    packets = sizes.count_packets(capture)
    size_bytes = packets * BYTES // PACKETS
    name = name_capture(packets, size_bytes)
    path = directory.absolute() / (f"{name}.zst" if capture.is_piped else name)
    if not path.exists():
        print(f"generating {path} ({size_bytes / 1e6:,.0f} MB of packets)", file=sys.stderr)
    ensure(path, packets, size_bytes)
    return path


def measure_size(capture: Capture, path: Path, sizes: Sizes) -> int:
    """Return how much a command reads: packets, or bytes of documents."""
    if capture.has_documents:
        return sum(one.stat().st_size for one in _find_files(path))
    return sizes.count_packets(capture)


def read_into_page_cache(path: Path) -> None:
    """Read a file, or all files of a bundle, so that no measured command waits for the disk."""
    buffer = bytearray(_READ_BYTES)
    for file_path in _find_files(path):
        with file_path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def _prepare_bundle(name: str, directory: Path) -> Path:
    path = _FIXTURES / name
    if path.is_dir():
        return path
    unpacked = directory.absolute() / name.removesuffix(".tar.gz")
    with tarfile.open(path) as archive:
        archive.extractall(unpacked, filter="data")
    return unpacked


def _prepare_cluster(directory: Path, nodes: int) -> Path:
    path = directory.absolute() / cluster.name_cluster(nodes)
    if not path.exists():
        print(f"generating {path} ({nodes} nodes)", file=sys.stderr)
    cluster.ensure(path, nodes)
    return path


def _find_files(path: Path) -> Iterator[Path]:
    """Yield a file, or those in a folder, one at a time: the runner's own memory stays small."""
    if not path.is_dir():
        yield path
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)
