"""Pasted terminal sessions: what belongs to which command."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_SECTIONS = 1000
MAX_PROMPT = 300

_PROMPT = re.compile(r"^(?:\[[^\]]{1,100}\]|[\w.@:~/+-]{0,100})[ ]?[#$>%][ ]+(?P<command>\S.*)$")
_BRACKETS = re.compile(r"\s*\[[^\]\n]{1,100}\] ?[#$>%]")
_TOOLS = frozenset(
    [
        "ip",
        "bridge",
        "brctl",
        "ifconfig",
        "route",
        "netstat",
        "arp",
        "iptables",
        "iptables-save",
        "ip6tables",
        "ip6tables-save",
        "nft",
        "ipset",
        "ipvsadm",
        "conntrack",
        "ss",
        "tc",
        "sysctl",
        "wg",
        "ethtool",
        "calicoctl",
        "etcdctl",
        "kubectl",
        "cat",
        "hostname",
        "ps",
        "pgrep",
        "nstat",
        "iptables-legacy",
        "iptables-nft",
        "iptables-legacy-save",
        "iptables-nft-save",
    ]
)
_WRAPPERS = frozenset(("sudo", "-n", "nsenter"))
_ASSIGNMENT = re.compile(r"^\w+=\S*$")


class Section(NamedTuple):
    """Some lines of a text, and the command that printed them."""

    command: tuple[str, ...]
    """Its words, from the tool's name on; empty = not told."""
    text: str
    first_line: int
    """Number of the first line, from 1."""


def looks_like_json(text: str) -> bool:
    """Return True if a text begins as JSON does, and not with a prompt in brackets."""
    return text.lstrip()[:1] in ("[", "{") and not _BRACKETS.match(text)


def split_sections(text: str) -> list[Section]:
    """Return the parts of a text between lines that are a prompt and a known command."""
    sections: list[Section] = []
    command: tuple[str, ...] = ()
    first, lines = 1, text.splitlines()
    start = 0
    for number, line in enumerate(lines):
        found = _command(line)
        if not found or len(sections) >= MAX_SECTIONS:
            continue
        if number > start or command:
            sections.append(Section(command, "\n".join(lines[start:number]), first))
        command, start, first = found, number + 1, number + 2
    sections.append(Section(command, "\n".join(lines[start:]), first))
    return [section for section in sections if section.text.strip()]


def _command(line: str) -> tuple[str, ...]:
    """Return the words of a command after a prompt, the tool first; empty if it is no such line."""
    if len(line) > MAX_PROMPT:
        return ()
    found = _PROMPT.match(line)
    if found is None:
        return ()
    words = found["command"].split()
    while words and (words[0] in _WRAPPERS or _ASSIGNMENT.match(words[0])):
        words.pop(0)
    if not words:
        return ()
    tool = words[0].rpartition("/")[2]
    return (tool, *words[1:]) if tool in _TOOLS else ()
