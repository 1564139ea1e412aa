"""Compiles decoder and correlation with Cython; without a C compiler all works too, only slower."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

DIRECTIVES = {
    "language_level": 3,
    "annotation_typing": False,
    "boundscheck": True,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
}

SHARED = "netdiag.decode._cython"
"""Cython's own support code, compiled once instead of into every module."""

RECORD = "compiled.json"
"""Written beside the decoder: which sources its compiled form was made from."""

INLINED = "netdiag/correlate/mixing"
"""Its .pxd holds functions that are compiled into their callers, not into a module."""

# Every module with types in a .pxd beside it is compiled; the .py is the one source of both forms.
MODULES = sorted({str(path.with_suffix("")) for path in Path("netdiag").rglob("*.pxd")} - {INLINED})


class BuildAllOrNothing(build_ext):
    """Keeps the compiled modules only if all of them are there: they don't mix with sources."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def run(self) -> None:
        super().run()
        built = [Path(self.get_ext_fullpath(extension.name)) for extension in self.extensions]
        record = Path(self.get_ext_fullpath(SHARED)).with_name(RECORD)
        if all(path.exists() for path in built):
            record.write_text(json.dumps(source_hashes(), indent=0) + "\n")
            return
        for path in (record, *built):
            path.unlink(missing_ok=True)
        print("netdiag's decoder was not compiled; it works all the same, slower", file=sys.stderr)


def source_hashes() -> dict[str, str]:
    """Return a hash of the sources of each compiled module, inlined ones included."""
    return {
        module.replace("/", "."): hashlib.sha256(
            Path(f"{module}.py").read_bytes() + Path(f"{module}.pxd").read_bytes()
        ).hexdigest()
        for module in (*MODULES, INLINED)
    }


# The offsets and times of the decoder need 64-bit machine words.
EXTENSIONS = (
    [Extension(module.replace("/", "."), [f"{module}.py"]) for module in MODULES]
    + [Extension(SHARED, [SHARED.replace(".", "/") + ".c"])]
    if sys.maxsize > 2**32
    else []
)

COMPILED = cythonize(
    EXTENSIONS, compiler_directives=DIRECTIVES, shared_utility_qualified_name=SHARED
)
for extension in COMPILED:
    extension.optional = True  # cythonize does not keep it

setup(cmdclass={"build_ext": BuildAllOrNothing}, ext_modules=COMPILED)
