"""Compiles the decoder with Cython; without a C compiler the package works too, only slower."""

from __future__ import annotations

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

DIRECTIVES = {
    "language_level": 3,
    "annotation_typing": False,
    "boundscheck": True,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
}

# Every module with types in a .pxd beside it is compiled; the .py is the one source of both forms.
MODULES = sorted(str(path.with_suffix("")) for path in Path("netdiag").rglob("*.pxd"))

setup(
    ext_modules=cythonize(
        [
            Extension(module.replace("/", "."), [f"{module}.py"], optional=True)
            for module in MODULES
        ],
        compiler_directives=DIRECTIVES,
    )
)
