"""What a user typed as SRC or DST -> a pod, a node, or an address."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Literal

from netdiag.sources.inventory.places import (
    Address,
    Inventory,
    InventoryError,
    PlacedNode,
    PlacedPod,
)

PREFIXES: Final = ("pod/", "node/", "ip/")
MAX_LISTED: Final = 10
Version = Literal[4, 6]


@dataclass(frozen=True)
class End:
    """One end of a ping."""

    name: str
    """As messages call it."""
    address: Address
    pod: PlacedPod | None = None
    node: PlacedNode | None = None
    """The pod's, or the node itself; None = an address that is neither."""


def find_end(inventory: Inventory, typed: str, version: Version | None = None) -> End:
    """Return what was typed: ``pod-a``, ``default/web``, an address, or with a prefix.

    ``version``: of the address that is wanted where there are two. Raises InventoryError: unknown,
    with names that are like it; ambiguous, with those it may be; no address of this version.
    """
    prefix, name = next(
        ((each, typed[len(each) :]) for each in PREFIXES if typed.startswith(each)), ("", typed)
    )
    found = list(_matching(inventory, prefix, name, version))
    if not found and prefix == "pod/":  # a namespace may be called pod
        found = list(_matching(inventory, "", typed, version))
    distinct = {(end.name, end.address): end for end in found}
    if len(distinct) == 1:
        return found[0]
    if distinct:
        listed = ", ".join(sorted(_typed_as(end) for end in distinct.values())[:MAX_LISTED])
        raise InventoryError(f"{typed!r} may be {listed}: say which")
    raise InventoryError(unknown(inventory, typed, name))


def find_ends(
    inventory: Inventory, source: str, destination: str, version: Version | None = None
) -> tuple[End, End]:
    """Return both ends of a ping, of one IP version: that of an address that was typed, if any.

    Raises InventoryError, as above, and if the source is no place that can be pinged from.
    """
    version = version or version_typed(destination) or version_typed(source)
    to = find_end(inventory, destination, version)
    begin = find_end(inventory, source, version or to.address.version)
    if begin.node is None:
        raise InventoryError(f"{source!r} is no pod or node of {inventory.source}")
    own = begin.pod.addresses if begin.pod is not None else ()
    if to.pod not in (None, begin.pod) and to.address in own:
        raise InventoryError(
            f"{to.name} and {begin.name} have one address, {to.address}: packets to it do not "
            f"leave {begin.name}"
        )
    return begin, to


def version_typed(end: str) -> Version | None:
    """Return the IP version of an end that was typed as an address."""
    address = address_typed(end)
    return None if address is None else address.version


def address_typed(typed: str) -> Address | None:
    """Return the address that was typed, with a prefix or without; None if it is a name."""
    return _address(
        next((typed[len(each) :] for each in PREFIXES if typed.startswith(each)), typed)
    )


def _matching(
    inventory: Inventory, prefix: str, name: str, version: Version | None
) -> Iterator[End]:
    address = _address(name)
    if address is not None and version not in (None, address.version):
        raise InventoryError(f"{name} is no IPv{version} address")
    if address is not None and prefix != "node/":
        yield _at(inventory, address)
        return
    if prefix in ("", "pod/"):
        for pod in inventory.pods:
            if name in pod.names:
                node = inventory.node(pod.node)
                yield End(pod.name, _one(pod.addresses, version, pod.name, inventory), pod, node)
    if prefix in ("", "node/"):
        for node in inventory.nodes:
            if address is not None and address in node.addresses:
                yield End(node.name, address, None, node)
            elif name == node.name:
                yield End(
                    node.name, _one(node.addresses, version, node.name, inventory), None, node
                )


def _at(inventory: Inventory, address: Address) -> End:
    """Return whose address it is: a pod's, a node's, or nobody's."""
    for pod in inventory.pods:
        if address in pod.addresses:
            return End(pod.name, address, pod, inventory.node(pod.node))
    for node in inventory.nodes:
        if address in node.addresses:
            return End(node.name, address, None, node)
    return End(str(address), address)


def _one(
    addresses: tuple[Address, ...], version: Version | None, name: str, inventory: Inventory
) -> Address:
    wanted = [each for each in addresses if version in (None, each.version)]
    if not wanted:
        kind = f"IPv{version} address" if version else "address"
        raise InventoryError(f"no {kind} of {name} is known in {inventory.source}")
    return min(wanted, key=lambda each: each.version)


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _typed_as(end: End) -> str:
    return f"pod/{end.name}" if end.pod else f"node/{end.name}"


def unknown(inventory: Inventory, typed: str, name: str) -> str:
    """Return a sentence on a word that names nothing, with names that are like it."""
    sentence = _unknown(inventory, typed, name)
    return "; ".join((sentence, *inventory.notes))


def _unknown(inventory: Inventory, typed: str, name: str) -> str:
    names = [pod.name for pod in inventory.pods] + [node.name for node in inventory.nodes]
    short = {each.rpartition("/")[2]: each for each in names}
    near = difflib.get_close_matches(name, [*names, *short], n=3)
    like = ", ".join(dict.fromkeys(short.get(each, each) for each in near))
    if like:
        return f"{typed!r} is no pod, node or address of {inventory.source}; there is {like}"
    listed = ", ".join(names[:MAX_LISTED]) + (", …" if len(names) > MAX_LISTED else "")
    there = f"there is {listed}" if names else "it is empty"
    return f"{typed!r} is no pod, node or address of {inventory.source}; {there}"
