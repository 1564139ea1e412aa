"""Asks this machine for facts from a container's point of view: ``python -m … FOLDER``.

The node's root is FOLDER/root, where Python's library cannot be found, as on a node that has none.
Needs root; all mounts go with this process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from netdiag.lab.kernel import (
    MOUNT_BIND,
    MOUNT_PRIVATE,
    MOUNT_RECURSIVE,
    NEW_MOUNT,
    mount,
    unshare,
)
from netdiag_probe import cli, facts
from netdiag_probe.node.root import enter_root_of_node


def build(folder: Path) -> None:
    """Make ``root`` and ``ns/net`` below a folder, as ``/proc/1`` has them."""
    unshare(NEW_MOUNT)
    mount("none", "/", "", MOUNT_RECURSIVE | MOUNT_PRIVATE)
    root = folder / "root"
    root.mkdir()
    mount("none", str(root), "tmpfs")
    for each in Path("/").iterdir():
        target = root / each.name
        if each.is_symlink():
            target.symlink_to(each.readlink())
        elif each.is_dir():
            target.mkdir()
            mount(str(each), str(target), "", MOUNT_BIND | MOUNT_RECURSIVE)
    mount("none", f"{root}{os.path.dirname(os.__file__)}", "tmpfs")
    (folder / "ns").mkdir()
    (folder / "ns" / "net").symlink_to("/proc/self/ns/net")


def main(folder: Path) -> int:
    """Return the exit status of the probe."""
    build(folder)
    vars(facts)["enter_root_of_node"] = lambda: enter_root_of_node(str(folder))
    status = cli.main(["facts", "--node-root"])
    sys.stderr.write(f"library here: {os.path.exists(os.path.dirname(os.__file__) + '/json')}\n")
    return status


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Do it in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.probe.other_root", str(folder)], capture_output=True,
        text=True, timeout=120, check=False,
        cwd=Path(__file__).resolve().parents[2], env={**os.environ, "PYTHONPATH": ".:probes"},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
