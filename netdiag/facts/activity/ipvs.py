"""IPVS: virtual services and their real servers, by ``ipvsadm -Ln`` and ``ipvsadm-save -n``."""

from __future__ import annotations

import re
from sys import intern
from typing import Final

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines

_LISTED: Final = frozenset({"TCP", "UDP", "SCTP", "FWM"})
_SAVED: Final = {"-t": "TCP", "-u": "UDP", "-f": "FWM", "--sctp-service": "SCTP"}
_HEADLINE: Final = re.compile(
    r"IP Virtual Server version .*|Prot LocalAddress:Port.*|\s*-> RemoteAddress:Port.*"
)


def parse_ipvs(
    text: str, document: str, first_line: int = 1
) -> Parsed[tuple[str, tuple[str, ...]]]:
    """Return ``TCP 10.96.0.1:443`` with its real servers, for each virtual service."""
    services: dict[str, list[str]] = {}
    bad: list[int] = []
    last = ""
    for number, line in numbered_lines(text, first_line):
        words = line.split()
        if words[0] in _LISTED and len(words) > 1:
            last = intern(f"{words[0]} {words[1]}")
            services.setdefault(last, [])
        elif _HEADLINE.fullmatch(line):
            continue
        elif words[0] == "->" and len(words) > 1 and last:
            services[last].append(intern(words[1]))
        elif words[0] not in ("-A", "-a") or not _read_saved(words, services):
            bad.append(number)
    items = tuple((name, tuple(servers)) for name, servers in services.items())
    return Parsed(items, not_understood(bad))


def _read_saved(words: list[str], services: dict[str, list[str]]) -> bool:
    """Read ``-A -t 10.96.0.1:443 -s rr`` or ``-a -t 10.96.0.1:443 -r 10.1.10.8:6443 -m -w 1``."""
    if len(words) < 3 or words[1] not in _SAVED:
        return False
    servers = services.setdefault(intern(f"{_SAVED[words[1]]} {words[2]}"), [])
    if words[0] == "-A":
        return True
    place = words.index("-r") + 1 if "-r" in words else len(words)
    if place >= len(words):
        return False
    servers.append(intern(words[place]))
    return True
