"""What the kernel allows this process: capabilities(7)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

NUMBERS: Final = {
    "CAP_NET_ADMIN": 12,
    "CAP_NET_RAW": 13,
    "CAP_SYS_ADMIN": 21,
    "CAP_PERFMON": 38,
    "CAP_BPF": 39,
}


def has_capability(name: str) -> bool:
    """Tell whether this process has it in effect."""
    return bool(_effective() >> NUMBERS[name] & 1)


def _effective() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
