"""Write a capture to a pipe, a ``.zst`` decompressed: ``python -m benchmarks.feed FILE``."""

import shutil
import sys
from pathlib import Path

import zstandard

_WRITE_BYTES = 1 << 20


def main() -> None:
    """Copy the file that the only argument names to standard output."""
    path = Path(sys.argv[1])
    with path.open("rb") as file:
        if path.suffix == ".zst":
            inflater = zstandard.ZstdDecompressor()
            inflater.copy_stream(file, sys.stdout.buffer, write_size=_WRITE_BYTES)
        else:
            shutil.copyfileobj(file, sys.stdout.buffer, _WRITE_BYTES)


if __name__ == "__main__":
    main()
