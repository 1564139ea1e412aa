"""The messages that widgets and screens send up; the app answers all of them.

Jumps lead to another screen: the app switches to it and calls its ``jump`` with the message.
"""

from __future__ import annotations

from typing import ClassVar

from textual.message import Message

from netdiag.model.capture_point import CapturePoint
from netdiag.tui.session import ReportKind, TraceOptions


class Jump(Message):
    """Go to something on another screen; ``screen`` is that screen's name."""

    screen: ClassVar[str]


class JumpToFrame(Jump):
    """To a packet: a frame, counted from 1, of a capture file by its label."""

    screen = "packets"

    def __init__(self, file: str, frame: int) -> None:
        super().__init__()
        self.file = file
        self.frame = frame


class JumpToPing(Jump):
    """To a ping, by its number in the report."""

    screen = "trace"

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class JumpToFact(Jump):
    """To a route, a rule, a device: where a document tells of it (``model.report.Evidence``).

    Without a document: to an interface, of a pod or of the node itself, or to all of a node.
    """

    screen = "facts"

    def __init__(
        self,
        node: str | None,
        document: str,
        key: str | None,
        pod: str | None = None,
        interface: str | None = None,
    ) -> None:
        super().__init__()
        self.node = node
        self.document = document
        self.key = key
        self.pod = pod
        self.interface = interface


class JumpToInterface(Jump):
    """To an interface of a node or of a pod."""

    screen = "network"

    def __init__(self, point: CapturePoint) -> None:
        super().__init__()
        self.point = point


class JumpToFinding(Jump):
    """To a finding, by its place in the list of findings."""

    screen = "findings"

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class TraceAsked(Message):
    """Begin to ping between two ends."""

    def __init__(self, source: str, destination: str, options: TraceOptions) -> None:
        super().__init__()
        self.source = source
        self.destination = destination
        self.options = options


class TraceStopAsked(Message):
    """End the pings that go on."""


class LookAsked(Message):
    """Ask a node that was not asked before, by a probe there."""

    def __init__(self, node: str) -> None:
        super().__init__()
        self.node = node


class ExportAsked(Message):
    """Write the report into a file; ``ping`` is the one to draw, None = that which tells most."""

    def __init__(self, kind: ReportKind, path: str, ping: int | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.path = path
        self.ping = ping


class CopyAsked(Message):
    """Put words on the clipboard, as a remedy."""

    def __init__(self, words: str, what: str) -> None:
        super().__init__()
        self.words = words
        self.what = what
