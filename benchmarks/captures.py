"""The captures that commands read: generated ones of three sizes, and bundles of the fixtures."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from benchmarks.generate import BYTES, PACKETS, ensure, name_capture

_FIXTURES = Path(__file__).parent.parent / "fixtures" / "pcaps"
_SMALL_PACKETS = 200_000
_QUICK_PACKETS, _QUICK_SMALL_PACKETS = 200_000, 20_000
_LONG_FACTOR = 5
_READ_BYTES = 1 << 20


class Capture(Enum):
    """Which capture a command reads."""

    FULL = "full"
    SMALL = "small"
    PIPED = "piped"
    """The full one, kept compressed, decompressed into a pipe; the long one is compared with it."""
    LONG = "long"
    """Five times as many packets, read in the same way."""
    IPIP_BUNDLE = "article-ipip"
    VXLAN_BUNDLE = "flannel-vxlan"

    @property
    def is_piped(self) -> bool:
        """Tell whether commands get it through a pipe to standard input instead of by its path."""
        return self in (Capture.PIPED, Capture.LONG)


_BUNDLE_PACKETS = {Capture.IPIP_BUNDLE: 24, Capture.VXLAN_BUNDLE: 155}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many packets the generated captures have."""

    full: int = PACKETS
    small: int = _SMALL_PACKETS

    @classmethod
    def choose(cls, full: int | None, *, is_quick: bool) -> "Sizes":
        """Return the sizes for a run whose large capture may be given; no small one is larger."""
        full = full or (_QUICK_PACKETS if is_quick else PACKETS)
        return cls(full, min(full, _QUICK_SMALL_PACKETS if is_quick else _SMALL_PACKETS))

    def count_packets(self, capture: Capture) -> int:
        """Return the number of packets in all files of a capture."""
        generated = {
            Capture.FULL: self.full,
            Capture.SMALL: self.small,
            Capture.PIPED: self.full,
            Capture.LONG: self.full * _LONG_FACTOR,
        }
        return (generated | _BUNDLE_PACKETS)[capture]


def prepare(capture: Capture, directory: Path, packets: int) -> Path:
    """Return a capture's path; a generated one is in ``directory``, made unless it is there."""
    if capture in _BUNDLE_PACKETS:
        return _FIXTURES / capture.value
    size_bytes = packets * BYTES // PACKETS
    name = name_capture(packets, size_bytes)
    path = directory.absolute() / (f"{name}.zst" if capture.is_piped else name)
    if not path.exists():
        print(f"generating {path} ({size_bytes / 1e6:,.0f} MB of packets)", file=sys.stderr)
    ensure(path, packets, size_bytes)
    return path


def read_into_page_cache(path: Path) -> None:
    """Read a file, or all files of a bundle, so that no measured command waits for the disk."""
    buffer = bytearray(_READ_BYTES)
    for file_path in _find_files(path):
        with file_path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def _find_files(path: Path) -> Iterable[Path]:
    return (one for one in path.rglob("*") if one.is_file()) if path.is_dir() else (path,)
