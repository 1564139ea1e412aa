"""A process that takes packets apart, one at a time, as they come on its stdin.

On its own, because scapy takes long to load and pyshark wants an event loop and starts tshark;
what takes too long is ended with it.
"""

from __future__ import annotations

import sys

import msgspec

from netdiag.cli.sessions.framing import decode_messages, encode_message
from netdiag.cli.sessions.packet_frames import DissectionAsked, DissectionTold
from netdiag.model.header_tree import HeaderTree
from netdiag.model.udp_tunnels import udp_tunnel_table


def main() -> None:
    """Answer until stdin ends."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    for asked in decode_messages(stdin.read, msgspec.msgpack.Decoder(DissectionAsked)):
        try:
            tree = _answer(asked)
        except Exception as error:
            tree = HeaderTree((), f"it cannot be taken apart: {type(error).__name__}")
        try:
            stdout.write(encode_message(DissectionTold(asked.number, tree)))
            stdout.flush()
        except BrokenPipeError:
            return


def _answer(asked: DissectionAsked) -> HeaderTree:
    tunnels = udp_tunnel_table((), asked.tunnel_ports)
    if asked.by_wireshark:
        from netdiag.dissect import by_wireshark

        return by_wireshark.dissect(asked.data, asked.length, asked.link_type, tunnels)
    from netdiag.dissect import by_scapy

    return by_scapy.dissect(asked.data, asked.link_type, tunnels)


if __name__ == "__main__":
    main()
