"""Commands as people type them: the tool behind ``sudo`` and its like, and where it runs."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

TOOLS: Final = frozenset((
    "ip", "bridge", "brctl", "ifconfig", "route", "netstat", "arp", "iptables", "iptables-save",
    "ip6tables", "ip6tables-save", "nft", "ipset", "ipvsadm", "conntrack", "ss", "tc", "sysctl",
    "wg", "ethtool", "calicoctl", "etcdctl", "kubectl", "cat", "hostname", "ps", "pgrep", "nstat",
    "iptables-legacy", "iptables-nft", "iptables-legacy-save", "iptables-nft-save",
))  # fmt: skip
"""Programs whose output is read."""

SHELLS: Final = frozenset(("sh", "bash", "ash", "zsh", "dash", "fish"))
MAX_TYPED: Final = 100
"""Characters of a command that are told again."""

_OF_ANY_NAMESPACE: Final = frozenset(("cat", "etcdctl", "calicoctl", "kubectl", "ps", "pgrep"))
"""What they print is not that of a network namespace."""

_WRAPPERS: Final = {
    "sudo": frozenset(("-u", "-g", "-C", "-h", "-p", "-r", "-t", "-D", "-R", "-T")),
    "doas": frozenset(("-u", "-C")),
    "env": frozenset(("-u", "-C")),
    "time": frozenset(("-f", "-o")),
    "command": frozenset[str](),
    "exec": frozenset(("-a",)),
    "timeout": frozenset(("-s", "-k")),
    "chroot": frozenset[str](),
    "nsenter": frozenset(("-t", "--target", "-S", "--setuid", "-G", "--setgid", "-N")),
}
"""What stands before a tool, and those of its options that a value follows."""

_WITH_ARGUMENT: Final = frozenset(("timeout", "chroot"))
"""Wrappers that take one word of their own: a time, a folder."""

_CONTAINERS: Final = frozenset((
    "docker", "podman", "nerdctl", "crictl", "kubectl", "oc", "k3s", "microk8s", "minikube", "lxc",
))  # fmt: skip
_EXEC_VALUES: Final = frozenset((
    "-c", "--container", "-n", "--namespace", "-u", "--user", "-w", "--workdir", "-e", "--env",
    "--context", "--kubeconfig",
))  # fmt: skip
_IN_NAMESPACE: Final = frozenset(("-n", "-netns", "--netns", "-net"))
_NSENTER: Final = re.compile(
    r"(?:-t|--target=?)(?P<target>\d*)|(?:--net|--all)(?:=(?P<file>.+))?"
    r"|-[a-zA-Z]*[na][a-zA-Z]*(?P<path>/.+)?"
)
_HOST: Final = ("1", "/proc/1/ns/net", "/host/proc/1/ns/net")
"""Processes and files whose namespace is that of the host."""


class Elsewhere(NamedTuple):
    """Where a command runs that is not for the namespace of the prompt."""

    target: str
    """Name of the namespace, process, container or pod; empty = not told."""
    typed: str = ""
    """The command that leads there."""
    opens_shell: bool = False
    """What follows is there too, until ``exit``."""


class Command(NamedTuple):
    """The words of a command."""

    words: tuple[str, ...]
    """From the tool's name on; empty = none."""
    elsewhere: Elsewhere | None = None

    @property
    def is_known(self) -> bool:
        """Return True if what it prints can be read."""
        return bool(self.words) and self.words[0] in TOOLS


def read_command(text: str) -> Command:
    """Return the command of a line, without what it is wrapped in."""
    words = text.split()
    elsewhere: Elsewhere | None = None
    while words:
        before = len(words)
        words[0] = words[0].rpartition("/")[2] or words[0]
        found = _unwrap(words)
        elsewhere = found or elsewhere
        if len(words) == before:
            break
    if elsewhere is not None:
        opens_shell = not words or (words[0] in SHELLS and not {"-c", "-lc"} & set(words))
        elsewhere = Elsewhere(elsewhere.target, text[:MAX_TYPED], opens_shell)
        if words and words[0] in _OF_ANY_NAMESPACE:
            elsewhere = None
    return Command(tuple(words), elsewhere)


def _unwrap(words: list[str]) -> Elsewhere | None:
    """Take one wrapper away, if there is one; return where it leads."""
    first = words[0]
    name, equals, _ = first.partition("=")
    if equals and name.isidentifier():
        words.pop(0)
        return None
    if first in ("k3s", "microk8s", "minikube") and words[1:2] == ["kubectl"]:
        words.pop(0)
        return None
    if first in _WRAPPERS:
        return _unwrap_tool(words)
    if first in ("ip", "bridge", "tc"):
        return _unwrap_namespace(words)
    if first in _CONTAINERS and "exec" in words[1:8]:
        return _unwrap_container(words)
    if first in ("kubectl", "oc") and "debug" in words[1:3] and "--" in words:
        del words[: words.index("--") + 1]  # with ``node/NAME`` it is in the host's namespace
    return None


def _unwrap_tool(words: list[str]) -> Elsewhere | None:
    tool = words.pop(0)
    options = _take_options(words, _WRAPPERS[tool])
    if tool in _WITH_ARGUMENT and words:
        words.pop(0)
    return _entered(options) if tool == "nsenter" else None


def _take_options(words: list[str], with_value: frozenset[str]) -> list[str]:
    """Remove and return the options that stand first, with their values."""
    taken: list[str] = []
    while words and words[0].startswith("-") and words[0] != "--":
        taken.append(words.pop(0))
        if taken[-1] in with_value and words:
            taken.append(words.pop(0))
    if words and words[0] == "--":
        words.pop(0)
    return taken


def _entered(options: list[str]) -> Elsewhere | None:
    """Return whose network namespace ``nsenter`` enters; None = none, or that of the host."""
    target, enters = "", False
    for option, following in pairwise([*options, ""]):
        found = _NSENTER.fullmatch(option)
        if found is None:
            continue
        if found["target"] is not None:
            target = found["target"] or following
        else:
            enters = True
            target = found["file"] or found["path"] or target
    return Elsewhere(target) if enters and target not in _HOST else None


def _unwrap_namespace(words: list[str]) -> Elsewhere | None:
    """Take away ``ip netns exec NS`` and ``ip vrf exec VRF`` whole, and ``-n NS`` of a tool."""
    options = 1
    while options < len(words) and words[options].startswith("-"):
        if words[options] in _IN_NAMESPACE and options + 1 < len(words):
            target = words[options + 1]
            del words[options : options + 2]
            return Elsewhere(target)
        options += 1
    kind = words[options : options + 2]
    if words[0] != "ip" or kind[1:] not in (["exec"], ["ex"]):
        return None
    if "netns".startswith(kind[0]) and len(kind[0]) > 3:
        return _leave(words, options + 2, "all" if any("-a" in w for w in words[1:options]) else "")
    if kind[0] == "vrf":
        del words[: options + 3]
    return None


def _leave(words: list[str], position: int, target: str) -> Elsewhere:
    """Remove all words up to the target, which is told unless ``target`` is."""
    if not target and position < len(words):
        target = words[position]
        position += 1
    del words[:position]
    return Elsewhere(target)


def _unwrap_container(words: list[str]) -> Elsewhere:
    """Take away ``docker exec -it NAME`` and ``kubectl -n NS exec POD -c NAME --``."""
    del words[: words.index("exec") + 1]
    _take_options(words, _EXEC_VALUES)
    target = words.pop(0) if words else ""
    _take_options(words, _EXEC_VALUES)
    return Elsewhere(target)
