"""Whether a remedy can be copied as it stands: a command with one comment, or plain words."""

from __future__ import annotations

import re
import subprocess

from tests.analyze.running import Report

PROGRAM = re.compile(
    r"(arping|bridge|chronyc|ethtool|ip|ip6?tables(-legacy|-save)?|kubectl|nft|nstat|ping|ss|sysctl"
    r"|tc|tcpdump) "
)
COMMENT = "  # "
GAP = re.compile(
    r"…| [?]|\b(ADDRESS|BRIDGE|CALI|DESTINATION|DEVICE|FILE|FILTER|MAC|NAME|NAMESPACE|NIC|NODE|PID"
    r"|PLUGIN|POD|SENDER|SIZE|SOURCE|VETH|NODE_ADDRESS|PLUGIN_POD|VTEP_ADDRESS|VTEP_MAC)(?![\w-])"
)
"""What the reader would have to fill in, as the texts of codes have it."""


def uncopyable(report: Report) -> dict[str, str]:
    """Return the remedies that cannot be copied, by the code of their finding."""
    remedies = ((finding["code"], finding["remedy"]) for finding in report["findings"])
    return {code: remedy for code, remedy in remedies if not is_copyable(remedy)}


def is_copyable(remedy: str) -> bool:
    """Return True for words, and for a command that a shell reads and that has no gaps."""
    if not remedy or not remedy.isprintable():
        return False
    if PROGRAM.match(remedy) is None:
        return "#" not in remedy
    command, _, comment = remedy.partition(COMMENT)
    read = subprocess.run(["bash", "-nc", remedy], check=False, capture_output=True)
    return read.returncode == 0 and "#" not in command + comment and GAP.search(command) is None
