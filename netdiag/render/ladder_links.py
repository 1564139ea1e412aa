"""What happens between the hops of a ping: links, rewritten addresses, and the loss."""

from __future__ import annotations

from typing import Literal, NamedTuple

from netdiag.model.report import Encapsulation, Finding, Hop, Ping, Report
from netdiag.render.ladder_words import duration, gap_words, place_words, tunnel_words
from netdiag.render.terminal import printable
from netdiag.render.text_fit import shorten

Way = Literal["request", "reply", "turn"]
PLAIN = "plain"
KIND_CELLS = 24
OPAQUE = "inferred by time and size"


class Link(NamedTuple):
    """The way from one hop to the next; hops are counted over request and reply."""

    way: Way
    """``turn`` = from the request's last hop to the reply's first, inside the destination."""
    start: int
    end: int
    tunnels: tuple[Encapsulation, ...]
    inferred: bool
    crosses: bool
    """True if it leads to another node."""
    gap: str
    """The time that it took, in words."""

    @property
    def kind(self) -> str:
        """The outermost encapsulation."""
        return self.tunnels[0].kind if self.tunnels else PLAIN

    @property
    def label(self) -> tuple[str, ...]:
        """What is written beside it within a node: the time, and the tunnels if there are any."""
        if self.way == "turn" or not self.tunnels:
            return (self.gap,)
        kinds = " in ".join(printable(tunnel.kind) for tunnel in reversed(self.tunnels))
        return self.gap, shorten(kinds, KIND_CELLS) + (" (inferred)" if self.inferred else "")

    @property
    def carried(self) -> tuple[str, ...]:
        """Each tunnel in words, and whether it was seen or only inferred."""
        words = tuple(tunnel_words(tunnel) for tunnel in self.tunnels) or (PLAIN,)
        return (*words, OPAQUE) if self.inferred else words


class Loss(NamedTuple):
    """The end of a ping that died."""

    hop: int
    """The last one that saw it."""
    step: Literal[-1, 0, 1]
    """Which way it was going; 0 = it came to its end and nothing came back."""
    inside: bool
    """False if it was last seen leaving its node, so that it died on the way to the next."""
    title: str
    lines: tuple[str, ...]
    finding: Finding | None = None
    """The one that the title is of."""


def ping_links(ping: Ping) -> tuple[Link, ...]:
    """Return the links in the order of the hops: one less than there are hops."""
    hops = ping.request + ping.reply
    return tuple(_link(ping, hops, end) for end in range(1, len(hops)))


def hop_notes(ping: Ping) -> tuple[tuple[str, ...], ...]:
    """Return for each hop what changed there: the addresses and the id that NAT gave the packet."""
    hops = ping.request + ping.reply
    return tuple(_changes(ping, hops, index) for index in range(len(hops)))


def ping_loss(report: Report, ping: Ping) -> Loss | None:
    """Return where the ping died and the finding that says why; None unless it was lost."""
    hops = ping.request + ping.reply
    if not hops or ping.status not in ("request-lost", "reply-lost", "unanswered"):
        return None
    back = ping.status == "reply-lost" and ping.reply
    last = len(hops) - 1 if back or not ping.request else len(ping.request) - 1
    step: Literal[-1, 0, 1] = 0 if ping.status == "unanswered" else -1 if back else 1
    inside = not _leaves_node(hops[last], hops[last - 1] if last else None)
    finding, lines = _finding_of(report, ping, hops[last]), _last_seen(hops[last])
    if finding is None:
        title = "no reply left; no finding says why" if step == 0 else "lost; no finding says why"
        return Loss(last, step, inside, title, lines)
    title, code = printable(finding.title), printable(finding.code)
    return Loss(last, step, inside, title, (*lines, f"finding: {code}"), finding)


def carried_words(hop: Hop) -> str:
    """Return the tunnels around a packet, innermost first, or ``plain``."""
    return " in ".join(tunnel_words(tunnel) for tunnel in reversed(hop.encapsulation)) or PLAIN


def _last_seen(hop: Hop) -> tuple[str, ...]:
    seen = f"last seen: {place_words(hop)} at {duration(hop.since_first_us)}"
    return seen, f"carried: {carried_words(hop)}"


def _leaves_node(hop: Hop, before: Hop | None) -> bool:
    came_in = before is not None and before.node != hop.node
    return hop.role == "physical" and hop.direction != "in" and not came_in


def _link(ping: Ping, hops: tuple[Hop, ...], end: int) -> Link:
    before, after = hops[end - 1], hops[end]
    turn = len(ping.request)
    crosses = before.node != after.node
    # On a wire the packet is what its sender put there: the receiver's first point may be inside.
    carrier = before if crosses and before.encapsulation else after
    return Link(
        way="request" if end < turn else "turn" if end == turn else "reply",
        start=end - 1,
        end=end,
        tunnels=carrier.encapsulation,
        inferred=carrier.inferred,
        crosses=crosses,
        gap=gap_words(after.since_first_us - before.since_first_us),
    )


def _changes(ping: Ping, hops: tuple[Hop, ...], index: int) -> tuple[str, ...]:
    hop, turn = hops[index], len(ping.request)
    earlier = next((i for i in range(index - 1, -1, -1) if not hops[i].inferred), None)
    if earlier is None or hop.inferred:
        return ()
    before = hops[earlier]
    source, destination = before.source, before.destination
    if earlier < turn <= index:
        source, destination = destination, source
    notes = []
    if hop.source != source:
        notes.append(f"source → {printable(hop.source)}")
    if hop.destination != destination:
        notes.append(f"destination → {printable(hop.destination)}")
    if hop.id != before.id:
        notes.append(f"id → {hop.id}")
    return tuple(notes)


def _finding_of(report: Report, ping: Ping, last: Hop) -> Finding | None:
    """The error at the node of the loss; the one that rests on a frame of this ping goes first."""
    node = last.node if ping.lost_after is None else ping.lost_after.node
    frames = {(hop.file, hop.frame) for hop in ping.request + ping.reply}
    errors = [finding for finding in report.findings if finding.severity == "error"]
    about = [e for e in errors if any((v.file, v.frame) in frames for v in e.evidence)]
    here = [e for e in errors if e.node == node]
    return next(iter([e for e in about if e in here] or here or about), None)
