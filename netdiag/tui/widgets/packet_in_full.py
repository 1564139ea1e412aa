"""The packet under the cursor in full, below a table that is too narrow for it."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from netdiag.tui.foreign import foreign
from netdiag.tui.packet_source import PacketLine
from netdiag.tui.theme import ink_of


class PacketInFull(Static):
    """Tells where it was seen, its tunnels and the innermost packet, over two lines."""

    def __init__(self) -> None:
        super().__init__(markup=False, id="packet-in-full")

    def show(self, line: PacketLine | None) -> None:
        """Show the words of a row, or none."""
        ink, words = ink_of(self.app.current_theme), Text(end="")
        if line is not None:
            place = "/".join(filter(None, (line.node, line.interface)))
            words.append_text(foreign(f"{place}  ", ink.place))
            if line.tunnels:
                kind = line.kinds[-1] if line.kinds else None
                words.append_text(foreign(f"{line.tunnels}  ", ink.kind(kind)))
            words.append_text(foreign(line.packet, ink.text))
            if line.problem:
                words.append_text(foreign(f"  [{line.problem}]", ink.warning))
        self.update(words, layout=False)
