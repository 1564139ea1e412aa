"""This machine as an inventory: its pods are found through the processes in their namespaces."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, Final

from netdiag.sources.capabilities import has_capability
from netdiag.sources.inventory.places import (
    Address,
    Inventory,
    LackingError,
    PlacedNode,
    PlacedPod,
)
from netdiag.sources.live.documents import Question

SHORT_ID: Final = 12
"""Characters of a container's id that its tools show."""

MOST_NAME: Final = 253
MOST_NAMED: Final = 5
OF_PODS: Final = "pods: "
"""How the probe's problems begin that hide pods which nobody may have asked for."""
_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")


def local_inventory() -> Inventory:
    """Return this machine with the pods that run on it.

    Raises LackingError if it cannot be looked at.
    """
    from netdiag.sources.zipapp import probe_archive

    if not has_capability("CAP_NET_RAW"):
        raise LackingError("capturing on this machine needs CAP_NET_RAW")
    here = this_machine()
    told, why = Question(here, ["--places"], probe_archive()).answer()
    if told is None:
        raise LackingError(f"this machine cannot be looked at: {why}")
    documents = _table(told.get("documents"))
    node = replace(here, addresses=tuple(_addresses_of(documents.get("ip_addr.json"))))
    labs = _namespaces_of_labs()
    listed = [_table(each) for each in _list(told.get("pods"))]
    own = [each for each in listed if each.get("netns") not in labs]
    pods = tuple(_apart([pod for each in own for pod in _pods(each, here.name)]))
    problems = [each for each in _list(told.get("problems")) if isinstance(each, str)]
    hidden = [each for each in problems if each.startswith(OF_PODS)]
    left_out = {labs[each["netns"]] for each in listed if each.get("netns") in labs}
    notes = (*hidden, *([f"--lab NAME looks in {_labs(left_out)}"] if left_out else []))
    shown = tuple(each for each in problems if each not in hidden)
    return Inventory("this machine", (node,), pods, shown, notes=notes)


def _namespaces_of_labs() -> dict[Any, str]:
    """Return the network namespaces of labs that are up, as ``ls -i`` shows them: whose they are.

    They are no pods of this machine.
    """
    from netdiag.lab.state import read_labs

    found: dict[Any, str] = {}
    for lab in read_labs():
        for process in lab.places.values() if lab.is_alive else ():
            with contextlib.suppress(OSError):
                found[os.stat(f"/proc/{process}/ns/net").st_ino] = lab.name
    return found


def _labs(names: Collection[str]) -> str:
    first, more = sorted(names)[:MOST_NAMED], len(names) - MOST_NAMED
    known = ", ".join(first) + (f" and {more} more" if more > 0 else "")
    return f"the lab {known}" if len(names) == 1 else f"the labs {known}"


def this_machine() -> PlacedNode:
    """Return this machine as a node, without looking at it."""
    return PlacedNode(socket.gethostname().partition(".")[0] or "here", python=sys.executable)


@dataclass(frozen=True)
class _Pod:
    """A pod, and what tells it from another of the same name."""

    placed: PlacedPod
    marks: tuple[str, ...]
    """The best first."""


def _pods(told: Mapping[str, Any], node: str) -> Iterator[_Pod]:
    """Yield a pod, if it has an address and a process.

    Its name is what kubelet calls it; else its host name, which is the pod's name unless somebody
    has changed that; else the id of a container.
    """
    process = told.get("pid")
    listed = [_address(each) for each in _list(told.get("addresses"))]
    addresses = tuple(each for each in listed if each is not None and not each.is_loopback)
    if not addresses or not isinstance(process, int):
        return
    uid, hostname = _text(told.get("uid")), _text(told.get("hostname"))
    containers = [each for each in _list(told.get("containers")) if isinstance(each, str)]
    short = [each[:SHORT_ID] for each in containers]
    name = hostname.replace("/", "_") or "".join(short[:1]) or f"process-{process}"
    also = tuple(each for each in (hostname, uid, *containers, *short) if each)
    placed = PlacedPod(
        _fit(_text(told.get("name")) or name),
        node,
        addresses,
        str(process),
        tuple(dict.fromkeys(also)),
        told.get("nested") is True,
    )
    yield _Pod(placed, (*(each for each in (uid[:8], *short[:1]) if each), str(process)))


def _apart(pods: list[_Pod]) -> Iterator[PlacedPod]:
    """Yield pods, those of one name told apart by UID, container or process: ``web~0b6e6f0c``."""
    folders = Counter(pod.placed.folder for pod in pods)
    for pod in pods:
        alike = [other for other in pods if other.placed.folder == pod.placed.folder]
        if folders[pod.placed.folder] == 1:
            yield pod.placed
            continue
        marks = Counter(mark for other in alike for mark in other.marks)
        mark = next(mark for mark in pod.marks if marks[mark] == 1 or mark == pod.marks[-1])
        also = (pod.placed.name, *pod.placed.also)
        yield replace(pod.placed, name=f"{pod.placed.name}~{mark}", also=also)


def _fit(name: str) -> str:
    """Return a name that can be typed, and be a folder's: a pod may call itself anything."""
    parts = [_UNFIT.sub("_", part).lstrip(".-") for part in name[:MOST_NAME].split("/", 1)]
    return "/".join(part or "_" for part in parts)


def _table(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def _addresses_of(document: Any) -> Iterator[Address]:
    """Yield the addresses of a node that others may send to."""
    try:
        links = json.loads(document)
    except (TypeError, ValueError, RecursionError):
        return
    for link in _list(links):
        for told in _list(_table(link).get("addr_info")):
            address = _address(_table(told).get("local"))
            if address is not None and not address.is_loopback and not address.is_link_local:
                yield address


def _address(text: Any) -> Address | None:
    try:
        return ip_address(str(text).partition("/")[0])
    except ValueError:
        return None
