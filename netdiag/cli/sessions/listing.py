"""One list of packets that is being made: its process, and a thread that hears it."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Thread

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message
from netdiag.cli.sessions.helper_process import HelperProcess
from netdiag.cli.sessions.packet_frames import (
    FilesTold,
    GrowingCapture,
    ListAsked,
    ListEnded,
    ListFrame,
    PacketsTold,
)
from netdiag.sources.temporary_files import temporary_file

MODULE = "netdiag.cli.sessions.packet_lister"
PLACE_BITS = 20
MOST_STORES = 65_535


class Listing:
    """Starts the process and hands on what it tells, with the number of the list."""

    def __init__(self, number: int, hear: Callable[[int, ListFrame], None]) -> None:
        self.number = number
        self.first_place = (number & 0xFFF) << PLACE_BITS
        self.store = number % MOST_STORES + 1
        self._hear = hear
        self._helper: HelperProcess | None = None
        self._is_closed = False

    def start(
        self,
        expression: str,
        paths: tuple[str, ...],
        growing: tuple[GrowingCapture, ...],
        tunnel_ports: dict[int, str] | None,
        *,
        are_whole: bool = False,
        near: int = 0,
    ) -> int:
        """Begin; return the descriptor of the temporary file, which is the caller's to close.

        Raises OSError if that cannot be done.
        """
        with temporary_file() as file:
            store = os.dup(file.fileno())
        try:
            inherited = (store, *(each.descriptor for each in growing))
            self._helper = HelperProcess(MODULE, inherited)
        except OSError:
            os.close(store)
            raise
        asked = ListAsked(
            expression,
            paths,
            growing,
            are_whole,
            store,
            self.store,
            self.first_place,
            tunnel_ports,
            near,
        )
        self._helper.send(encode_message(asked))
        Thread(target=self._listen, args=(self._helper,), daemon=True).start()
        return store

    def complete(self) -> None:
        """Tell it that captures grow no more."""
        if self._helper is not None:
            self._helper.send(b"\n")

    def close(self) -> None:
        """End it; nothing is heard of it afterwards."""
        self._is_closed = True
        if self._helper is not None:
            self._helper.kill()

    def _listen(self, helper: HelperProcess) -> None:
        decoder: msgspec.msgpack.Decoder[ListFrame] = msgspec.msgpack.Decoder(
            FilesTold | PacketsTold | ListEnded
        )
        last: ListFrame | None = None
        with helper.stdout:
            for last in decode_messages(helper.stdout.read, decoder):
                if self._is_closed:
                    return
                self._hear(self.number, last)
        if not isinstance(last, ListEnded) and not self._is_closed:
            reason = "the process that lists packets ended before it was done"
            self._hear(self.number, ListEnded(reason))
        helper.kill()
