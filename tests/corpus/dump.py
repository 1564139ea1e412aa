"""Decodes all captures of a folder in one process and prints every packet as JSON.

Usage: python -m tests.corpus.dump FOLDER; in the interpreted form: python -m tests.interpreted
-m tests.corpus.dump FOLDER. Each line is [file name, packet], or [file name, problem].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.render.packet_json import packet_object
from netdiag.render.packet_line import PacketLines
from netdiag.render.terminal import PLAIN
from netdiag.sources.capture_file import OpenCapture, open_capture
from netdiag.sources.found import Problem
from netdiag.sources.paths import find_captures
from tests.corpus.corpus import captures_of, vxlan_ports


def dump(path: Path) -> None:
    """Print the packets of one capture, each with its line of text, and what went wrong."""
    files, problems = find_captures((str(path),))
    for file in files:
        opened = open_capture(file, udp_tunnel_table(vxlan_ports(path.name)), 65536)
        if isinstance(opened, OpenCapture):
            dump_packets(path.name, opened)
            broken = opened.problem()
            problems += [broken] if broken else []
            opened.close()
        else:
            problems.append(opened)
    for problem in problems:
        assert isinstance(problem, Problem)
        print(json.dumps([path.name, problem.reason]))


def dump_packets(name: str, capture: OpenCapture) -> None:
    """Print the packets of an open capture."""
    lines = PacketLines(PLAIN, utc=True, place_width=0)
    while capture.reader.next():
        capture.reader.decode()
        packet = packet_object(capture.reader, name, capture.point(), capture.direction())
        packet["text"] = lines.line(capture.reader, capture.point())
        print(json.dumps([name, packet]))


if __name__ == "__main__":
    for capture_path in captures_of(Path(sys.argv[1])):
        dump(capture_path)
