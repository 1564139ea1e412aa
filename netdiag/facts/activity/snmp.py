"""Counters of the kernel's IP stack: ``/proc/net/snmp``, ``netstat``, ``snmp6``, and their tools.

Names are ``Ip.FragFails``, whoever prints them: ``/proc`` in pairs of lines, ``nstat -az`` as
``IpFragFails 0 0.0``, ``netstat -s`` as ``0 fragments failed`` below ``Ip:``.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Final

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines

_GROUPS: Final = (
    "IcmpMsg", "Icmp6", "Icmp", "IpExt", "Ip6", "Ip", "TcpExt", "Tcp", "UdpLite6", "UdpLite",
    "Udp6", "Udp", "MPTcpExt",
)  # fmt: skip
_VALUE: Final = re.compile(r"-?\d{1,20}", re.ASCII)
_SECTION: Final = re.compile(r"([A-Z]\w{1,15}):")
_NAMED: Final = re.compile(r"\s+(\w+): (-?\d{1,20})", re.ASCII)
_SENTENCE: Final = re.compile(r"\s+(\d{1,20}) (.+)", re.ASCII)
_SENTENCES: Final = {
    "total packets received": "InReceives", "with invalid headers": "InHdrErrors",
    "with invalid addresses": "InAddrErrors", "forwarded": "ForwDatagrams",
    "incoming packets discarded": "InDiscards", "incoming packets delivered": "InDelivers",
    "requests sent out": "OutRequests", "outgoing packets dropped": "OutDiscards",
    "dropped because of missing route": "OutNoRoutes",
    "reassemblies required": "ReasmReqds", "packets reassembled ok": "ReasmOKs",
    "packet reassembles failed": "ReasmFails", "packet reassemblies failed": "ReasmFails",
    "fragments received ok": "FragOKs", "fragments failed": "FragFails",
    "fragments created": "FragCreates",
}  # fmt: skip
"""What ``netstat -s`` says of IP (net-tools ``statistics.c``)."""


def parse_snmp(text: str, document: str, first_line: int = 1) -> Parsed[tuple[str, int]]:
    """Return all counters by name."""
    reader = _Reader()
    for number, line in numbered_lines(text, first_line):
        if not reader.read(line, number):
            reader.bad.append(number)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.bad: list[int] = []
        self._found: list[tuple[str, int]] = []
        self._names: list[str] = []
        self._names_line = 0
        self._section = ""

    def finish(self) -> Parsed[tuple[str, int]]:
        if self._names:
            self.bad.append(self._names_line)
        return Parsed(tuple(self._found), not_understood(sorted(self.bad)))

    def read(self, line: str, number: int) -> bool:
        """Read a line; False = it is not understood."""
        if line[0] == "#":
            return True
        if line[0].isspace():
            return bool(self._section) and self._read_sentence(line)
        words = line.split()
        if words[0][-1] == ":" and len(words) > 1:
            return self._read_half(words, number)
        section = _SECTION.fullmatch(line)
        if section is not None:
            self._section = section[1]
            return True
        return self._read_nstat(words)

    def _read_half(self, words: list[str], number: int) -> bool:
        """Read the names of a group, or the values that follow them."""
        names, self._names = self._names, []
        if not names or names[0] != words[0]:
            if _VALUE.fullmatch(words[1]):
                return False
            if names:
                self.bad.append(self._names_line)
            self._names, self._names_line = words, number
            return True
        values = [_VALUE.fullmatch(word) for word in words[1:]]
        if len(values) != len(names) - 1 or None in values:
            return False
        group = words[0][:-1]
        for name, value in zip(names[1:], words[1:], strict=True):
            self._found.append((intern(f"{group}.{name}"), int(value)))
        return True

    def _read_nstat(self, words: list[str]) -> bool:
        if len(words) not in (2, 3) or _VALUE.fullmatch(words[1]) is None:
            return False
        for group in _GROUPS:
            if words[0].startswith(group) and len(words[0]) > len(group):
                name = f"{group}.{words[0][len(group) :]}"
                self._found.append((intern(name), int(words[1])))
                return True
        return False

    def _read_sentence(self, line: str) -> bool:
        """Read what ``netstat -s`` prints; sentences that have no name here are passed over."""
        named = _NAMED.fullmatch(line)
        if named is not None:
            self._found.append((intern(f"{self._section}.{named[1]}"), int(named[2])))
            return True
        sentence = _SENTENCE.fullmatch(line)
        name = _SENTENCES.get(sentence[2]) if sentence and self._section in ("Ip", "Ip6") else None
        if sentence is not None and name is not None:
            self._found.append((f"{self._section}.{name}", int(sentence[1])))
        return True
