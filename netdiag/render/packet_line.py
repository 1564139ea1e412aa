"""One aligned line a packet: time, place, direction, tunnels, innermost packet."""

from __future__ import annotations

import time

from netdiag.decode.decoder import Decoder
from netdiag.decode.problems import problem_text
from netdiag.decode.reader import CaptureReader
from netdiag.model.capture_point import CapturePoint
from netdiag.render.packet_text import PacketText
from netdiag.render.terminal import Palette, printable

NO_TIME = "--:--:--.------"
DIRECTIONS = ("-  ", "in ", "out")
WIDEST_PLACE = 48
WIDEST_STACK = 64


class PacketLines:
    """Writes packets as lines; columns widen as they need to, up to a bound."""

    def __init__(self, palette: Palette, utc: bool, place_width: int) -> None:
        self.text = PacketText()
        self.palette = palette
        self.coloured = palette.end != ""
        self.utc = utc
        self.second = -1
        self.clock = ""
        self.point: CapturePoint | None = None
        self.place = ""
        self.place_width = min(place_width, WIDEST_PLACE)
        self.stack_width = 1

    def line(self, reader: CaptureReader, point: CapturePoint) -> str:
        """Return the line of the packet that the reader decoded last, captured at ``point``."""
        decoder: Decoder = reader.decoder
        if point is not self.point:
            self.point = point
            place = str(point)
            ifindex = reader.ifindex or decoder.ifindex
            if point.interface is None and ifindex:
                place = f"{place[:-1]}#{ifindex}"
            self.place = self.padded_place(printable(place))
        place = self.place
        stack = self.text.stack(decoder)
        if len(stack) > self.stack_width:
            self.stack_width = min(len(stack), WIDEST_STACK)
        stack = stack.ljust(self.stack_width)
        direction = DIRECTIONS[reader.direction or decoder.direction]
        packet = self.text.innermost(decoder, reader.length, reader.link_type)
        when = self.time(reader.time_ns()) if reader.has_time else NO_TIME
        if self.coloured:
            return self.in_colour(when, place, direction, stack, packet, decoder)
        if decoder.problem:
            packet = f"{packet}  [{problem_text(decoder.problem, decoder.problem_layer)}]"
        return f"{when}  {place}  {direction}  {stack}  {packet}\n"

    def time(self, time_ns: int) -> str:
        """Return the time of day, to the microsecond."""
        second = time_ns // 1_000_000_000
        fraction = time_ns - second * 1_000_000_000
        if fraction < 0:
            fraction += 1_000_000_000
            second -= 1
        if second != self.second:
            self.second = second
            self.clock = self.clock_text(second)
        return f"{self.clock}.{fraction // 1000:06d}"

    def clock_text(self, second: int) -> str:
        """Return the time of day of a second since 1970, in the local zone or in UTC."""
        try:
            moment = time.gmtime(second) if self.utc else time.localtime(second)
        except (OverflowError, ValueError, OSError):
            return f"{second}"
        return f"{moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d}"

    def padded_place(self, place: str) -> str:
        """Return a place as wide as its column, the column widened if need be."""
        self.place_width = max(self.place_width, min(len(place), WIDEST_PLACE))
        return place.ljust(self.place_width)

    def in_colour(
        self, when: str, place: str, direction: str, stack: str, packet: str, decoder: Decoder
    ) -> str:
        """Return the line with its columns in colours."""
        time_colour, place_colour, tunnel_colour, problem_colour, end = self.palette
        line = f"{time_colour}{when}{end}  {place_colour}{place}{end}  {direction}  "
        line += f"{tunnel_colour}{stack}{end}  {packet}"
        if decoder.problem:
            sentence = problem_text(decoder.problem, decoder.problem_layer)
            line += f"  {problem_colour}[{sentence}]{end}"
        return f"{line}\n"
