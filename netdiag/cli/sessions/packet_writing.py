"""Has packets or whole bundles written by processes, and hears how that ended."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from threading import Lock, Thread

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message
from netdiag.cli.sessions.helper_process import HelperProcess
from netdiag.cli.sessions.packet_frames import KeepingAsked, WritingAsked, WritingEnded
from netdiag.cli.sessions.packet_stores import PacketStores
from netdiag.model.capture_point import CapturePoint
from netdiag.tui.session import Deliver, Outcome

WRITER, KEEPER = "netdiag.cli.sessions.packet_writer", "netdiag.cli.sessions.case_keeper"


class Writing:
    """Starts a process for each file; all end with it, and leave nothing that is not whole."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._helpers: dict[HelperProcess, bool] = {}
        """Those that write, and whether they are to clean up themselves."""
        self._lock = Lock()
        self._is_closed = False

    def write_packets(
        self,
        path: str,
        records: list[bytes],
        stores: PacketStores,
        places: Mapping[int, CapturePoint],
    ) -> None:
        """Begin to write packets by their records; returns at once."""
        files, temporary = stores.told()
        path = os.path.expanduser(path)
        size = sum(len(piece) for piece in records)
        asked = WritingAsked(path, files, temporary, dict(places), size)
        pieces = (encode_message(asked), *records)
        self._begin(WRITER, path, pieces, stores.descriptors())

    def keep(self, paths: tuple[str, ...], path: str, *, as_bundle: bool) -> None:
        """Begin to keep what PATHs hold, as a bundle or as one capture; returns at once."""
        path = os.path.expanduser(path)
        self._begin(KEEPER, path, (encode_message(KeepingAsked(paths, path, as_bundle)),))

    def close(self) -> None:
        """End all that is being written."""
        with self._lock:
            self._is_closed = True
            helpers, self._helpers = self._helpers, {}
        for helper, cleans_up in helpers.items():
            helper.let_go() if cleans_up else helper.kill()

    def _begin(
        self, module: str, path: str, pieces: Sequence[bytes], descriptors: tuple[int, ...] = ()
    ) -> None:
        try:
            helper = HelperProcess(module, descriptors)
        except OSError as error:
            self._deliver(Outcome(f"cannot write {path}: {error.strerror}", is_good=False))
            return
        with self._lock:
            self._helpers[helper] = module == KEEPER
        Thread(target=self._attend, args=(helper, path, pieces), daemon=True).start()

    def _attend(self, helper: HelperProcess, path: str, pieces: Sequence[bytes]) -> None:
        ended = None
        try:
            if all(helper.send(piece) for piece in pieces):
                decoder = msgspec.msgpack.Decoder(WritingEnded)
                ended = next(decode_messages(helper.stdout.read, decoder), None)
        finally:
            helper.kill()
            helper.stdout.close()
        with self._lock:
            self._helpers.pop(helper, None)
        if self._is_closed:
            return
        if ended is None:
            reason = "the process that writes ended"
            ended = WritingEnded(f"cannot write {path}: {reason}", False)
        self._deliver(Outcome(ended.words, is_good=ended.is_good))
