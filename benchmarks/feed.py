"""Write a compressed capture into a pipe: ``python -m benchmarks.feed FILE.zst``."""

import sys
from pathlib import Path

import zstandard

_WRITE_BYTES = 1 << 20


def main() -> None:
    """Decompress the file that the only argument names to standard output."""
    path = Path(sys.argv[1])
    with path.open("rb") as file:
        inflater = zstandard.ZstdDecompressor()
        inflater.copy_stream(file, sys.stdout.buffer, write_size=_WRITE_BYTES)


if __name__ == "__main__":
    main()
