"""Where the public captures are that netdiag is tested against; the project has none of them."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("NETDIAG_CORPUS", ROOT.parent / "shared" / "corpus"))
DECODE = CORPUS / "decode"
MALFORMED = CORPUS / "malformed"

EXTRA_VXLAN_PORTS = {"K8S-CKA": (6080,)}
"""Captures of networks that were set up with VXLAN on another port."""


def vxlan_ports(name: str) -> tuple[int, ...]:
    """Return the VXLAN ports that a capture's network used besides the well-known ones."""
    return next((ports for part, ports in EXTRA_VXLAN_PORTS.items() if part in name), ())


def captures_of(folder: Path) -> list[Path]:
    """Return the captures of a folder, without the expectations beside them."""
    return sorted(path for path in folder.iterdir() if path.suffix != ".tsv")
