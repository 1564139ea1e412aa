"""The network as lines of a tree: nodes, their interfaces below each other, ways to other nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netdiag.model.inspection import ReachedSubnet
from netdiag.model.report import Role
from netdiag.tui.seen_network import SeenInterface, SeenNode

ORDER: tuple[Role, ...] = (
    "physical", "overlay", "bridge", "veth", "macvlan", "pod", "other", "loopback",
)  # fmt: skip
FEW_NODES = 4
"""So many are open from the start; of more only those with trouble."""

Key = tuple[str, ...]
"""Tells lines apart from one snapshot to the next."""


@dataclass(frozen=True)
class Line:
    """A line of the tree: of ``node`` alone, ``interface``, ``way``, a heading of ways, a note."""

    key: Key
    depth: int
    node: SeenNode
    interface: SeenInterface | None = None
    way: ReachedSubnet | None = None
    has_children: bool = False
    is_open: bool = False

    @property
    def is_note(self) -> bool:
        """Return whether it is the line that says why a node has no interfaces."""
        return self.key[0] == "note"

    @property
    def is_heading(self) -> bool:
        """Return whether it is the line above the ways to other nodes."""
        return self.key[0] == "ways"


def opened_at_first(nodes: tuple[SeenNode, ...]) -> set[Key]:
    """Return what is open before the user said anything."""
    found: set[Key] = set()
    for node in nodes:
        if not node.is_unasked and (len(nodes) <= FEW_NODES or node.worst):
            found.add(("node", node.name))
            found |= {("interface", node.name, "", each.name) for each in node.interfaces}
            if len(node.reach) <= FEW_NODES or any(way.agree is False for way in node.reach):
                found.add(("ways", node.name))
    return found


def lines_of(nodes: Iterable[SeenNode], opened: set[Key], wanted: str = "") -> list[Line]:
    """Return the lines of all that is open; with ``wanted``, all whose words hold it."""
    lines: list[Line] = []
    for node in nodes:
        lines += _matching(list(_node_lines(node, opened, bool(wanted))), wanted.lower())
    return lines


def _node_lines(node: SeenNode, opened: set[Key], everything: bool) -> Iterator[Line]:
    key = ("node", node.name)
    is_open = everything or key in opened
    yield Line(key, 0, node, has_children=True, is_open=is_open)
    if not is_open:
        return
    if node.is_unasked:
        yield Line(("note", node.name), 1, node)
    children, tops = _below_each_other(node.interfaces)
    for interface in tops:
        yield from _interface_lines(node, interface, 1, children, opened, everything)
    if node.reach:
        key = ("ways", node.name)
        is_open = everything or key in opened
        yield Line(key, 1, node, has_children=True, is_open=is_open)
        if is_open:
            for way in node.reach:
                subnet = way.subnet or ""
                yield Line(("way", node.name, way.destination_node, subnet), 2, node, way=way)


Children = dict[str, list[SeenInterface]]


def _below_each_other(interfaces: Iterable[SeenInterface]) -> tuple[Children, list[SeenInterface]]:
    """Return which interfaces are below which of the node's, and those below none."""
    ordered = sorted(interfaces, key=lambda each: ORDER.index(each.role))
    own = {each.name for each in ordered if each.point.pod is None}
    veths = {each.leads_to: each.name for each in ordered if each.leads_to}
    children: Children = {}
    tops: list[SeenInterface] = []
    for each in ordered:
        if each.role == "loopback" and each.captured is None:
            continue
        above = veths.get(each.point.pod) if each.point.pod else _master(each)
        if above in own and above != each.name:
            children.setdefault(above, []).append(each)
        else:
            tops.append(each)
    return children, [*tops, *_in_circles(children, tops)]


def _in_circles(children: Children, tops: list[SeenInterface]) -> list[SeenInterface]:
    """Return interfaces that are below none of the tops: documents may contradict themselves."""
    found = {top.name for top in tops}
    waiting = list(found)
    while waiting:
        for each in children.get(waiting.pop(), ()):
            if each.name not in found:
                found.add(each.name)
                waiting.append(each.name)
    lost = [each for below in children.values() for each in below if each.name not in found]
    for each in lost:
        children[each.name] = []
    return lost


def _master(interface: SeenInterface) -> str | None:
    return interface.told.master if interface.told else None


def _interface_lines(
    node: SeenNode,
    interface: SeenInterface,
    depth: int,
    children: Children,
    opened: set[Key],
    everything: bool,
) -> Iterator[Line]:
    below = children.get(interface.name, []) if interface.point.pod is None else []
    key = ("interface", node.name, interface.point.pod or "", interface.name)
    is_open = everything or key in opened
    yield Line(key, depth, node, interface, has_children=bool(below), is_open=is_open)
    if is_open and depth < MOST_DEPTH:
        for each in below:
            yield from _interface_lines(node, each, depth + 1, children, opened, everything)


MOST_DEPTH = 6
"""Masters of masters: a bond in a bridge in a VRF; a document that goes in circles ends here."""


def _matching(lines: list[Line], wanted: str) -> list[Line]:
    """Return the lines whose words hold what is wanted, and those that they are below."""
    if not wanted:
        return lines
    kept: list[Line] = []
    depth = 0
    for line in reversed(lines):
        if wanted in words_of(line).lower() or line.depth < depth:
            kept.append(line)
            depth = line.depth
    return kept[::-1]


def words_of(line: Line) -> str:
    """Return all words by which a line is found."""
    if line.way is not None:
        way = line.way
        words = (way.destination_node, way.subnet, way.next_hop, way.device, way.encapsulation)
        return " ".join(word for word in words if word)
    if line.interface is not None:
        each, told = line.interface, line.interface.told
        words = (each.name, each.point.pod, each.role, each.leads_to, each.pod_address)
        more = (told.kind, *told.addresses, told.detail) if told else ()
        return " ".join(word for word in (*words, *more) if word)
    return " ".join((line.node.name, *(line.node.listed.addresses if line.node.listed else ())))
