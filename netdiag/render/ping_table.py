"""One ping in full: its heading, the way in one line each way, and a table of its hops."""

from __future__ import annotations

from itertools import pairwise

from rich.text import Text

from netdiag.model.report import Hop, Ping
from netdiag.render.aligned_rows import Column
from netdiag.render.durations import in_unit, milliseconds, table_unit
from netdiag.render.page import GOOD, PLACE, PROBLEM, QUIET, TUNNEL, WARNING, Page, said
from netdiag.render.path_line import LOST, write_path_lines
from netdiag.render.place_name import Names, address_name, ends_name, interface_name, place_name
from netdiag.render.rewrites import find_rewrites
from netdiag.render.role_words import explain_guesses, role_words
from netdiag.render.tunnel_words import full_stack, short_stack

WIDTH_FOR_ROLES = 76
WIDTH_FOR_TUNNEL_ENDS = 110


def write_ping(
    page: Page, ping: Ping, names: Names, why: str = "", same_way_as: int | None = None
) -> None:
    """Write a ping; ``why`` it is shown, and the ping above that went the same way."""
    reason = (f" ({why})", QUIET) if why else ""
    page.heading(f"Ping {ping.number}", reason)
    page.paragraph(f"{ends_name(ping, names)}, id {ping.id}, seq {ping.seq}: ", status_words(ping))
    for error in ping.errors:
        page.paragraph(("ICMP error: ", WARNING), error)
    if same_way_as is not None:
        page.paragraph((f"the way is that of ping {same_way_as}", QUIET))
    write_hops(page, ping, names, with_path=same_way_as is None)


def write_hops(page: Page, ping: Ping, names: Names, *, with_path: bool = True) -> None:
    """Write a ping's way in one line each way, and a table of its hops."""
    if with_path:
        write_path_lines(page, ping)
    if ping.request or ping.reply:
        page.gap()
        page.table(_columns(ping, page.width))
    if page.width >= WIDTH_FOR_ROLES and any(hop.role_guessed for hop in _hops(ping)):
        explain_guesses(page)
    _write_rewrites(page, ping, names)


def status_words(ping: Ping) -> Text:
    """Return what became of a ping: ``answered in 0.15 ms``, ``request lost after …``."""
    place = f" after {place_name(ping.lost_after)}" if ping.lost_after else ""
    if ping.status == "answered":
        took = "" if ping.rtt_us is None else f" in {milliseconds(ping.rtt_us)}"
        return said((f"answered{took}", GOOD))
    if ping.status == "request-lost":
        return said((f"request lost{place}", PROBLEM))
    if ping.status == "reply-lost":
        return said((f"reply lost{place}", PROBLEM))
    if ping.status == "unanswered":
        return said(("reached the destination, not answered", PROBLEM))
    return said(("not known: the captures do not cover enough to tell", WARNING))


def _columns(ping: Ping, width: int) -> list[Column]:
    hops = _hops(ping)
    unit = table_unit(hop.since_first_us for hop in hops)
    since = [hop.since_first_us for hop in hops]
    steps = [later - earlier for earlier, later in pairwise(since)]
    stack = full_stack if width >= WIDTH_FOR_TUNNEL_ENDS else short_stack
    ways = ["→"] * len(ping.request) + ["←"] * len(ping.reply)
    columns = [
        Column("", [said(way) for way in ways]),
        Column("node", [said((name, PLACE)) for name in _nodes(ping)]),
        Column("interface", [said((interface_name(hop), PLACE)) for hop in hops]),
    ]
    roomy = width >= WIDTH_FOR_ROLES
    if roomy:
        columns.append(Column("role", [role_words(hop) for hop in hops]))
    if any(hop.direction for hop in hops):
        columns.append(Column("dir", [said(hop.direction or "") for hop in hops]))
    columns += [
        Column(f"t {unit}", [said(text) for text in in_unit(since, unit)], right=True),
        Column(f"Δ {unit}", [said(text) for text in ["", *in_unit(steps, unit)]], right=True),
        Column("ttl", [said(str(hop.ttl)) for hop in hops], right=True),
        Column(
            "encapsulation" if roomy else "encap",
            [_stack_cell(hop, stack(hop.encapsulation)) for hop in hops],
        ),
    ]
    return _with_loss(columns, ping)


def _hops(ping: Ping) -> tuple[Hop, ...]:
    return ping.request + ping.reply


def _nodes(ping: Ping) -> list[str]:
    """Return the node's name where it is another than in the row above, else nothing."""
    names: list[str] = []
    for hops in (ping.request, ping.reply):
        previous: Hop | None = None
        for hop in hops:
            known = previous is not None and previous.node == hop.node
            names.append("" if known else hop.node or "?")
            previous = hop
    return names


def _stack_cell(hop: Hop, stack: str) -> Text:
    cell = said((stack, TUNNEL if hop.encapsulation else QUIET))
    if hop.inferred:
        cell.append_text(said((" (inferred)", QUIET)))
    if hop.fragments > 1:
        cell.append_text(said((f" ({hop.fragments} fragments)", WARNING)))
    return cell


def _with_loss(columns: list[Column], ping: Ping) -> list[Column]:
    """Return the columns, with a last row that says so if the packet was lost."""
    if ping.status not in ("request-lost", "reply-lost"):
        return columns
    last = (said((LOST, PROBLEM)), said(("lost", PROBLEM)))
    cells = [*last, *(said("") for _ in columns[2:])]
    return [
        column._replace(cells=[*column.cells, cell])
        for column, cell in zip(columns, cells, strict=True)
    ]


def _write_rewrites(page: Page, ping: Ping, names: Names) -> None:
    for way, hops in (("request", ping.request), ("reply", ping.reply)):
        for rewrite in find_rewrites(hops):
            seen = place_name(hops[rewrite.position])
            before, after = (address_name(v, names) for v in (rewrite.before, rewrite.after))
            page.paragraph(
                (f"NAT, {way}: ", WARNING),
                f"{rewrite.field} {before} → {after}, first seen at ",
                (seen, PLACE),
            )
