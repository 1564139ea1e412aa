"""A process that writes packets as pcapng: what to write, then records, come on its stdin.

The file gets its name when it is whole; before that it has none, and nothing is left behind.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message
from netdiag.cli.sessions.packet_frames import FileTold, StoreTold, WritingAsked, WritingEnded
from netdiag.cli.sessions.packet_stores import LARGEST_PACKET, PacketStores
from netdiag.model.capture_point import CapturePoint
from netdiag.model.packet_record import RECORD_BYTES, record_at
from netdiag.sources.new_file import new_file
from netdiag.sources.pcapng_writing import PcapngWriter

PIECE_RECORDS = 4_096
NOWHERE = CapturePoint(None, None, None)


def main() -> None:
    """Write what is asked for, and tell how it ended."""
    stdin = sys.stdin.buffer
    asked = next(decode_messages(stdin.read, msgspec.msgpack.Decoder(WritingAsked)), None)
    if asked is None:
        return
    try:
        ended = _write(asked, stdin)
    except FileExistsError:
        ended = WritingEnded(f"{asked.path}: there is something already", False)
    except OSError as error:
        ended = WritingEnded(f"cannot write {asked.path}: {error.strerror}", False)
    except ValueError:
        ended = WritingEnded("that is no name of a file", False)
    sys.stdout.buffer.write(encode_message(ended))


def _write(asked: WritingAsked, records: BinaryIO) -> WritingEnded:
    with new_file(asked.path) as file:
        written, lost = _copy(asked, records, file)
    words = f"{written:,} packet{'' if written == 1 else 's'} written to {asked.path}"
    if lost:
        return WritingEnded(f"{words}; the bytes of {lost:,} cannot be read again", False)
    return WritingEnded(words, True)


def _copy(asked: WritingAsked, records: BinaryIO, file: BinaryIO) -> tuple[int, int]:
    """Write all packets; return how many were written, and how many could not be read."""
    stores = _stores(asked)
    writer = PcapngWriter(file.write)
    buffer = bytearray(LARGEST_PACKET)
    written = lost = 0
    left = asked.record_bytes
    while left and (piece := records.read(min(left, PIECE_RECORDS * RECORD_BYTES))):
        left -= len(piece)
        for index in range(len(piece) // RECORD_BYTES):
            record = record_at(piece, index)
            size = stores.read_into(record, buffer)
            if size < 0:
                lost += 1
                continue
            point = asked.places.get(record.place, NOWHERE)
            writer.packet(record, point, bytes(memoryview(buffer)[:size]))
            written += 1
    if left:
        raise OSError(0, "it was stopped", asked.path)
    return written, lost


def _stores(asked: WritingAsked) -> PacketStores:
    growing = {number: told.descriptor for number, told in asked.files.items()}
    stores = PacketStores({number: fd for number, fd in growing.items() if fd >= 0})
    stores.tell_files([_file(asked.files[number]) for number in sorted(asked.files)])
    for number, told in asked.stores.items():
        stores.add_temporary(number, told.descriptor)
    return stores


def _file(told: StoreTold) -> FileTold:
    try:
        status = os.stat(told.path)
    except (OSError, ValueError):
        return FileTold("", "", 0, 0)
    return FileTold("", told.path, status.st_dev, status.st_ino)


if __name__ == "__main__":
    main()
