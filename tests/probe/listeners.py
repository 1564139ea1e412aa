"""A program that listens in a namespace, and says on stdout what reaches it: ``PORT WHAT``."""

from __future__ import annotations

import selectors
import socket
import sys

CLOSED, RESET = "closed", "reset"


def main(words: list[str]) -> None:
    """Listen for ever: ``tcp:PORT``, ``tcp:PORT:BANNER``, ``udp:PORT``, ``udp:PORT:FROM-ADDRESS``.

    Of a connection is said how many bytes came and how it ended, of a datagram its bytes, as hex.
    """
    selector = selectors.DefaultSelector()
    for word in words:
        protocol, port, more = (*word.split(":", 2), "")[:3]
        opened = _open(protocol, int(port))
        selector.register(opened, selectors.EVENT_READ, (protocol, port, more))
    print("listening", flush=True)
    while True:
        for key, _ in selector.select():
            protocol, port, more = key.data
            assert isinstance(key.fileobj, socket.socket)
            said = _accept(key.fileobj, more) if protocol == "tcp" else _answer(key.fileobj, more)
            print(port, said, flush=True)


def _open(protocol: str, port: int) -> socket.socket:
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    opened = socket.socket(socket.AF_INET6, kind)
    opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind(("::", port))
    if protocol == "tcp":
        opened.listen(64)
    return opened


def _accept(listening: socket.socket, banner: str) -> str:
    connection, _ = listening.accept()
    count = 0
    with connection:
        connection.sendall(banner.encode())
        try:
            while data := connection.recv(65536):
                count += len(data)
        except ConnectionResetError:
            return f"{count} {RESET}"
        return f"{count} {CLOSED}"


def _answer(opened: socket.socket, source: str) -> str:
    data, sender = opened.recvfrom(65536)
    if source:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as other:
            other.bind((source, 0))
            other.sendto(b"answer", sender)
    else:
        opened.sendto(b"answer", sender)
    return data.hex()


if __name__ == "__main__":
    main(sys.argv[1:])
