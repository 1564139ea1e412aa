"""How one node sends to the pods of others: the route, what carries them, and whether it should."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.inspection import ReachedSubnet
from netdiag.render.aligned_rows import Column, filled
from netdiag.render.page import PLACE, QUIET, WARNING, Page, said
from netdiag.render.truth_lines import agreement, kind_words


def write_reach(page: Page, ways: list[ReachedSubnet], most: int) -> None:
    """Write at most so many ways, those that disagree first, and how many are left out."""
    shown = sorted(ways, key=lambda way: way.agree is not False)[:most]
    columns = _columns(shown)
    page.table(columns if page.has_room(columns) else _short_columns(shown))
    if len(ways) > len(shown):
        page.paragraph((f"… and {len(ways) - len(shown):,} more", QUIET))


def _columns(ways: list[ReachedSubnet]) -> list[Column]:
    columns = [
        *_destinations(ways),
        Column("next hop", [said(way.next_hop or "") for way in ways]),
        Column("device", [said((way.device or "", PLACE)) for way in ways]),
        Column("carried", [_carried(way) for way in ways]),
    ]
    if any(way.configured for way in ways):
        columns.append(Column("configured", [kind_words(way.configured) for way in ways]))
    if any(way.agree is not None for way in ways):
        columns.append(Column("agree", [agreement(way.agree) for way in ways]))
    return filled(columns)


def _short_columns(ways: list[ReachedSubnet]) -> list[Column]:
    """Return fewer columns for a narrow page, the last of which folds."""
    return [*_destinations(ways), Column("way", [_way(way) for way in ways])]


def _destinations(ways: list[ReachedSubnet]) -> tuple[Column, ...]:
    return (
        Column("to", [said((way.destination_node, PLACE)) for way in ways]),
        Column("subnet", [said(way.subnet or "") for way in ways]),
    )


def _carried(way: ReachedSubnet) -> Text:
    if way.encapsulation is None and way.only_default:
        return said(("no route but the default", WARNING))
    return kind_words(way.encapsulation)


def _way(way: ReachedSubnet) -> Text:
    """Return ``vxlan via 10.244.1.0 dev flannel.1, configured plain, agree NO``."""
    text = _carried(way)
    if way.next_hop:
        text.append_text(said(f" via {way.next_hop}"))
    if way.device:
        text.append_text(said(" dev ", (way.device, PLACE)))
    if way.configured and way.agree is not True:
        text.append_text(said(", configured ")).append_text(kind_words(way.configured))
    if way.agree is not None:
        text.append_text(said(", agree ")).append_text(agreement(way.agree))
    return text
