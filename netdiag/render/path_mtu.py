"""The path's MTU: how large packets may be each way, and the MTU of each interface on it."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.path_mtu import MtuHop, PathMtu, SweptDirection
from netdiag.render.aligned_rows import Column
from netdiag.render.page import GOOD, PLACE, PROBLEM, QUIET, WARNING, Page, said
from netdiag.render.path_line import LABEL_WIDTH, wrap_steps
from netdiag.render.place_name import Names, address_name, interface_name, place_name


def write_mtu(page: Page, mtu: PathMtu | None, names: Names) -> None:
    """Write a row for each direction, then the interfaces that packets cross."""
    if mtu is None:
        return
    page.heading("Path MTU", (", by a sweep with packets that must not be fragmented", QUIET))
    ways = (mtu.source_to_destination, mtu.destination_to_source)
    swept = [way for way in ways if way is not None]
    page.table(
        [
            Column("way", [_ends(way, names) for way in swept]),
            Column("passes", [_passes(way) for way in swept], right=True),
            Column("sent up to", [said(str(way.sent_mtu)) for way in swept], right=True),
            Column("", [_outcome(way, names) for way in swept]),
        ]
    )
    steps = [_step(hop, before) for hop, before in zip(mtu.chain, (None, *mtu.chain), strict=False)]
    for number, line in enumerate(wrap_steps(steps, page.width - LABEL_WIDTH - 2)):
        label = "MTUs" if number == 0 else ""
        page.paragraph((label.ljust(LABEL_WIDTH), QUIET), line)


def _ends(way: SweptDirection, names: Names) -> Text:
    source, destination = (names.get(end, end) for end in (way.source, way.destination))
    return said((source, PLACE), " → ", (destination, PLACE))


def _passes(way: SweptDirection) -> Text:
    if way.path_mtu is None:
        return said(("?", QUIET))
    return said((str(way.path_mtu), GOOD if way.path_mtu >= way.sent_mtu else PROBLEM))


def _outcome(way: SweptDirection, names: Names) -> Text:
    """Return what becomes of larger packets."""
    words = Text()
    if way.path_mtu is None:
        words.append_text(said(("nothing was answered: that tells no size", QUIET)))
    elif way.path_mtu >= way.sent_mtu:
        words.append_text(said(("all that is sent", GOOD)))
    elif way.told:
        asked = f"asks for {way.told_mtu}" if way.told_mtu is not None else "says so"
        words.append_text(said(f"larger ones are lost, {_by(way, names)} {asked}"))
    else:
        where = f" after {place_name(way.lost_at)}" if way.lost_at is not None else ""
        words.append_text(said((f"larger ones are lost{where}, nobody says so", PROBLEM)))
    if way.fragments_lost:
        words.append_text(said((", fragments are lost", PROBLEM)))
    elif way.fragmented:
        without = "" if way.path_mtu == way.sent_mtu else "without DF "
        words.append_text(said((f", {without}in fragments on the way", WARNING)))
    return words


def _by(way: SweptDirection, names: Names) -> str:
    return address_name(way.told_by, names) if way.told_by is not None else "somebody"


def _step(hop: MtuHop, before: MtuHop | None) -> Text:
    same_node = before is not None and before.node == hop.node
    name = interface_name(hop) if same_node and not hop.pod else place_name(hop)
    added = f" (-{hop.overhead})" if hop.overhead else ""
    mtu = "?" if hop.mtu is None else str(hop.mtu)
    return said((name, PLACE), f" {mtu}{added}")
