"""An inventory as a file: nodes by command prefix, pods by namespace.

[nodes.node-1]
run = ["nsenter", "--net=/run/netns/node-1"]     # a prefix; absent = this machine
addresses = ["10.1.10.9"]
[nodes.node-2]
ssh = "user@host"                                 # what the system's ssh is told
sudo = true                                       # absent = where the user is not root
[pods."default/web"]
node = "node-1"
addresses = ["10.244.1.2"]
netns = "/run/netns/web"                          # a path, or a process id
"""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final

from netdiag.sources.inventory.places import (
    Address,
    Inventory,
    InventoryError,
    Login,
    PlacedNode,
    PlacedPod,
)

MAX_BYTES: Final = 4 << 20
_NODE_KEYS: Final = frozenset(("run", "ssh", "sudo", "addresses", "python", "between"))
_POD_KEYS: Final = frozenset(("node", "addresses", "netns"))


def file_inventory(path: str) -> Inventory:
    """Return the nodes and pods that a file lists. Raises InventoryError: where it is wrong."""
    try:
        with open(path, "rb") as file:
            text = file.read(MAX_BYTES + 1)
        if len(text) > MAX_BYTES:
            raise InventoryError(f"{path}: it is larger than {MAX_BYTES >> 20} MiB")
        content = tomllib.loads(text.decode())
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from None
    except RecursionError:
        raise InventoryError(f"{path}: it is nested too deep") from None
    except ValueError as error:  # no TOML, no UTF-8, no path
        raise InventoryError(f"{path}: {error}") from None
    try:
        return _read(content, path)
    except _WrongError as error:
        raise InventoryError(f"{path}: {error}") from None


class _WrongError(Exception):
    """What is wrong with an entry."""


def _read(content: Mapping[str, Any], path: str) -> Inventory:
    for key in content:
        if key not in ("nodes", "pods"):
            raise _WrongError(f"{key!r} is neither nodes nor pods")
    nodes = tuple(_node(name, told) for name, told in _table(content, "nodes").items())
    if not nodes:
        raise _WrongError("it names no nodes: [nodes.NAME] is missing")
    names = {node.name for node in nodes}
    pods = tuple(_pod(name, told, names) for name, told in _table(content, "pods").items())
    _check_folders(pods)
    return Inventory(path, nodes, pods)


def _table(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise _WrongError(f"{key} is no table")
    return table


def _check_folders(pods: tuple[PlacedPod, ...]) -> None:
    """Refuse two pods of a node that would share a folder of a bundle: ``a/b`` and ``a_b``."""
    folders: dict[tuple[str, str], PlacedPod] = {}
    for pod in pods:
        other = folders.setdefault((pod.node, pod.folder), pod)
        if other is not pod:
            raise _WrongError(f"pods {other.name!r} and {pod.name!r} are called too much alike")


def _node(name: str, told: Any) -> PlacedNode:
    where = f"nodes.{name}"
    _check(told, where, _NODE_KEYS)
    run = told.get("run", [])
    if isinstance(run, str):
        try:
            run = shlex.split(run)
        except ValueError as error:
            raise _WrongError(f"{where}: run: {error}") from None
    if not isinstance(run, list) or not all(map(_is_word, run)):
        raise _WrongError(f"{where}: run is no list of words")
    python = told.get("python", "python3")
    if not _is_word(python):
        raise _WrongError(f"{where}: python is no path")
    between = told.get("between", False)
    if not isinstance(between, bool):
        raise _WrongError(f"{where}: between is neither true nor false")
    if "/" in name:
        raise _WrongError(f"{where}: the name of a node has no /")
    return PlacedNode(
        _name(name, where), tuple(run), _addresses(told, where), python, is_between=between,
        login=_login(told, where),
    )  # fmt: skip


def _login(told: Mapping[str, Any], where: str) -> Login | None:
    target, sudo = told.get("ssh"), told.get("sudo")
    if target is None:
        if sudo is not None:
            raise _WrongError(f"{where}: sudo is of ssh, and there is none")
        return None
    if not _is_word(target) or target.startswith("-") or not target.isprintable():
        raise _WrongError(f"{where}: ssh is no user@host")
    if any(map(str.isspace, target)):
        raise _WrongError(f"{where}: ssh is no user@host; options belong into ~/.ssh/config")
    if "run" in told:
        raise _WrongError(f"{where}: run and ssh exclude each other")
    if not isinstance(sudo, bool | None):
        raise _WrongError(f"{where}: sudo is neither true nor false")
    return Login(target, sudo)


def _pod(name: str, told: Any, nodes: set[str]) -> PlacedPod:
    where = f'pods."{name}"'
    _check(told, where, _POD_KEYS)
    node = told.get("node")
    if not isinstance(node, str) or node not in nodes:
        raise _WrongError(f"{where}: node {node!r} is not among the nodes")
    netns = told.get("netns")
    if isinstance(netns, bool) or not isinstance(netns, str | int) or not _is_word(str(netns)):
        raise _WrongError(f"{where}: netns is neither a path nor a process id")
    return PlacedPod(_name(name, where), node, _addresses(told, where), str(netns))


def _is_word(word: Any) -> bool:
    """Tell whether it may be a word of a command line."""
    return isinstance(word, str) and bool(word) and "\0" not in word


def _check(told: Any, where: str, known: frozenset[str]) -> None:
    if not isinstance(told, dict):
        raise _WrongError(f"{where} is no table")
    for key in told:
        if key not in known:
            raise _WrongError(f"{where}: {key!r} is none of {', '.join(sorted(known))}")


def _name(name: str, where: str) -> str:
    if not name or len(name) > 253 or any(part in ("", ".", "..") for part in name.split("/")):
        raise _WrongError(f"{where}: that is no name")
    if not name.isprintable() or name.count("/") > 1 or "=" in name or name == "trace.json":
        raise _WrongError(f"{where}: that is no name")
    return name


def _addresses(told: Mapping[str, Any], where: str) -> tuple[Address, ...]:
    listed = told.get("addresses", [])
    listed = [listed] if isinstance(listed, str) else listed
    try:
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise _WrongError(f"{where}: addresses is no list of addresses")
        return tuple(ip_address(each.partition("/")[0]) for each in listed)
    except ValueError as error:
        raise _WrongError(f"{where}: {error}") from None
