"""Finds the ends of a path by what users call them: an address, a pod, a node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from netdiag.explain.names import ENDED
from netdiag.explain.pod_names import whole_names
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.truths import Truths
from netdiag.facts.kernel.routing import Packet
from netdiag.model.facts.cluster import Pod
from netdiag.model.prefixes import Prefix, parse_address

MOST_NEAR_NAMES = 3


class UnknownEndError(LookupError):
    """Nobody, or more than one, is called so; the text is a sentence for the user."""


class NamedEnd(NamedTuple):
    """Who was meant, and the addresses to choose from."""

    name: str | None
    """The pod or the node; None = only an address is known."""
    addresses: tuple[Prefix, ...]
    node: ClusterNode | None = None
    """The node itself, if it is one: its addresses depend on where it sends to."""


def find_end(word: str, truths: Truths) -> NamedEnd:
    """Return who ``10.244.1.2``, ``pod-a``, ``default/web1`` or ``node-1`` is.

    A name may be a pod's without its namespace where only one has it. Raises ``UnknownEndError``.
    """
    address = _typed_address(word)
    if address is not None:
        return NamedEnd(None, (address,))
    found = {end.name: end for end in _matching(word, truths)}
    if not found:
        raise UnknownEndError(_nobody(word, truths))
    if len(found) > 1:
        told = ", ".join(sorted(str(name) for name in found))
        raise UnknownEndError(f"{word} may be any of {told}: give the whole name, or an address")
    (end,) = found.values()
    if not end.addresses:
        raise UnknownEndError(f"{word} is known, but no document tells an address of it")
    return end


def require_sender(address: Prefix, truths: Truths) -> None:
    """Raise ``UnknownEndError`` if no pod or node has an address: a path must begin somewhere."""
    if truths.nodes.holder_of(str(address)) is not None:
        return
    others = [text for addresses in _pods(truths).values() for text in map(str, addresses)]
    near = get_close_matches(str(address), others, n=MOST_NEAR_NAMES)
    hint = f"; near: {', '.join(near)}" if near else ""
    raise UnknownEndError(
        f"no pod or node has the address {address}, so none can send from it{hint}"
    )


def _typed_address(word: str) -> Prefix | None:
    return parse_address(word) if "/" not in word else None


def choose_addresses(source: NamedEnd, destination: NamedEnd) -> tuple[Prefix, Prefix]:
    """Return one address of each, of the same family; raises ``UnknownEndError``.

    A node sends from the address of the device that it sends by, as its kernel does.
    """
    for wanted in destination.addresses:
        own = [address for address in source.addresses if address.version == wanted.version]
        if own:
            return _sending_address(source.node, wanted) or own[0], wanted
    raise UnknownEndError(
        f"{source.addresses[0]} and {destination.addresses[0]} are not of the same IP version"
    )


def _sending_address(node: ClusterNode | None, destination: Prefix) -> Prefix | None:
    """Return the address that a node's kernel puts into packets; None if that is not known."""
    route = node.tables.look_up(Packet(destination)) if node is not None else None
    if node is None or route is None:
        return None
    of_device = (
        told.address
        for told in node.host.addresses or ()
        if told.device == route.device and told.scope in ("global", None)
    )
    for text in (route.source, *of_device):
        address = parse_address(text)
        if address is not None and address.version == destination.version:
            return address
    return None


def _matching(word: str, truths: Truths) -> Iterator[NamedEnd]:
    """Yield everybody of that name; the whole name goes before a part of it."""
    node = truths.nodes.get(word)
    if node is not None:
        yield NamedEnd(node.name, _node_addresses(node), node)
        return
    pods = _pods(truths)
    if word in pods:
        yield NamedEnd(word, pods[word])
        return
    for name, addresses in pods.items():
        if name.rpartition("/")[2] == word or word.replace("/", "_") == name.replace("/", "_"):
            yield NamedEnd(name, addresses)


def _node_addresses(node: ClusterNode) -> tuple[Prefix, ...]:
    main = (node.main_address,) if node.main_address is not None else ()
    others = (address for address, _, _ in node.underlay)
    return tuple(dict.fromkeys((*main, *others)))


def _pods(truths: Truths) -> Mapping[str, tuple[Prefix, ...]]:
    """Return the addresses of all pods by name: as Kubernetes has it, or else their folder's."""
    found: dict[str, tuple[Prefix, ...]] = {}
    for pod in truths.facts.cluster.pods or ():
        if pod.phase not in ENDED:
            found[pod.full_name] = _parsed(pod)
    known = {address for addresses in found.values() for address in addresses}
    folders = [(node.name, *folder) for node in truths.nodes for folder in _folders(node)]
    names = Counter(name for _, name, _ in folders)
    known_names = whole_names(truths.facts)
    for node_name, name, inside in folders:
        if not known.intersection(inside):
            whole = known_names.get(name, name)
            found[whole if names[name] == 1 else f"{node_name}/{name}"] = inside
    return found


def _parsed(pod: Pod) -> tuple[Prefix, ...]:
    return tuple(filter(None, (parse_address(text) for text in pod.addresses)))


def _folders(node: ClusterNode) -> Iterator[tuple[str, tuple[Prefix, ...]]]:
    for name, namespace in node.pod_namespaces.items():
        told = (
            parse_address(address.address)
            for address in namespace.addresses or ()
            if address.scope in ("global", None) and address.device != "lo"
        )
        yield name, tuple(address for address in told if address and address not in node.addresses)


def _nobody(word: str, truths: Truths) -> str:
    """Return that nobody is called so, and who is called nearly so."""
    pods = list(_pods(truths))
    names = [*(node.name for node in truths.nodes), *pods]
    by_word: dict[str, str] = {name.rpartition("/")[2]: name for name in reversed(names)}
    by_word |= {name: name for name in names}
    near = get_close_matches(word, by_word, n=2 * MOST_NEAR_NAMES, cutoff=0.5)
    shown = list(dict.fromkeys(by_word[match] for match in near))[:MOST_NEAR_NAMES]
    if shown:
        return f"{word} is no address, and no pod or node is called so; near: {', '.join(shown)}"
    if names:
        some = ", ".join(sorted(names)[:MOST_NEAR_NAMES])
        return f"{word} is no address, and no pod or node is called so; there are {some}"
    return f"{word} is no address, and no document names pods or nodes"
