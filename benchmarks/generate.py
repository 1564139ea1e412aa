"""Write the benchmark's capture: a deterministic mix of tunnels, as one node's NIC sees it.

60 % VXLAN/TCP, 15 % VXLAN/ICMP echo, 10 % IPIP (half ICMP echo, half TCP), 10 % plain (half TCP,
half UDP) and 5 % plain ICMP echo. Every length and checksum is right, and every ping but the last
few is answered.
"""

import argparse
import hashlib
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import BinaryIO

from benchmarks.headers import ICMP, TCP, UDP
from benchmarks.network import PEERS, Network, Way
from benchmarks.traffic import Connection, Connections, Datagrams, Ping, Pings, Source

PACKETS = 2_000_000
BYTES = 1_010_000_000
SEED = 20

_FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
_RECORD = struct.Struct("<4I")
_START_US = 1_700_000_000_000_000
_STEP_US = range(5, 16)
_BATCH = 2_000
_MOST_FULL_SHARE = 0.75
_REPOSITORY = Path(__file__).parent.parent
_CODE = ("generate.py", "headers.py", "network.py", "traffic.py")

Connect = Callable[[int, int], tuple[Way, Way]]
"""A pair's number and a protocol -> the ways there and back."""


class Mix:
    """All sources of frames and the proportions in which they take turns."""

    def __init__(self, random: Random) -> None:
        self._random = random
        network = Network()
        self._connections = (
            _connect(random, network.connect_vxlan, 512, 8443),
            _connect(random, network.connect_ipip, 64, 8443),
            _connect(random, network.connect_plain, 64, 10250),
        )
        vxlan_tcp, ipip_tcp, plain_tcp = self._connections
        self._turns: tuple[Source, ...] = (
            *(vxlan_tcp,) * 12,
            *(_ping(network.connect_vxlan, 256, 1000),) * 3,
            ipip_tcp,
            _ping(network.connect_ipip, 64, 2000),
            plain_tcp,
            Datagrams([network.connect_plain(pair, UDP) for pair in range(64)], (40125, 8125)),
            _ping(network.connect_plain, 64, 3000),
        )
        self._clock_us = _START_US

    def build_records(self, packets: int, bytes_wanted: int) -> bytes:
        """Return pcap records that come near ``bytes_wanted``, in random order and exact mix."""
        self._aim_at(bytes_wanted / packets - _RECORD.size)
        turns = list(self._turns) * (-(-packets // len(self._turns)))
        self._random.shuffle(turns)
        steps = self._random.choices(_STEP_US, k=packets)
        parts: list[bytes] = []
        for source, step in zip(turns, steps, strict=False):
            self._clock_us += step
            frame = source.build_frame(self._clock_us)
            seconds, microseconds = divmod(self._clock_us, 1_000_000)
            parts.append(_RECORD.pack(seconds, microseconds, len(frame), len(frame)))
            parts.append(frame)
        return b"".join(parts)

    def bounds(self) -> tuple[float, float]:
        """Return the smallest and the largest mean of bytes per packet that the mix can have."""
        most = self._mean_frame_bytes(_MOST_FULL_SHARE)
        return _RECORD.size + self._mean_frame_bytes(0), _RECORD.size + most

    def _aim_at(self, mean_frame_bytes: float) -> None:
        """Choose the share of full segments: the mean length is linear in it."""
        least = self._mean_frame_bytes(0)
        share = (mean_frame_bytes - least) / (self._mean_frame_bytes(1) - least)
        for connections in self._connections:
            connections.full_share = min(max(share, 0.0), _MOST_FULL_SHARE)

    def _mean_frame_bytes(self, full_share: float) -> float:
        return sum(turn.mean_frame_bytes(full_share) for turn in self._turns) / len(self._turns)


def generate(path: Path, packets: int = PACKETS, size_bytes: int = BYTES, seed: int = SEED) -> None:
    """Write a pcap file of ``packets`` packets and about ``size_bytes``; it appears when finished.

    A path that ends in ``.zst`` gets it compressed; the size is that before.
    Raises ValueError when the mix cannot have that mean length.
    """
    mix = Mix(Random(seed))
    least, most = (round(packets * bound) for bound in mix.bounds())
    if not least <= size_bytes <= most:
        raise ValueError(f"{packets:,} packets of this mix take {least:,} to {most:,} bytes")
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with _create(partial, is_compressed=path.suffix == ".zst") as file:
            file.write(_FILE_HEADER)
            for records in _build_batches(mix, packets, size_bytes - len(_FILE_HEADER)):
                file.write(records)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def ensure(path: Path, packets: int = PACKETS, size_bytes: int = BYTES) -> None:
    """Generate ``path`` unless it is there; a file under its final name is always finished.

    A process of its own does it, so that the caller's peak memory stays small.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    sizes = ("--packets", str(packets), "--bytes", str(size_bytes))
    program = (sys.executable, "-m", "benchmarks.generate")
    subprocess.run((*program, *sizes, path.absolute()), cwd=_REPOSITORY, check=True)


def name_capture(packets: int, size_bytes: int) -> str:
    """Return a file name that also names the generator's code, so that old files are not reused."""
    code = b"".join(Path(__file__).with_name(name).read_bytes() for name in _CODE)
    return f"mix-{packets}-{size_bytes}-{hashlib.sha256(code).hexdigest()[:8]}.pcap"


def _create(path: Path, *, is_compressed: bool) -> BinaryIO:
    if not is_compressed:
        return path.open("wb")
    import zstandard  # here, or the runner's own memory would hide that of small commands

    return zstandard.ZstdCompressor().stream_writer(path.open("wb"))


def _build_batches(mix: Mix, packets: int, size_bytes: int) -> Iterator[bytes]:
    while packets:
        batch = min(packets, _BATCH)
        records = mix.build_records(batch, size_bytes * batch // packets)
        packets -= batch
        size_bytes -= len(records)
        yield records


def _connect(random: Random, connect: Connect, count: int, port: int) -> Connections:
    """Return connections to ``port``, bulk data flowing in and out by turns."""
    connections = []
    for pair in range(count):
        there, back = connect(pair, TCP)
        client_port = 33_000 + 41 * pair
        is_upload = pair // PEERS % 2 == 0
        ways, ports = (
            ((there, back), (client_port, port))
            if is_upload
            else ((back, there), (port, client_port))
        )
        connections.append(Connection(ways, ports, random))
    return Connections(connections, random)


def _ping(connect: Connect, count: int, first_identifier: int) -> Pings:
    return Pings([Ping(connect(pair, ICMP), first_identifier + pair) for pair in range(count)])


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("--packets", type=int, default=PACKETS)
    parser.add_argument("--bytes", type=int, help=f"default: {BYTES // PACKETS} per packet")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("output", type=Path, metavar="OUT.pcap")
    arguments = parser.parse_args()
    size_bytes = arguments.bytes or arguments.packets * BYTES // PACKETS
    try:
        generate(arguments.output, arguments.packets, size_bytes, arguments.seed)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
