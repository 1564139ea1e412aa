"""A process that lists packets: records on its stdout, in order of time.

What to list comes on its stdin, which is also its lifeline: when it closes, the process ends. A
byte on it says that captures which grow are complete.
"""

from __future__ import annotations

import os
import sys
from threading import Event, Thread

import msgspec

from netdiag.cli.sessions.faults import fault_words
from netdiag.cli.sessions.framing import decode_messages, encode_message, read_stdin
from netdiag.cli.sessions.packet_frames import (
    FilesTold,
    FileTold,
    ListAsked,
    ListEnded,
    ListFrame,
    PacketsTold,
)
from netdiag.decode.inner_filter import FilterSyntaxError
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.capture_file import OpenCapture, open_captures
from netdiag.sources.found import CaptureFile, Found, Problem, gathered
from netdiag.sources.packet_excerpt import Excerpt
from netdiag.sources.packet_list import KeptBytes, Recorder, list_packets
from netdiag.sources.streams import Opener, SliceReader


def main() -> None:
    """List what is asked for."""
    asked = next(decode_messages(read_stdin, msgspec.msgpack.Decoder(ListAsked)), None)
    if asked is None:
        return
    ended = Event()
    Thread(target=_hold, args=(ended,), daemon=True).start()
    try:
        problem = Listing(asked, ended).run()
    except BrokenPipeError:
        os._exit(0)
    except FilterSyntaxError as error:
        problem = error.reason
    except MemoryError:
        problem = "there is not enough memory to list packets"
    except Exception as error:
        problem = fault_words(error)
    _tell(ListEnded(problem))


def _hold(ended: Event) -> None:
    """End with whoever asked; hear that captures are complete."""
    while os.read(0, 1):
        ended.set()
    os._exit(0)


class Listing:
    """One list, from what is asked to its end."""

    def __init__(self, asked: ListAsked, ended: Event) -> None:
        """Raises ``FilterSyntaxError``."""
        self._asked = asked
        self._ended = ended
        kept = KeptBytes(asked.store, asked.store_number) if asked.store >= 0 else None
        self._recorder = Recorder(kept, asked.expression, asked.first_place)

    def run(self) -> str:
        """List all; return what went wrong in a sentence, or nothing."""
        if self._asked.growing:
            return self._read_whole() if self._asked.are_whole else self._follow()
        from netdiag.sources.paths import find_all

        found = find_all(self._asked.paths)
        ports = self._tunnel_ports(found)
        captures, unopened = open_captures(found.captures, udp_tunnel_table((), ports))
        told = [_told(capture) for capture in captures]
        _tell(FilesTold(told, ports))
        recorder = self._recorder
        wanted = Excerpt(recorder, self._asked.near) if self._asked.near else recorder
        list_packets(captures, [bool(file.path) for file in told], wanted, self._packets)
        return _sentence([*found.problems, *unopened], captures)

    def _tunnel_ports(self, found: Found) -> dict[int, str]:
        if self._asked.tunnel_ports is not None:
            return self._asked.tunnel_ports
        if not found.documents:
            return {}
        from netdiag.facts.configuration.tunnel_ports import tunnel_ports
        from netdiag.sources.facts import read_facts

        return dict(tunnel_ports(read_facts(found.documents.values())))

    def _read_whole(self) -> str:
        """List captures that are known by their descriptors, in order of time."""
        ports = self._tell_growing()
        files = [
            CaptureFile(each.label, each.point, _opener(each.descriptor))
            for each in self._asked.growing
        ]
        numbers = {file.label: number for number, file in enumerate(files)}
        captures, unopened = open_captures(files, udp_tunnel_table((), ports))
        list_packets(
            captures,
            [True] * len(captures),
            self._recorder,
            self._packets,
            [numbers[capture.file.label] for capture in captures],
        )
        return _sentence(unopened, captures)

    def _tell_growing(self) -> dict[int, str]:
        ports = self._asked.tunnel_ports or {}
        growing = self._asked.growing
        _tell(FilesTold([FileTold(file.label, "", 0, 0) for file in growing], ports))
        return ports

    def _follow(self) -> str:
        from netdiag.sources.growing_list import GrowingList

        ports = self._tell_growing()
        growing = self._asked.growing
        files = [(each.label, each.point, each.descriptor) for each in growing]
        listed = GrowingList(self._recorder, udp_tunnel_table((), ports), self._ended)
        listed.follow(files, self._packets)
        return _sentence(listed.problems, [])

    def _packets(self, records: bytes, read: int) -> None:
        places, self._recorder.new_places = self._recorder.new_places, []
        _tell(PacketsTold(records, places, read))


def _opener(descriptor: int) -> Opener:
    return lambda: SliceReader(descriptor, 0, os.fstat(descriptor).st_size)


def _sentence(problems: list[Problem], captures: list[OpenCapture]) -> str:
    broken = [why for capture in captures if (why := capture.problem()) is not None]
    told = gathered([*problems, *broken])
    return "; ".join(f"{problem.label}: {problem.reason}" for problem in told)


def _told(capture: OpenCapture) -> FileTold:
    """Return where the packets of a capture can be read again."""
    plain = capture.plain_file()
    return FileTold(capture.file.label, *(plain or ("", 0, 0)))


def _tell(frame: ListFrame) -> None:
    sys.stdout.buffer.write(encode_message(frame))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
