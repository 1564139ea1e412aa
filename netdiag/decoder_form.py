"""Which form of the decoder is in use: compiled by Cython, or interpreted."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

RECORD = Path(__file__).parent / "decode" / "compiled.json"
"""Written when the decoder is compiled: module -> hash of the sources it was made from."""


def is_compiled() -> bool:
    """Return True if Python finds a compiled decoder; looks at file names only."""
    folder = Path(__file__).parent / "decode"
    return any((folder / f"decoder{suffix}").exists() for suffix in EXTENSION_SUFFIXES)


def stale_modules() -> list[str]:
    """Return the compiled modules whose sources have changed since; they need a new build."""
    if not is_compiled():
        return []
    import json

    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    root = Path(__file__).parent.parent
    modules = [
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in sorted(Path(__file__).parent.rglob("*.pxd"))
    ]
    return [module for module in modules if recorded.get(module) != _hash(root, module)]


def _hash(root: Path, module: str) -> str:
    import hashlib

    path = root.joinpath(*module.split("."))
    sources = (path.with_suffix(suffix) for suffix in (".py", ".pxd"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
