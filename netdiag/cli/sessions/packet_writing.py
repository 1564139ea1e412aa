"""Has packets written by a process, and hears how that ended."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message
from netdiag.cli.sessions.helper_process import HelperProcess
from netdiag.cli.sessions.packet_frames import WritingAsked, WritingEnded
from netdiag.cli.sessions.packet_stores import PacketStores
from netdiag.model.capture_point import CapturePoint
from netdiag.tui.session import Deliver, Outcome

MODULE = "netdiag.cli.sessions.packet_writer"


def write_packets(
    path: str,
    records: list[bytes],
    stores: PacketStores,
    places: Mapping[int, CapturePoint],
    deliver: Deliver,
) -> None:
    """Write packets into a new file and deliver the outcome; blocks until then."""
    files, temporary = stores.told()
    asked = WritingAsked(
        os.path.expanduser(path),
        files,
        temporary,
        dict(places),
        sum(len(piece) for piece in records),
    )
    try:
        helper = HelperProcess(MODULE, stores.descriptors())
    except OSError as error:
        deliver(Outcome(f"cannot write {path}: {error.strerror}", is_good=False))
        return
    try:
        if helper.send(encode_message(asked)):
            for piece in records:
                if not helper.send(piece):
                    break
        decoder = msgspec.msgpack.Decoder(WritingEnded)
        ended = next(decode_messages(helper.stdout.read, decoder), None)
    finally:
        helper.kill()
        helper.stdout.close()
    if ended is None:
        deliver(Outcome(f"cannot write {path}: the process that writes ended", is_good=False))
    else:
        deliver(Outcome(ended.words, is_good=ended.is_good))
