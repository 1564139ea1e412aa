"""Arguments of the processes that make up a node's network.

One process a line, as ``ps -ef``, ``ps aux``, ``ps axww`` and ``pgrep -a`` print it, as a file
``/proc/PID/cmdline`` holds it (words end in NUL), or plainly. Secrets are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from sys import intern
from typing import Final

from netdiag.facts.complaints import is_complaint
from netdiag.facts.configuration.options import read_options
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.activity import CommandLine

PROGRAMS: Final = frozenset(
    {"kubelet", "flanneld", "kube-proxy", "dockerd", "dockerd-current", "containerd", "crio"}
    | {"kube-router", "calico-node", "felix", "calico-felix", "bird", "bird6", "confd"}
    | {"cilium-agent", "canal", "kube-controller-manager", "kube-apiserver", "k3s", "rke2"}
    | {"antrea-agent", "weaver", "ovnkube"}
)
_WRAPPERS: Final = frozenset({"hyperkube", "docker", "sudo"})
"""Programs whose first argument may be the program that counts."""
_BEFORE_COMMAND: Final = re.compile(
    r"\S+ +\d+ +\d+ +\d+ +\S+ +\S+ +(?:\d+-)?\d+:\d+:\d+ +"  # ps -ef
    r"|\S+ +\d+ +[\d.]+ +[\d.]+ +\d+ +\d+ +\S+ +\S+ +\S+ +\d+:\d+ +"  # ps aux
    r"|\s*\d+ +\S+ +\S+ +\d+:\d+ +"  # ps axww
    r"|\s*\d+ +",  # pgrep -a
    re.ASCII,
)
_SECRET_NAMES: Final = ("token", "password", "passwd", "secret", "key", "psk", "credential")
_SECRET: Final = "…"
_SECRET_PART: Final = re.compile(r"(?i)((?:token|passw(?:or)?d|secret|psk)[\w-]*=)[^\s,;&]+")
_USER_OF_URL: Final = re.compile(r"//[^/@\s]{1,512}@")


def parse_command_lines(text: str, document: str, first_line: int = 1) -> Parsed[CommandLine]:
    """Return the processes that are known here; all others are passed over."""
    found: list[CommandLine] = []
    bad: list[int] = []
    for number, line in numbered_lines(text, first_line):
        if line == "\0" or (is_complaint(line) and "--" not in line):
            bad.append(number)
        else:
            found += _read_processes(line, document, number)
    return Parsed(tuple(found), not_understood(bad))


def _read_processes(line: str, document: str, position: int) -> list[CommandLine]:
    """Return the known process of a line, or all of several that NULs separate."""
    if "\0" in line:
        processes = _split_processes(line.rstrip("\0").split("\0"))
    else:
        before = _BEFORE_COMMAND.match(line)
        processes = [line[before.end() if before else 0 :].split()]
    found = (_read_words(words, document, position) for words in processes)
    return [command for command in found if command is not None]


def _split_processes(words: list[str]) -> list[list[str]]:
    """Split what ``cat /proc/*/cmdline`` gives where a known program begins."""
    processes: list[list[str]] = [[]]
    for word in words:
        if word[:1] == "/" and _name(word) in PROGRAMS:
            processes.append([])
        processes[-1].append(word)
    return processes


def _read_words(words: list[str], document: str, position: int) -> CommandLine | None:
    if len(words) > 1 and _name(words[0]) in _WRAPPERS:
        words = words[1:]
    if not words or _name(words[0]) not in PROGRAMS:
        return None
    options = read_options(_hide_secret_words(words[1:]))
    kept = {intern(name): _without_secrets(name, value) for name, value in options.items()}
    return CommandLine(intern(_name(words[0])), kept, document, position)


def _hide_secret_words(words: list[str]) -> Iterator[str]:
    """Yield words, without the one that follows ``--token``, whatever it looks like."""
    is_secret = False
    for word in words:
        if is_secret and word[:2] != "--":
            is_secret = False
            continue
        yield word
        is_secret = word[:1] == "-" and "=" not in word and _names_secret(word)


def _name(path: str) -> str:
    return path.rpartition("/")[2].rstrip(":")


def _without_secrets(name: str, value: str) -> str:
    if _names_secret(name):
        return _SECRET
    return _USER_OF_URL.sub(f"//{_SECRET}@", _SECRET_PART.sub(rf"\1{_SECRET}", value))


def _names_secret(name: str) -> bool:
    lower = name.lower()
    return any(part in lower for part in _SECRET_NAMES)
