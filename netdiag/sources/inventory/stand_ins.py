"""What stands in for a probe where there is no Python: tcpdump, ip, ping, led by a shell script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LEAST_PYTHON: Final = (3, 9)
NEEDED: Final = frozenset(("tcpdump", "ip", "nsenter", "ping"))
LOOK: Final = (
    f"for each in {' '.join(sorted(NEEDED))}; do"
    ' command -v "$each" >/dev/null 2>&1 && echo "has $each"; done;'
    " python3 -I -S -c 'import sys; print(\"python %d.%d\" % sys.version_info[:2])' 2>/dev/null;"
    " true"
)
"""For a shell: says which of them are there."""

_PYTHON: Final = re.compile(r"^python (\d{1,3})\.(\d{1,3})$", re.MULTILINE)


@dataclass(frozen=True)
class Tools:
    """What there is on a node, or in an image."""

    python: tuple[int, int] | None
    programs: frozenset[str]

    @property
    def has_python(self) -> bool:
        """Tell whether probes run."""
        return self.python is not None and self.python >= LEAST_PYTHON

    @property
    def can_stand_in(self) -> bool:
        """Tell whether programs can do some of their work."""
        return self.programs >= NEEDED


def read_tools(said: str) -> Tools:
    """Return what ``LOOK`` has said."""
    found = _PYTHON.search(said)
    programs = frozenset(line[4:] for line in said.splitlines() if line.startswith("has "))
    return Tools((int(found[1]), int(found[2])) if found else None, programs & NEEDED)


def what_is_missing(where: str) -> str:
    """Return a sentence on what the programs cannot tell; ``where``: whose Python is missing."""
    return (
        f"{where} has no Python 3.9 or newer: tcpdump, ip and ping stand in. Missing there are the"
        " kernel's reasons for drops, packets' destination MACs, what devices offload, daemons'"
        " options; --rule, --tcp, --udp, --mtu and --watch do nothing there"
    )
