"""Nodes, their interfaces and ways as a tree that is a table: ticks, states, rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from netdiag.model.capture_point import CapturePoint
from netdiag.tui.foreign import foreign
from netdiag.tui.messages import LookAsked
from netdiag.tui.outline import Key, Line, lines_of, opened_at_first
from netdiag.tui.seen_network import SeenNode, seen_nodes
from netdiag.tui.short_numbers import short_number, sparkline
from netdiag.tui.state import State
from netdiag.tui.theme import Ink
from netdiag.tui.tree_words import about, counted_cells, heading, name_of, state_of
from netdiag.tui.widgets.line_cells import GAP, Column
from netdiag.tui.widgets.line_table import LineTable

INDENT = 2
BARS = 12
ROOM_FOR_ROLES = 64
ROOM_FOR_COUNTS = 84
ROOM_FOR_BARS = 96
SHORTEST_NAME, LONGEST_NAME = 18, 40


class NetworkTree(LineTable):
    """The lines of ``outline``; what is ticked is captured."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Capture"),
        Binding("enter", "choose", "Open"),
        Binding("right,l", "open(True)", "Open", show=False),
        Binding("left,h", "open(False)", "Close", show=False),
        Binding("plus", "open_all(True)", "Open all", show=False, key_display="+"),
        Binding("minus", "open_all(False)", "Close all", show=False, key_display="-"),
    ]

    class Ticked(Message):
        """Which interfaces are ticked has changed."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._seen: tuple[SeenNode, ...] = ()
        self._opened: set[Key] = set()
        self._met: set[Key] = set()
        """What was opened, or left closed, by itself once."""
        self._lines: list[Line] = []
        self._wanted = ""
        self._name_width = 0

    # What is shown

    def show(self) -> None:
        """Take the state's snapshot; what the user opened stays open, the cursor where it is."""
        self._seen = seen_nodes(self._state.snapshot)
        seen = (node for node in self._seen if not node.is_unasked)
        new = {("node", node.name) for node in seen} - self._met
        if new:
            self._met |= new
            fresh = tuple(node for node in self._seen if ("node", node.name) in new)
            few = len(self._seen) == len(fresh)
            self._opened |= opened_at_first(self._seen if few else fresh)
        self._lay_out()

    def narrow(self, wanted: str) -> None:
        """Show only lines that hold these words, and what they are below."""
        self._wanted = wanted
        self._lay_out()

    def line(self) -> Line | None:
        """Return the line under the cursor."""
        return self._lines[self.cursor] if self.cursor < len(self._lines) else None

    def find(self, point: CapturePoint) -> None:
        """Put the cursor on an interface, and open what it is in."""
        key = ("interface", point.node or "", point.pod or "", point.interface or "?")
        self._wanted = ""
        if all(line.key != key for line in self._lines):
            self._opened |= {("node", point.node or "")}
            self._opened |= {
                ("interface", node.name, "", each.name)
                for node in self._seen
                for each in node.interfaces
                if node.name == (point.node or "")
            }
            self._lay_out()
        self._stand_on(key)

    def _lay_out(self) -> None:
        line = self.line()
        self._lines = lines_of(self._seen, self._opened, self._wanted)
        self._name_width = max(map(_name_cells, self._lines), default=0)
        if line is not None:
            self._stand_on(line.key)
        self.rows_changed()

    def _stand_on(self, key: Key) -> None:
        for row, line in enumerate(self._lines):
            if line.key == key:
                self.cursor = row
                return

    def row_count(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def empty_words(self) -> str:
        """Return why there is nothing."""
        if self._wanted:
            return "nothing matches; Esc shows all again"
        if not self._state.snapshot.is_complete:
            return "still reading …"
        if self._state.snapshot.takes_names:
            return "no node is listed: t traces between pods whose names are typed"
        return "no node and no capture tells of any interface"

    def columns(self) -> Sequence[Column]:
        """Return the columns that there is room for."""
        room = self.size.width
        name = min(max(self._name_width, SHORTEST_NAME), LONGEST_NAME, max(room // 2, 24))
        columns = [Column("  node / interface", name)]
        if room >= ROOM_FOR_ROLES:
            columns.append(Column("role", 8))
        columns += [Column("state", 5), Column("mtu", 5, right=True)]
        if self._state.rates:
            columns.append(Column("pkt/s", 5, right=True))
            columns += [Column("", BARS)] if room >= ROOM_FOR_BARS else []
            columns.append(Column("drops", 5, right=True))
        elif room >= ROOM_FOR_COUNTS:
            columns += [Column("captured", 8, right=True), Column("drops", 5, right=True)]
        return [*columns, Column("addresses, pod, tunnel", 0)]

    def cells(self, row: int, ink: Ink) -> Sequence[Text]:
        """Return a line's cells."""
        line = self._lines[row]
        if line.interface is None:
            return [heading(line, ink)]
        interface = line.interface
        cells = [name_of(line, interface.point in self._state.ticks.points, ink)]
        if self.size.width >= ROOM_FOR_ROLES:
            guess = "?" if interface.role_guessed else ""
            cells.append(Text(f"{interface.role}{guess}", ink.quiet))
        mtu = interface.told.mtu if interface.told else None
        cells += [state_of(interface, ink), Text("" if mtu is None else str(mtu), ink.text)]
        if self._state.rates:
            cells += self._live_cells(interface.point, ink)
        elif self.size.width >= ROOM_FOR_COUNTS:
            cells += counted_cells(line, ink)
        return [*cells, about(interface, ink)]

    def _live_cells(self, point: CapturePoint, ink: Ink) -> list[Text]:
        rates, has_bars = self._state.rates.of(point), self.size.width >= ROOM_FOR_BARS
        if not rates:
            return [Text()] * (3 if has_bars else 2)
        drops = rates[-1].drops
        bars = Text(sparkline([rate.packets for rate in rates], BARS), ink.key)
        return [
            Text(short_number(rates[-1].packets), ink.text),
            *([bars] if has_bars else []),
            Text(short_number(drops), ink.problem if drops else ink.quiet),
        ]

    # What the user does

    def action_tick(self) -> None:
        """Tick an interface, or untick it; on a node all of its interfaces."""
        line = self.line()
        if line is None or line.way is not None:
            return
        points = {line.interface.point} if line.interface else _points_of(line.node)
        if points <= self._state.ticks.points:
            self._state.ticks.points -= points
        else:
            self._state.ticks.points |= points
        self.refresh()
        self.post_message(self.Ticked())

    def action_choose(self) -> None:
        """Open or close what has something below it, else choose the line."""
        line = self.line()
        if line is not None and line.has_children:
            self._opened ^= {line.key}
            self._lay_out()
            if line.key in self._opened and line.key[0] == "node":
                self._look_at(line.node)
        elif line is not None and line.is_note:
            self._look_at(line.node)
        else:
            super().action_choose()

    def _look_at(self, node: SeenNode) -> None:
        """Have a node asked that is opened, unless that was done."""
        if node.listed is not None and node.listed.probe in ("none", "refused"):
            self.post_message(LookAsked(node.name))

    def action_open(self, is_open: bool) -> None:
        """Open a line, or close it, or go up to what it is in."""
        line = self.line()
        if line is None:
            return
        if line.has_children and line.is_open != is_open:
            self.action_choose()
        elif not is_open:
            above = (row for row in range(self.cursor, -1, -1))
            self.cursor = next(
                (row for row in above if self._lines[row].depth < line.depth), self.cursor
            )

    def action_open_all(self, is_open: bool) -> None:
        """Open everything, or close all nodes."""
        self._opened = set()
        if is_open:
            for node in self._seen:
                self._opened |= {("node", node.name), ("ways", node.name)}
                self._opened |= {
                    ("interface", node.name, "", each.name) for each in node.interfaces
                }
        self._lay_out()

    def clicked(self, row: int, x: int) -> bool:
        """Tick by a click on the box, open by a click on the triangle or on a node."""
        line = self._lines[row]
        left = line.depth * INDENT
        if line.interface is not None and left + 2 <= x < left + 5:
            self.action_tick()
            return True
        if line.has_children and (line.interface is None or x < left + 2):
            self.action_choose()
            return True
        return False


def _points_of(node: SeenNode) -> set[CapturePoint]:
    return {each.point for each in node.interfaces}


def _name_cells(line: Line) -> int:
    """Return how wide the first column must be for a line; headings run over the others."""
    if line.interface is None:
        return GAP
    return line.depth * INDENT + 6 + foreign(line.interface.name).cell_len
