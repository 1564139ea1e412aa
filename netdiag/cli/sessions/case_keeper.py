"""A process that keeps what PATHs hold, as a bundle or as one capture of all packets.

What to keep comes on its stdin, which is also its lifeline: when that closes, nothing is left.
"""

from __future__ import annotations

import _thread
import os
import sys
from threading import Thread

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message, read_stdin
from netdiag.cli.sessions.packet_frames import KeepingAsked, WritingEnded
from netdiag.decode.window import StreamError
from netdiag.model.packet_record import record_at
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.bundle_writing import write_bundle
from netdiag.sources.capture_file import open_captures
from netdiag.sources.found import Found
from netdiag.sources.found_bundle import bundle_of
from netdiag.sources.merge import merge_packets
from netdiag.sources.new_file import new_file
from netdiag.sources.packet_list import Recorder
from netdiag.sources.paths import find_all
from netdiag.sources.pcapng_writing import PcapngWriter


def main() -> None:
    """Keep what is asked for, and tell how it ended."""
    asked = next(decode_messages(read_stdin, msgspec.msgpack.Decoder(KeepingAsked)), None)
    if asked is None:
        return
    Thread(target=_end_with_stdin, daemon=True).start()
    try:
        ended = _ended(asked)
    except KeyboardInterrupt:
        return
    sys.stdout.buffer.write(encode_message(ended))


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    _thread.interrupt_main()


def _ended(asked: KeepingAsked) -> WritingEnded:
    path = asked.path
    try:
        found = find_all(asked.paths)
        words = _save(found, path) if asked.as_bundle else _write(found, path)
    except FileExistsError:
        return WritingEnded(f"{path}: there is something already", False)
    except OSError as error:
        return WritingEnded(f"cannot write {path}: {error.strerror or error}", False)
    except (StreamError, ValueError) as error:
        return WritingEnded(f"cannot write {path}: {error}", False)
    broken = [f"; without {problem.label}: {problem.reason}" for problem in found.problems[:1]]
    return WritingEnded(words + "".join(broken), not broken)


def _save(found: Found, path: str) -> str:
    write_bundle(bundle_of(found), path)
    return f"{len(found.captures):,} captures and {len(found.documents):,} documents kept in {path}"


def _write(found: Found, path: str) -> str:
    captures, unopened = open_captures(found.captures, udp_tunnel_table((), {}))
    found.problems += unopened
    recorder, written = Recorder(None, ""), 0
    with new_file(path) as file:
        writer = PcapngWriter(file.write)
        for capture in merge_packets(captures):
            record, reader = recorder.record(capture, 0, is_plain=False), capture.reader
            assert record is not None  # there is no filter
            data = bytes(memoryview(reader.buffer)[reader.start : reader.end])
            writer.packet(record_at(record, 0), capture.point(), data)
            written += 1
    found.problems += [why for capture in captures if (why := capture.problem()) is not None]
    return f"{written:,} packets written to {path}"


if __name__ == "__main__":
    main()
