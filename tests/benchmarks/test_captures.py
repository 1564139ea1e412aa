"""What the benchmark reads is as large as its table says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.captures import Capture, Sizes, measure_size, prepare

SIZES = Sizes(full=2_000, small=100, nodes=6)
FILE_HEADER_BYTES, RECORD_HEADER_BYTES = 24, 16


@pytest.mark.parametrize("bundle", [Capture.IPIP_BUNDLE, Capture.VXLAN_BUNDLE])
def test_bundles(bundle: Capture, tmp_path: Path) -> None:
    folder = prepare(bundle, tmp_path, SIZES)
    packets = sum(count_records(file.read_bytes()) for file in folder.rglob("*.pcap"))
    assert packets == measure_size(bundle, folder, SIZES)


def test_piped_captures_are_the_plain_one_compressed(tmp_path: Path) -> None:
    plain = prepare(Capture.FULL, tmp_path, SIZES).read_bytes()
    piped = prepare(Capture.PIPED, tmp_path, SIZES)
    fed = subprocess.run(
        (sys.executable, "-m", "benchmarks.feed", piped), capture_output=True, check=True
    )
    assert count_records(plain) == SIZES.count_packets(Capture.FULL)
    assert fed.stdout == plain


def test_half_a_cluster_has_half_the_nodes(tmp_path: Path) -> None:
    whole = prepare(Capture.CLUSTER, tmp_path, SIZES)
    half = prepare(Capture.HALF_CLUSTER, tmp_path, SIZES)
    assert sum(1 for _ in whole.glob("node-*")) == 6
    assert sum(1 for _ in half.glob("node-*")) == 3
    documents = [path.read_bytes() for path in half.rglob("*") if path.is_file()]
    assert measure_size(Capture.HALF_CLUSTER, half, SIZES) == sum(map(len, documents))
    assert not list(tmp_path.glob("*.partial"))


def count_records(pcap: bytes) -> int:
    offset, count = FILE_HEADER_BYTES, 0
    while offset < len(pcap):
        captured_bytes = int.from_bytes(pcap[offset + 8 : offset + 12], "little")
        offset += RECORD_HEADER_BYTES + captured_bytes
        count += 1
    return count
