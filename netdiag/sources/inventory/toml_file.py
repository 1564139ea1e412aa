"""An inventory as a file: nodes by command prefix, pods by namespace.

[nodes.node-1]
run = ["nsenter", "--net=/run/netns/node-1"]     # a prefix; absent = this machine
addresses = ["10.1.10.9"]
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
    PlacedNode,
    PlacedPod,
)

MAX_BYTES: Final = 4 << 20
_NODE_KEYS: Final = frozenset(("run", "addresses", "python", "between"))
_POD_KEYS: Final = frozenset(("node", "addresses", "netns"))


def file_inventory(path: str) -> Inventory:
    """Return the nodes and pods that a file lists. Raises InventoryError: where it is wrong."""
    try:
        with open(path, "rb") as file:
            content = tomllib.loads(file.read(MAX_BYTES).decode())
    except OSError as error:
        raise InventoryError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
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
    return Inventory(path, nodes, pods)


def _table(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise _WrongError(f"{key} is no table")
    return table


def _node(name: str, told: Any) -> PlacedNode:
    where = f"nodes.{name}"
    _check(told, where, _NODE_KEYS)
    run = told.get("run", [])
    if isinstance(run, str):
        run = shlex.split(run)
    if not isinstance(run, list) or not all(isinstance(word, str) for word in run):
        raise _WrongError(f"{where}: run is no list of words")
    python = told.get("python", "python3")
    if not isinstance(python, str):
        raise _WrongError(f"{where}: python is no path")
    return PlacedNode(
        _name(name, where), tuple(run), _addresses(told, where), python,
        is_between=told.get("between") is True,
    )  # fmt: skip


def _pod(name: str, told: Any, nodes: set[str]) -> PlacedPod:
    where = f'pods."{name}"'
    _check(told, where, _POD_KEYS)
    node = told.get("node")
    if node not in nodes:
        raise _WrongError(f"{where}: node {node!r} is not among the nodes")
    netns = told.get("netns")
    if isinstance(netns, bool) or not isinstance(netns, str | int) or not str(netns):
        raise _WrongError(f"{where}: netns is neither a path nor a process id")
    return PlacedPod(_name(name, where), node, _addresses(told, where), str(netns))


def _check(told: Any, where: str, known: frozenset[str]) -> None:
    if not isinstance(told, dict):
        raise _WrongError(f"{where} is no table")
    for key in told:
        if key not in known:
            raise _WrongError(f"{where}: {key!r} is none of {', '.join(sorted(known))}")


def _name(name: str, where: str) -> str:
    if not name or len(name) > 253 or any(part in ("", ".", "..") for part in name.split("/")):
        raise _WrongError(f"{where}: that is no name")
    if not name.isprintable() or name.count("/") > 1:
        raise _WrongError(f"{where}: that is no name")
    return name


def _addresses(told: Mapping[str, Any], where: str) -> tuple[Address, ...]:
    listed = told.get("addresses", [])
    listed = [listed] if isinstance(listed, str) else listed
    try:
        return tuple(ip_address(str(each).partition("/")[0]) for each in listed)
    except (ValueError, TypeError) as error:
        raise _WrongError(f"{where}: {error}") from None
