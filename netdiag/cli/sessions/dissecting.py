"""Asks the process that takes packets apart; only the last question waits for its answer."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread, Timer

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message
from netdiag.cli.sessions.helper_process import HelperProcess
from netdiag.cli.sessions.packet_frames import DissectionAsked, DissectionTold
from netdiag.model.header_tree import HeaderTree

MODULE = "netdiag.cli.sessions.dissector"
LONGEST_SECONDS = 12.0
"""From question to answer, the process's start included."""

Answer = Callable[[int, HeaderTree], None]


class Dissecting:
    """A thread with one process, made anew when it fails; nothing is started before it is asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._helper: HelperProcess | None = None
        self._thread: Thread | None = None
        self._asked: DissectionAsked | None = None
        self._changed = Condition()
        self._is_closed = False

    def ask(self, asked: DissectionAsked) -> None:
        """Ask; a question that waits is replaced. Returns at once."""
        with self._changed:
            self._asked = asked
            self._changed.notify()
        if self._thread is None:
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End thread and process."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._helper is not None:
            self._helper.kill()

    def _run(self) -> None:
        while (asked := self._next()) is not None:
            tree = self._ask(asked)
            if self._is_closed:
                break
            self._answer(asked.number, tree)
        self._end_helper()

    def _next(self) -> DissectionAsked | None:
        with self._changed:
            while self._asked is None and not self._is_closed:
                self._changed.wait()
            asked, self._asked = self._asked, None
            return None if self._is_closed else asked

    def _ask(self, asked: DissectionAsked) -> HeaderTree:
        try:
            helper = self._helper = self._helper or HelperProcess(MODULE)
        except OSError as error:
            return HeaderTree((), f"it cannot be taken apart: {error.strerror}")
        limit = Timer(LONGEST_SECONDS, helper.kill)
        limit.start()
        told = None
        if helper.send(encode_message(asked)):
            decoder = msgspec.msgpack.Decoder(DissectionTold)
            told = next(decode_messages(helper.stdout.read, decoder), None)
        limit.cancel()
        if told is None:
            self._end_helper()
            return HeaderTree((), f"it could not be taken apart within {LONGEST_SECONDS:.0f} s")
        return told.tree

    def _end_helper(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.kill()
            helper.stdout.close()
