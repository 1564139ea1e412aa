"""All captures of a bundle as one pcapng file, by time, their interfaces named by node and pod."""

from __future__ import annotations

import contextlib
import os
from typing import Final

from netdiag.sources.bundle_writing import Parts
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.recording.block_file import BlockFile, OutputFailedError, OutputGoneError
from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.interfaces import MergedInterfaces, UnsoundError
from netdiag.sources.recording.output import OneFile
from netdiag.sources.recording.section import Section

_CHUNK: Final = 1 << 20
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_PODS: Final = "pods"


def write_merged(gathered: Gathered, path: str) -> int:
    """Write a new file for this user alone; return how many packets it holds.

    What a node sent that is no capture is left out. Raises OSError.
    """
    interfaces = MergedInterfaces()
    entries: list[Entry] = []
    for parts in gathered.captures():
        entries += _packets(gathered, parts, interfaces)
    entries.sort(key=lambda entry: entry[0])
    write_packets(entries, interfaces, path)
    return len(entries)


def write_packets(entries: list[Entry], interfaces: MergedInterfaces, path: str) -> None:
    """Write packets into a new file for this user alone. Raises OSError."""
    file = BlockFile(os.open(path, _NEW, 0o600), path)
    try:
        output = OneFile(file, interfaces)
        output.write(entries)
        output.finish()
    except (OutputFailedError, OutputGoneError) as error:
        os.unlink(path)  # half a capture would tell half the truth
        raise OSError(0, "it cannot be written on") from error


def _packets(gathered: Gathered, parts: Parts, interfaces: MergedInterfaces) -> list[Entry]:
    place = "/".join(part for part in parts[:-1] if part != _PODS)
    section = Section(place, interfaces, None)
    entries: list[Entry] = []
    with gathered.open(parts) as file, contextlib.suppress(UnsoundError):
        while chunk := file.read(_CHUNK):
            entries += section.feed(chunk)
    return entries
