"""Asks between which two pods to trace, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input, Label

from netdiag.model.capture_point import CapturePoint
from netdiag.tui.foreign import foreign, foreign_words
from netdiag.tui.session import TraceEnd, TraceOptions
from netdiag.tui.state import State
from netdiag.tui.theme import ink_of
from netdiag.tui.trace_ends import end_meant, end_typed, matching_ends
from netdiag.tui.trace_options import OptionError, fields_of, typed_options
from netdiag.tui.widgets.end_line import EndLine
from netdiag.tui.widgets.end_list import EndList
from netdiag.tui.widgets.trace_head import left_out_words

NUMBERS = ("count", "interval", "size")
PORTS = ("tcp", "udp")
TITLES = {
    "count": "Count",
    "interval": "Interval s",
    "size": "Size",
    "tcp": "TCP ports",
    "udp": "UDP ports",
}
TICKED = "x"
KEYS = "↑↓ choose   Enter next, start   Tab options   Esc cancel"


class Tick(Checkbox):
    """A box that tells by more than its colour whether it is ticked."""

    def __init__(self, label: str, value: bool, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(label, value, id=id, compact=True)

    @property
    def _button(self) -> Content:
        """The box: Textual's own is seen by its colour alone."""
        inner = TICKED if self.value else " "
        return Content.assemble((f"[{inner}]", self.get_visual_style("toggle--button")))


class Choice(NamedTuple):
    """What was chosen."""

    source: str
    destination: str
    options: TraceOptions


class TraceDialog(ModalScreen[Choice | None]):
    """Takes two ends and options; what is typed narrows the list of ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
    ]

    def __init__(
        self,
        state: State,
        last: Choice | None,
        left_out: Callable[[str, str], Sequence[CapturePoint]],
    ) -> None:
        """``last`` is what was chosen before; ``left_out`` tells what will not be captured."""
        super().__init__(classes="dialog")
        self._state = state
        self._last = last or Choice("", "", TraceOptions())
        self._left_out = left_out
        self._settled = {"from": self._last.source, "to": self._last.destination}
        """What stood in a line before anything was typed."""
        self._listed = ("", "")
        """For which line, and for which words, ends are listed."""

    def compose(self) -> ComposeResult:
        """Return two lines to type in, the list, and the options."""
        last, options = self._last, self._last.options
        fields = fields_of(options)
        with Vertical(classes="dialog-box trace-dialog"):
            yield Label("Trace between two pods", markup=False, classes="dialog-title")
            for name, title, value in (
                ("from", "From", last.source),
                ("to", "To", last.destination),
            ):
                with Horizontal(classes="field"):
                    yield Label(title, markup=False)
                    yield EndLine(foreign_words(value), self._take, self._move, id=name)
            yield EndList(takes_names=self._takes_names)
            with Horizontal(classes="field options"):
                yield from _fields(NUMBERS, fields)
                yield Tick("DF", options.dont_fragment, id="df")
                yield Tick("Path MTU", options.mtu, id="mtu")
            with Horizontal(classes="field options"):
                yield from _fields(PORTS, fields)
                yield Tick("Until stopped", options.count is None, id="continuous")
            yield Label("", markup=False, id="trace-error")
            yield Label(KEYS, markup=False, classes="dialog-keys")

    def on_mount(self) -> None:
        """Begin with where it starts."""
        self.query_one("#from", EndLine).focus()
        self._tell_left_out()

    @property
    def _ends(self) -> Sequence[TraceEnd]:
        return self._state.snapshot.ends

    @property
    def _takes_names(self) -> bool:
        return self._state.snapshot.takes_names

    @property
    def _list(self) -> EndList:
        return self.query_one(EndList)

    # What is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what may be meant."""
        if event.input.id in ("from", "to") and event.input.has_focus:
            self._suggest(event.value, event.input.id)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """List all for a line that was only entered; what stands there is replaced by typing."""
        if isinstance(event.widget, Input) and event.widget.id in ("from", "to"):
            self._suggest("", event.widget.id)
            names = [end.name for end in self._list.ends]
            if event.widget.value in names:
                self._list.cursor = names.index(event.widget.value)

    def _suggest(self, typed: str, name: str) -> None:
        self._listed = (name, typed)
        found = matching_ends(self._ends, typed, self._takes_names)
        if name == "to":
            source = self.query_one("#from", Input).value
            found.sort(key=lambda end: end.name == source)  # itself is the least likely
        self._list.show(found)

    def _move(self, rows: int) -> None:
        """Move in the list, whichever line is typed in."""
        self._list.action_move(rows)

    def on_line_table_chosen(self, event: EndList.Chosen) -> None:
        """Take what was clicked for the line that is typed in."""
        if isinstance(self.focused, EndLine):
            self._take(self.focused)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Start."""
        self._start()

    def _take(self, line: EndLine) -> None:
        """Take what is meant for a line, and go to the next one, or start."""
        name = line.id or ""
        if line.value != self._settled[name] and self._listed != (name, line.value):
            self._suggest(line.value, name)
        chosen = self._list.chosen
        typed = end_typed(self._ends, line.value) if line.value.strip() else None
        at_first = self._list.cursor == 0
        if typed is not None and (chosen is None or at_first):
            line.value = typed
        elif chosen is not None:
            line.value = foreign_words(chosen.name)
        elif not (self._takes_names and line.value.strip()):
            self._tell(f"{line.value!r} is no pod, node or address of this network")
            return
        self._settled[name] = line.value
        if name == "from":
            self._tell_left_out()
            line.hand_over(self.query_one("#to", EndLine))
        else:
            self._start()

    def _start(self) -> None:
        ends = []
        for name in ("from", "to"):
            line = self.query_one(f"#{name}", Input)
            end = end_meant(self._ends, line.value, self._takes_names)
            if end is None:
                self._tell("say from where to where: both are needed")
                line.focus()
                return
            ends.append(end)
        try:
            options = self._options()
        except OptionError as error:
            self._tell(str(error))
            return
        self.dismiss(Choice(ends[0], ends[1], options))

    def _options(self) -> TraceOptions:
        fields = {name: self.query_one(f"#{name}", Input).value for name in (*NUMBERS, *PORTS)}
        ticked = {box.id: box.value for box in self.query(Tick)}
        return typed_options(
            fields,
            continuous=ticked["continuous"],
            dont_fragment=ticked["df"],
            mtu=ticked["mtu"],
        )

    def _tell(self, words: str) -> None:
        ink = ink_of(self.app.current_theme)
        self.query_one("#trace-error", Label).update(foreign(words, ink.problem))

    def _tell_left_out(self) -> None:
        """Tell what the user has unticked, as far as ends are chosen, or why ends are lacking."""
        points, ink = self._left_out(*self._settled.values()), ink_of(self.app.current_theme)
        words = left_out_words(points) if points else self._state.snapshot.ends_note
        self.query_one("#trace-error", Label).update(foreign(words, ink.warning))


def _fields(names: Iterable[str], fields: dict[str, str]) -> ComposeResult:
    for name in names:
        yield Label(TITLES[name], markup=False)
        yield Input(fields[name], id=name, compact=True)
