"""Kernel settings as ``sysctl`` prints them, and as files of ``/proc/sys`` with their contents.

A dot within an interface's name is a slash in the name with dots, as ``sysctl -a`` prints it:
``net.ipv4.conf.flannel/1.rp_filter``.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Final

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines

_SETTING: Final = re.compile(r"(?P<name>[a-z][\w./:@+-]{2,199}?)(?P<gap> ?= ?)(?P<value>.*)")
_FILE: Final = re.compile(r"/proc/sys/(?P<name>[\w./@+-]{3,199})(?:[:=]| = |\s)\s*(?P<value>.*)")
_HEADING: Final = re.compile(r"==> /proc/sys/(?P<name>[\w./@+-]{3,199}) <==")
_OF_INTERFACE: Final = re.compile(r"(net\.ipv[46]\.(?:conf|neigh)\.)(.+)(\.[^.]+)")
_SWAP: Final = str.maketrans("./", "/.")
_UNREADABLE: Final = "sysctl: reading key "
"""What sysctl says of settings that have no value, as ``stable_secret``."""


def parse_sysctls(text: str, document: str, first_line: int = 1) -> Parsed[tuple[str, str]]:
    """Return all settings by name, in the order of the document."""
    found: list[tuple[str, str]] = []
    bad: list[int] = []
    heading = ""
    for number, line in numbered_lines(text, first_line):
        named = _HEADING.fullmatch(line)
        if named is not None:
            heading = named["name"]
        elif heading:
            found.append((_canonical_name(heading), line.strip()))
            heading = ""
        elif not line.startswith(_UNREADABLE):
            setting = _FILE.fullmatch(line) or _SETTING.fullmatch(line)
            if setting is None:
                bad.append(number)
            else:
                found.append((_canonical_name(setting["name"]), setting["value"].strip()))
    return Parsed(tuple(found), not_understood(bad))


def _canonical_name(text: str) -> str:
    """Return a name with dots, and with slashes for the dots of an interface's name."""
    slash, dot = text.find("/"), text.find(".")
    if slash >= 0 and (dot < 0 or slash < dot):
        return intern(text.translate(_SWAP))
    of_interface = _OF_INTERFACE.fullmatch(text)
    if of_interface is None:
        return intern(text)
    start, interface, key = of_interface.groups()
    return intern(f"{start}{interface.replace('.', '/')}{key}")
