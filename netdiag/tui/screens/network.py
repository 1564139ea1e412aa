"""The network: nodes and interfaces, how pods' subnets are reached, and whether truths agree."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Static

from netdiag.tui.messages import Jump, JumpToFact, JumpToInterface
from netdiag.tui.outline import Line
from netdiag.tui.place_details import line_details, pair_details
from netdiag.tui.screens.pane import Pane
from netdiag.tui.state import State
from netdiag.tui.widgets.filter_line import FilterLine
from netdiag.tui.widgets.line_table import LineTable
from netdiag.tui.widgets.network_tree import NetworkTree
from netdiag.tui.widgets.truths_table import TruthsTable
from netdiag.tui.widgets.verdict import Verdict


class NetworkScreen(Pane):
    """The first screen."""

    NAME = "network"
    HAS_FILTER = True
    ABOUT = (
        "How pods' packets travel: above, what is configured, programmed in the kernel and observed"
        " in packets, from node to node; below, every node with its interfaces. What is ticked is"
        " captured when a trace starts."
    )
    MAIN_KEYS = ("trace", "continuous", "tick", "choose")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "to_facts", "Its facts"),
        Binding("escape", "show_all", "Show all", show=False),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._verdict = Verdict(state)
        self._truths = TruthsTable(state)
        self._tree = NetworkTree(state)
        self._filter = FilterLine("interface, pod, address, subnet", self._tree)

    def compose_body(self) -> ComposeResult:
        """Return verdict, truths, tree and details."""
        yield self._verdict
        yield self._truths
        with Container(classes="split"):
            with Vertical(classes="main"):
                yield self._filter
                yield self._tree
            with VerticalScroll(classes="details", can_focus=False):
                yield Static(markup=False, id="place")

    def on_mount(self) -> None:
        """Let keys move through the tree."""
        super().on_mount()
        self._tree.focus()

    def show(self) -> None:
        """Draw the snapshot."""
        self._verdict.show()
        self._truths.show()
        self._tree.show()
        self._show_details()

    def tick(self) -> None:
        """Draw rates."""
        super().tick()
        if self.state.rates:
            self._tree.refresh()

    def jump(self, message: Jump) -> None:
        """Put the cursor on an interface."""
        if isinstance(message, JumpToInterface):
            self._filter.clear()
            self._tree.find(message.point)
            self._tree.focus()

    def begin_filter(self) -> None:
        """Filter the tree."""
        self._filter.begin()

    def action_show_all(self) -> None:
        """End the filter."""
        self._filter.action_end()

    @on(FilterLine.Changed)
    def _narrow(self, message: FilterLine.Changed) -> None:
        self._tree.narrow(message.words)

    @on(LineTable.Moved)
    def _show_details(self) -> None:
        details = Text()
        line, pair = self._tree.line(), self._truths.pair
        source = self.state.snapshot.report or self.state.snapshot.inspection
        if self._truths.has_focus and pair is not None and source is not None:
            details = pair_details(pair, source.mode, self.ink)
        elif line is not None:
            details = line_details(line, self.ink)
        self.query_one("#place", Static).update(details)

    def on_descendant_focus(self) -> None:
        """Tell of what the keys move in now."""
        self._show_details()

    @on(LineTable.Chosen)
    def action_to_facts(self) -> None:
        """Show where a document tells of the line."""
        line = self._tree.line()
        if line is None or self._truths.has_focus:
            return
        found = _source_of(line)
        if found is not None:
            self.post_message(found)

    @on(NetworkTree.Ticked)
    def _count_ticks(self) -> None:
        self._show_details()


def _source_of(line: Line) -> JumpToFact | None:
    """Return where a document tells of a line of the tree."""
    node = line.node.name or None
    if line.way is not None:
        for item in line.way.evidence:
            if item.kind == "fact" and item.document:
                return JumpToFact(item.node, item.document, item.key)
    if line.interface is not None:
        point = line.interface.point
        return JumpToFact(node, "", None, pod=point.pod, interface=point.interface)
    return JumpToFact(node, "", None)
