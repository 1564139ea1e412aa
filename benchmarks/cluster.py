"""Write the cluster whose facts the benchmark reads: ``python -m benchmarks.cluster FOLDER``."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

NODES = 500
PODS_PER_NODE = 20
RULES_PER_NODE = 40
"""All of them are on one node, as kube-proxy writes them on each."""

_REPOSITORY = Path(__file__).parent.parent
_GENERATORS = _REPOSITORY / "tests" / "bundles" / "facts"
_CODE = ("cni_files", "documents", "flannel", "kubernetes", "large", "link_json", "sysctls")


def generate(folder: Path, nodes: int = NODES) -> None:
    """Write a bundle with the facts of so many nodes; it appears when finished."""
    from tests.bundles.facts.large import write_large_cluster

    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    try:
        write_large_cluster(partial, nodes, nodes * PODS_PER_NODE, nodes * RULES_PER_NODE)
        os.replace(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def ensure(folder: Path, nodes: int = NODES) -> None:
    """Generate a bundle unless it is there; a folder under its final name is always finished.

    A process of its own does it, so that the caller's peak memory stays small.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    program = (sys.executable, "-m", "benchmarks.cluster", "--nodes", str(nodes))
    subprocess.run((*program, folder.absolute()), cwd=_REPOSITORY, check=True)


def name_cluster(nodes: int) -> str:
    """Return a folder's name that also names the generator's code, so that old ones stay unused."""
    paths = (Path(__file__), *(_GENERATORS / f"{name}.py" for name in _CODE))
    code = b"".join(path.read_bytes() for path in paths)
    return f"cluster-{nodes}-{hashlib.sha256(code).hexdigest()[:8]}"


def main() -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("output", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    generate(arguments.output, arguments.nodes)


if __name__ == "__main__":
    main()
