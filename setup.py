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

SHARED = "netdiag.decode._cython"
"""Cython's own support code, compiled once instead of into every module."""

# Every module with types in a .pxd beside it is compiled; the .py is the one source of both forms.
MODULES = sorted(str(path.with_suffix("")) for path in Path("netdiag").rglob("*.pxd"))

EXTENSIONS = [
    Extension(module.replace("/", "."), [f"{module}.py"], optional=True) for module in MODULES
]
EXTENSIONS.append(Extension(SHARED, [SHARED.replace(".", "/") + ".c"], optional=True))

setup(
    ext_modules=cythonize(
        EXTENSIONS,
        compiler_directives=DIRECTIVES,
        shared_utility_qualified_name=SHARED,
    )
)
