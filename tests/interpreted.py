"""Runs netdiag, or a module such as pytest, with the decoder's interpreted form.

A compiled module always wins over the .py beside it, so this finder stands before Python's own
and takes the .py. Usage: ``python -m tests.interpreted packets FILE`` runs netdiag,
``python -m tests.interpreted -m pytest tests/decode`` runs a module.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


class SourceFinder(MetaPathFinder):
    """Finds modules of netdiag in their .py files only."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of the .py file; None for packages and other people's modules."""
        if not fullname.startswith("netdiag."):
            return None
        file = ROOT.joinpath(*fullname.split(".")).with_suffix(".py")
        return spec_from_file_location(fullname, file) if file.is_file() else None


def main() -> None:
    """Run what the command line names."""
    sys.meta_path.insert(0, SourceFinder())
    arguments = sys.argv[1:]
    if arguments[:1] == ["-m"]:
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = ["netdiag", *arguments]
        runpy.run_module("netdiag", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
