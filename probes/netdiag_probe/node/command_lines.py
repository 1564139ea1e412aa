"""Command lines of the processes that make a pod network, without secrets.

They are in the node's own network namespace: one in another is that of another node on this
machine, as nodes in containers are.
"""

from __future__ import annotations

import os

from netdiag_probe.netns import OWN, Namespace, identify
from netdiag_probe.node.secrets import hide_in_words

PROGRAMS = frozenset((
    "kubelet", "flanneld", "kube-proxy", "dockerd", "dockerd-current", "kube-router",
    "calico-node", "calico-felix", "felix", "bird", "bird6",
))  # fmt: skip
"""No other process is told of."""

_WRAPPERS = frozenset(("hyperkube",))
"""Programs whose first argument is the program that counts."""

_MOST_BYTES = 64 * 1024


def read_command_lines(proc: str = "/proc") -> str:
    """Return one process a line, in the order of their ids."""
    own = identify(OWN)
    here = [each for each in processes(proc) if _namespace_of(f"{proc}/{each}") in (own, None)]
    found = (_read_words(f"{proc}/{process}/cmdline") for process in here)
    return "".join(f"{' '.join(hide_in_words(words))}\n" for words in found if _counts(words))


def processes(proc: str = "/proc") -> list[int]:
    """Return the ids of all processes that there are."""
    return sorted(int(name) for name in os.listdir(proc) if name.isdecimal())


def _namespace_of(folder: str) -> int | None:
    """Return the number of a process's namespace; None = it is not to be known."""
    return identify(Namespace("", f"{folder}/ns/net"))


def _read_words(path: str) -> list[str]:
    try:
        with open(path, "rb") as file:
            words = file.read(_MOST_BYTES).rstrip(b"\0").split(b"\0")
    except OSError:  # it has ended
        return []
    return [" ".join(word.decode("utf-8", "replace").split()) for word in words]


def _counts(words: list[str]) -> bool:
    names = [word.rpartition("/")[2] for word in words[:2]]
    if names and names[0] in _WRAPPERS:
        names = names[1:]
    return bool(names) and names[0] in PROGRAMS
