"""What stands in the lines of the network's tree."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.inspection import ReachedSubnet
from netdiag.tui.foreign import foreign, foreign_words
from netdiag.tui.outline import Line
from netdiag.tui.seen_network import SeenInterface, SeenNode
from netdiag.tui.session import ListedNode
from netdiag.tui.short_numbers import short_number
from netdiag.tui.theme import Ink

LINK_LOCAL = "fe80:"
MOST_ADDRESSES = 3
SIGNS = {"error": "✗", "warning": "!"}


def heading(line: Line, ink: Ink) -> Text:
    """Return the whole line of a node, of a way, or of the heading above ways."""
    indent = "  " * line.depth
    if line.way is not None:
        return Text(f"{indent}  ", end="").append_text(way_words(line.way, ink))
    if line.is_note:
        return Text(f"{indent}  ", end="").append_text(probe_words(line.node, ink))
    triangle = "▾ " if line.is_open else "▸ "
    text = Text(end="").append(f"{indent}{triangle}", ink.key)
    if line.is_heading:
        text.append("to other nodes' pods", ink.text)
        wrong = sum(way.agree is False for way in line.node.reach)
        text.append(f"  {len(line.node.reach):,}", ink.quiet)
        return text.append(f"  ✗ {wrong:,} disagree", ink.problem) if wrong else text
    return text.append_text(node_words(line.node, ink))


def node_words(node: SeenNode, ink: Ink) -> Text:
    """Return a node's name, backend, addresses and pod subnets."""
    text = Text(end="").append_text(foreign(node.name or "node not known", ink.heading))
    if node.worst:
        style = ink.problem if node.worst == "error" else ink.warning
        text.append(f"  {SIGNS[node.worst]} {node.worst}", style)
    if node.listed is not None:
        text.append_text(_listed_words(node.listed, ink))
    if node.told is None:
        addresses = node.listed.addresses if node.listed else ("no facts, captures only",)
        return text.append("  ").append_text(foreign(" ".join(addresses), ink.quiet))
    told = node.told
    if told.backend:
        text.append("  ").append_text(foreign(told.backend, ink.text))
    text.append("  ").append_text(foreign(" ".join(told.addresses[:MOST_ADDRESSES]), ink.text))
    subnets = " ".join(subnet.subnet for subnet in told.pod_subnets[:MOST_ADDRESSES])
    if subnets:
        text.append("  pods ", ink.quiet).append_text(foreign(subnets, ink.text))
    return text


def _listed_words(listed: ListedNode, ink: Ink) -> Text:
    """Return whether a node is ready, and whether there is a probe."""
    text = Text(end="")
    if listed.is_ready is not None:
        text.append("  ready" if listed.is_ready else "  NOT READY",
                    ink.quiet if listed.is_ready else ink.problem)  # fmt: skip
    sign, words, style = {
        "none": ("○", "no probe", ink.quiet),
        "starting": ("…", "starting", ink.warning),
        "on": ("●", "probe", ink.good),
        "refused": ("✗", "no probe", ink.problem),
        "unfit": ("-", "no probe", ink.quiet),
    }[listed.probe]
    return text.append(f"  {sign} {words}", style)


def probe_words(node: SeenNode, ink: Ink) -> Text:
    """Return why nothing is known of a node's interfaces, and what to do."""
    listed = node.listed
    if listed is None:
        return Text(end="")
    match listed.probe:
        case "starting":
            return Text(f"starting a probe on {foreign_words(node.name)} …", ink.warning, end="")
        case "refused":
            words = foreign(listed.note, ink.problem)
            return words.append("; Enter on the node tries again", ink.quiet)
        case "unfit":
            return foreign(listed.note, ink.quiet)
        case "on":
            return Text("reading what it says …", ink.warning, end="")
        case _:
            return Text("no probe yet: Enter on the node starts one", ink.quiet, end="")


def way_words(way: ReachedSubnet, ink: Ink) -> Text:
    """Return ``✓ node-2 10.244.2.0/24 vxlan via 10.244.2.0 dev flannel.1``."""
    text = Text(end="").append_text(agreement(way.agree, ink))
    text.append(" ").append_text(foreign(way.destination_node, ink.place))
    if way.subnet:
        text.append("  ").append_text(foreign(way.subnet, ink.text))
    text.append("  ").append_text(carried(way, ink))
    if way.next_hop:
        text.append(" via ", ink.quiet).append_text(foreign(way.next_hop, ink.text))
    if way.device:
        text.append(" dev ", ink.quiet).append_text(foreign(way.device, ink.place))
    if way.agree is False and way.configured:
        text.append("  configured ", ink.problem)
        text.append_text(kind_words(way.configured, ink))
    return text


def carried(way: ReachedSubnet, ink: Ink) -> Text:
    """Return what is around packets on a way, or that there is no route."""
    if way.encapsulation is None and way.only_default:
        return Text("no route but the default", ink.warning, end="")
    return kind_words(way.encapsulation, ink)


def kind_words(kind: str | None, ink: Ink) -> Text:
    """Return an encapsulation: ``vxlan``, ``plain``, or that it is not known."""
    if kind is None:
        return Text("not known", ink.quiet, end="")
    return foreign("plain" if kind == "none" else kind, ink.kind(kind))


def agreement(agree: bool | None, ink: Ink) -> Text:
    """Return the mark of truths that agree, disagree, or are not known."""
    if agree is None:
        return Text("?", ink.quiet, end="")
    return Text("✓", ink.good, end="") if agree else Text("✗", ink.problem, end="")


def name_of(line: Line, is_ticked: bool, ink: Ink) -> Text:
    """Return an interface's name below what it is in, with its box."""
    interface = line.interface
    triangle = ("▾ " if line.is_open else "▸ ") if line.has_children else "  "
    text = Text(end="").append(f"{'  ' * line.depth}{triangle}", ink.key)
    text.append("[x] " if is_ticked else "[ ] ", ink.key if is_ticked else ink.quiet)
    if interface is None:
        return text
    return text.append_text(foreign(interface.name, ink.place))


def state_of(interface: SeenInterface, ink: Ink) -> Text:
    """Return ``up``, ``DOWN``, or nothing where that is not known."""
    told = interface.told
    if told is None or told.up is None:
        return Text("", end="")
    return Text("up", ink.good, end="") if told.up else Text("DOWN", ink.problem, end="")


def about(interface: SeenInterface, ink: Ink) -> Text:
    """Return the pod at the other end, addresses, and what a tunnel's ends are."""
    told = interface.told
    parts: list[Text] = []
    if interface.leads_to:
        parts.append(foreign(f"→ {interface.leads_to}", ink.heading))
    if interface.point.pod:
        parts.append(foreign(f"in {interface.point.pod}", ink.heading))
    if interface.pod_address:
        parts.append(foreign(interface.pod_address, ink.text))
    if told is None:
        parts.append(Text("no facts", ink.quiet, end=""))
    else:
        own = [each for each in told.addresses if not each.startswith(LINK_LOCAL)]
        more = f" +{len(own) - MOST_ADDRESSES}" if len(own) > MOST_ADDRESSES else ""
        parts.append(foreign(" ".join(own[:MOST_ADDRESSES]) + more, ink.text))
        kind = told.encapsulation
        if kind not in (None, "none"):
            parts.append(kind_words(kind, ink))
        parts.append(foreign(told.detail, ink.quiet))
    return Text("  ", end="").join(part for part in parts if part.plain)


def counted_cells(line: Line, ink: Ink) -> list[Text]:
    """Return how many packets were captured, and how many the interface dropped."""
    interface = line.interface
    if interface is None:
        return []
    captured = "" if interface.captured is None else short_number(interface.captured)
    counters = interface.counters
    lost = interface.capture_dropped or 0
    if counters is not None:
        lost += counters.rx_dropped + counters.tx_dropped
    known = counters is not None or interface.capture_dropped is not None
    words = short_number(lost) if known else ""
    style = ink.quiet if interface.captured == 0 else ink.text
    return [Text(captured, style), Text(words, ink.warning if lost else ink.quiet)]
