"""This machine as an inventory: its pods are found through the processes in their namespaces."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from netdiag.sources.inventory.places import (
    Address,
    Inventory,
    LackingError,
    PlacedNode,
    PlacedPod,
)
from netdiag.sources.live.documents import Question


def local_inventory() -> Inventory:
    """Return this machine with the pods that run on it.

    Raises LackingError if it cannot be looked at.
    """
    from netdiag.sources.zipapp import probe_archive

    here = PlacedNode(socket.gethostname().partition(".")[0] or "here", (), (), sys.executable)
    told, why = Question(here, ["--pods"], probe_archive()).answer()
    if told is None:
        raise LackingError(f"this machine cannot be looked at: {why}")
    addresses = tuple(_addresses_of(told.get("documents", {}).get("ip_addr.json")))
    node = PlacedNode(here.name, (), addresses, sys.executable)
    pods = [_pod(each, node.name) for each in told.get("pods") or () if isinstance(each, dict)]
    problems = tuple(str(each) for each in told.get("problems") or ())
    named = {pod.name: pod for pod in pods if pod is not None}
    return Inventory("this machine", (node,), tuple(named.values()), problems)


def _pod(told: Mapping[str, Any], node: str) -> PlacedPod | None:
    """Return a pod by its host name, which is the pod's name; else by its container's id."""
    name = told.get("hostname") or str(told.get("container") or told.get("pid"))[:12]
    found = [_address(each) for each in told.get("addresses") or ()]
    addresses = tuple(each for each in found if each is not None and not each.is_loopback)
    if not addresses or not isinstance(told.get("pid"), int):
        return None
    return PlacedPod(str(name).replace("/", "_"), node, addresses, str(told["pid"]))


def _addresses_of(document: Any) -> list[Address]:
    try:
        links = json.loads(document)
        told = [each["local"] for link in links for each in link["addr_info"]]
    except (TypeError, ValueError, KeyError):
        return []
    return [each for each in map(_address, told) if each is not None and not each.is_loopback]


def _address(text: Any) -> Address | None:
    try:
        return ip_address(str(text).partition("/")[0])
    except ValueError:
        return None
