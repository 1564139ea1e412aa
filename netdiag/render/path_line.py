"""The way of a packet in one line: ``node-1/veth1 → cni0 → ens33 ⟦vxlan …⟧ → node-2/ens33 ✗``."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.report import Hop, Ping
from netdiag.render.page import PLACE, PROBLEM, QUIET, TUNNEL, WARNING, Page, said
from netdiag.render.place_name import interface_name, place_name
from netdiag.render.rewrites import Rewrite, find_rewrites
from netdiag.render.tunnel_words import tunnel_words

LABEL_WIDTH = 9
LOST = "✗"


def write_path_lines(page: Page, ping: Ping) -> None:
    """Write the request's way and the reply's."""
    request = path_steps(ping.request, lost=ping.status == "request-lost")
    _write_steps(page, "request", request)
    reply = path_steps(ping.reply, lost=ping.status == "reply-lost")
    if ping.status == "unanswered":
        reply.append(said((f"{LOST} no reply left the destination", PROBLEM)))
    _write_steps(page, "reply", reply)


def path_steps(hops: tuple[Hop, ...], *, lost: bool = False) -> list[Text]:
    """Return one text per hop; the node is named where it changes, a tunnel where it begins.

    If the packet is ``lost``, the last hop is marked.
    """
    steps: list[Text] = []
    previous: Hop | None = None
    rewrites = find_rewrites(hops)
    for position, hop in enumerate(hops):
        changed = [rewrite for rewrite in rewrites if rewrite.position == position]
        steps.append(_step(hop, previous, changed))
        previous = hop
    if lost and steps:
        steps[-1].append_text(said((f" {LOST}", PROBLEM)))
    return steps


def wrap_steps(steps: list[Text], width: int) -> list[Text]:
    """Return lines of steps with arrows between them, broken before an arrow only."""
    lines: list[Text] = []
    for step in steps:
        if not lines:
            lines.append(step.copy())
        elif lines[-1].cell_len + 3 + step.cell_len <= width:
            lines[-1].append(" → ").append_text(step)
        else:
            lines.append(said("→ ").append_text(step))
    return lines


def _step(hop: Hop, previous: Hop | None, rewrites: list[Rewrite]) -> Text:
    same_node = previous is not None and previous.node == hop.node
    name = interface_name(hop) if same_node and not hop.pod else place_name(hop)
    step = said((name, PLACE))
    if hop.encapsulation != (previous.encapsulation if previous else ()):
        for tunnel in hop.encapsulation:
            step.append_text(said(" ", (f"⟦{tunnel_words(tunnel)}⟧", TUNNEL)))
    for rewrite in rewrites:
        step.append_text(said(" ", (f"⟨{rewrite.field} ⇒ {rewrite.after}⟩", WARNING)))
    if hop.inferred:
        step.append_text(said(" ", ("(inferred)", QUIET)))
    return step


def _write_steps(page: Page, label: str, steps: list[Text]) -> None:
    lines = wrap_steps(steps, page.width - LABEL_WIDTH - 2)
    for number, line in enumerate(lines):
        if number == 0:
            page.paragraph((label.ljust(LABEL_WIDTH), QUIET), line)
        else:
            page.paragraph(line, indent=LABEL_WIDTH + 2)
