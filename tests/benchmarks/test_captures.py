"""The captures of the benchmark hold as many packets as its table says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.captures import Capture, Sizes, prepare

SIZES = Sizes(full=2_000, small=100)
FILE_HEADER_BYTES, RECORD_HEADER_BYTES = 24, 16


@pytest.mark.parametrize("bundle", [Capture.IPIP_BUNDLE, Capture.VXLAN_BUNDLE])
def test_bundles(bundle: Capture, tmp_path: Path) -> None:
    packets = SIZES.count_packets(bundle)
    files = prepare(bundle, tmp_path, packets).rglob("*.pcap")
    assert sum(count_records(file.read_bytes()) for file in files) == packets


def test_piped_captures_are_the_plain_one_compressed(tmp_path: Path) -> None:
    plain = prepare(Capture.FULL, tmp_path, SIZES.full).read_bytes()
    piped = prepare(Capture.PIPED, tmp_path, SIZES.full)
    fed = subprocess.run(
        (sys.executable, "-m", "benchmarks.feed", piped), capture_output=True, check=True
    )
    assert count_records(plain) == SIZES.count_packets(Capture.FULL)
    assert fed.stdout == plain


def count_records(pcap: bytes) -> int:
    offset, count = FILE_HEADER_BYTES, 0
    while offset < len(pcap):
        captured_bytes = int.from_bytes(pcap[offset + 8 : offset + 12], "little")
        offset += RECORD_HEADER_BYTES + captured_bytes
        count += 1
    return count
