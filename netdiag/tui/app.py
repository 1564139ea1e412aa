"""The application: takes what a session delivers, switches screens, asks the session to act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

from netdiag.tui.commands import system_commands
from netdiag.tui.foreign import foreign_words
from netdiag.tui.inbox import Inbox
from netdiag.tui.messages import (
    CopyAsked,
    ExportAsked,
    Jump,
    LookAsked,
    TraceAsked,
    TraceStopAsked,
)
from netdiag.tui.packet_source import Dissection, PacketBatch, PacketsOffered
from netdiag.tui.screens.facts import FactsScreen
from netdiag.tui.screens.findings import FindingsScreen
from netdiag.tui.screens.help import HelpScreen
from netdiag.tui.screens.keeping import ask_to_export, ask_to_save, ask_to_write
from netdiag.tui.screens.network import NetworkScreen
from netdiag.tui.screens.packets import PacketsScreen
from netdiag.tui.screens.pane import Pane
from netdiag.tui.screens.trace import TraceScreen
from netdiag.tui.session import Counters, Delivery, Outcome, Progress, Session, Snapshot, Trouble
from netdiag.tui.state import State
from netdiag.tui.theme import DARK, PLAIN, THEMES

PANES: tuple[type[Pane], ...] = (
    NetworkScreen,
    TraceScreen,
    PacketsScreen,
    FindingsScreen,
    FactsScreen,
)
DELIVERIES_SECONDS = 0.1
"""How often what has come is taken and drawn."""


class NetdiagApp(App[None]):
    """Five screens over one session."""

    TITLE = "netdiag"
    CSS_PATH = "styles.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (110, "-wide"),
        (170, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-tall")]  # noqa: RUF012
    """Classes of every screen, by its columns and its rows."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('network')", "Network", show=False),
        Binding("2", "go('trace')", "Trace", show=False),
        Binding("3", "go('packets')", "Packets", show=False),
        Binding("4", "go('findings')", "Findings", show=False),
        Binding("5", "go('facts')", "Facts", show=False),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("t", "trace", "Trace"),
        Binding("c", "continuous", "Continuous"),
        Binding("s", "save", "Save bundle"),
        Binding("w", "write", "Write pcapng"),
        Binding("e", "export", "Export"),
        Binding("r", "ask_again", "Ask again"),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "quit", "Quit", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.state = State(session.title, session.actions)
        self.inbox = Inbox()
        self._is_open = False
        """Whether the session may be asked for anything yet."""
        self._counts_links = False
        self.fault: Exception | None = None
        """What ended the app, if it was a fault of its own; for the caller to raise."""
        for theme in THEMES:
            self.register_theme(theme)
        for pane in PANES:
            self.add_mode(pane.NAME, _making(pane, self.state))

    def on_mount(self) -> None:
        """Show the first screen, then let the session begin."""
        self.theme = PLAIN if self.no_color else DARK
        self.theme_changed_signal.subscribe(self, lambda _: self._show())
        self.switch_mode(NetworkScreen.NAME)
        self.set_interval(DELIVERIES_SECONDS, self.take_deliveries)
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.session.open(self.inbox.put)
        self._is_open = True
        self._ask_for_rates()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what lines pass on their way out: with NO_COLOR no colour stays, not even grey."""
        filters = super().get_line_filters()
        if not self.no_color:
            return filters
        return [NoColor() if isinstance(each, Monochrome) else each for each in filters]

    def _handle_exception(self, error: Exception) -> None:
        """End, and keep the fault; Textual's own words of it would show foreign text as it is."""
        super()._handle_exception(error)
        self.fault = self.fault or error
        self._exit_renderables.clear()

    # What is delivered

    def take_deliveries(self) -> None:
        """Take all that has come, and draw it."""
        taken = self.inbox.take_all()
        for delivery in taken:
            self._take(delivery)
        if taken:
            self._show()

    def _take(self, delivery: Delivery) -> None:
        match delivery:
            case Snapshot():
                self.state.take_snapshot(delivery)
            case Progress():
                self.state.take_progress(delivery)
            case Trouble():
                self.state.take_trouble(delivery)
            case Counters():
                self.state.take_counters(delivery)
            case PacketsOffered():
                self.state.packets.offer(delivery.source)
            case PacketBatch():
                self.state.packets.take(delivery)
            case Dissection():
                self.state.packets.take_dissection(delivery)
            case Outcome():
                self._tell(delivery.words, is_good=delivery.is_good)

    @property
    def pane(self) -> Pane | None:
        """The one of the five screens that is in sight, or below a dialog."""
        stack = self.screen_stack
        return stack[0] if stack and isinstance(stack[0], Pane) else None

    def _show(self) -> None:
        if self.pane is not None:
            self.pane.bring_up_to_date()
        self._ask_for_rates()

    def _ask_for_rates(self) -> None:
        """Have interfaces counted only while their rates are in sight."""
        is_seen = isinstance(self.pane, NetworkScreen)
        count = self.state.actions.count_links
        if count is not None and self._is_open and is_seen != self._counts_links:
            self._counts_links = is_seen
            count(is_seen)

    def _tell(self, words: str, *, is_good: bool = True) -> None:
        severity = "information" if is_good else "error"
        self.notify(foreign_words(words), severity=severity, markup=False)  # type: ignore[arg-type]

    # Where to go

    async def action_go(self, name: str) -> None:
        """Switch to a screen; what is laid over this one is closed."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.switch_mode(name)
        self._ask_for_rates()

    @on(Jump)
    async def jump(self, message: Jump) -> None:
        """Switch to the screen that a message leads to, and let it show that."""
        await self.action_go(message.screen)
        if self.pane is not None:
            self.pane.jump(message)

    def action_filter(self) -> None:
        """Filter what the screen shows."""
        if self.pane is not None:
            self.pane.begin_filter()

    def action_help(self) -> None:
        """Tell the keys of the screen in sight."""
        if self.pane is not None and self.screen is self.pane:
            self.push_screen(HelpScreen(self.pane))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Return what the command palette offers."""
        yield from system_commands(self, PANES)

    # What is asked for

    async def action_trace(self) -> None:
        """Trace between the same two ends again, or choose them."""
        await self._go_tracing("trace_again")

    async def action_continuous(self) -> None:
        """Ping until stopped, or stop that."""
        await self._go_tracing("toggle_continuous")

    async def _go_tracing(self, what: str) -> None:
        if self.state.actions.start_trace is None:
            self._tell("nothing to trace here: these are saved captures", is_good=False)
            return
        await self.action_go(TraceScreen.NAME)
        if isinstance(self.pane, TraceScreen):
            getattr(self.pane, what)()

    def action_ask_again(self) -> None:
        """Ask the nodes once more what they are like."""
        ask = self.state.actions.ask_again
        if ask is None:
            self._tell("nobody to ask: these are saved captures", is_good=False)
        else:
            ask()

    def action_save(self) -> None:
        """Ask where to keep captures and documents."""
        self._ask(ask_to_save)

    def action_write(self) -> None:
        """Ask where to write the packets."""
        self._ask(ask_to_write)

    def action_export(self) -> None:
        """Ask where to write the report, and in which form."""
        self._ask(ask_to_export)

    def _ask(self, ask: Callable[[Pane], str]) -> None:
        why_not = ask(self.pane) if self.pane is not None else ""
        if why_not:
            self._tell(why_not, is_good=False)

    def on_export_asked(self, message: ExportAsked) -> None:
        """Let the session write the report."""
        export = self.state.actions.export
        if export is not None:
            export(message.kind, message.path, message.ping)

    def on_trace_asked(self, message: TraceAsked) -> None:
        """Let the session ping."""
        start = self.state.actions.start_trace
        if start is not None:
            start(message.source, message.destination, message.options)

    def on_look_asked(self, message: LookAsked) -> None:
        """Let the session ask a node."""
        look = self.state.actions.look_at
        if look is not None:
            look(message.node)

    def on_trace_stop_asked(self, message: TraceStopAsked) -> None:
        """Let the session end its pings."""
        stop = self.state.actions.stop_trace
        if stop is not None:
            stop()

    def on_copy_asked(self, message: CopyAsked) -> None:
        """Put words on the clipboard, by the terminal (OSC 52)."""
        self.copy_to_clipboard(message.words)
        self._tell(f"copied: {message.what}")


def _making(pane: type[Pane], state: State) -> Callable[[], Pane]:
    return lambda: pane(state)
