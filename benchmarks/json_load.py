"""Load each JSON document in a folder and let it go: ``python -m benchmarks.json_load FOLDER``."""

import json
import sys
from pathlib import Path


def main() -> None:
    """Load one after the other, as a program that keeps nothing of them could at best."""
    for path in Path(sys.argv[1]).rglob("*.json"):
        with path.open(encoding="utf-8") as file:
            json.load(file)


if __name__ == "__main__":
    main()
