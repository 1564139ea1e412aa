"""What runs in a pod: answers on TCP and UDP, so that services have something behind them."""

from __future__ import annotations

import contextlib
import selectors
import socket
from typing import Final, NoReturn

TCP_PORT: Final = 8080
UDP_PORT: Final = 5353
_MAX_QUESTION: Final = 2048
_SECONDS: Final = 2.0
"""How long a TCP client may take to ask."""
_LAST_SECONDS: Final = 0.2
"""How long it may take to close, once it has the answer."""


def respond(pod: str) -> NoReturn:
    """Answer for ever: TCP as a web server does, UDP with a datagram; both say who they are."""
    streams = socket.create_server(("", TCP_PORT), backlog=64)
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("", UDP_PORT))
    selector = selectors.DefaultSelector()
    selector.register(streams, selectors.EVENT_READ, _answer_stream)
    selector.register(datagrams, selectors.EVENT_READ, _answer_datagram)
    while True:
        for key, _ in selector.select():
            with contextlib.suppress(OSError):  # this client is gone; the next one may come
                key.data(key.fileobj, pod)


def _answer_stream(listening: socket.socket, pod: str) -> None:
    client, address = listening.accept()
    with client:
        client.settimeout(_SECONDS)
        if not client.recv(_MAX_QUESTION):  # it only looked whether somebody listens
            return
        said = f"{pod} to {address[0]}\n"
        head = f"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(said)}\r\n\r\n"
        client.sendall(f"{head}{said}".encode())
        client.shutdown(socket.SHUT_WR)
        client.settimeout(_LAST_SECONDS)
        while client.recv(_MAX_QUESTION):  # closed with something unread, it would be reset
            pass


def _answer_datagram(datagrams: socket.socket, pod: str) -> None:
    _, address = datagrams.recvfrom(_MAX_QUESTION)
    datagrams.sendto(f"{pod} to {address[0]}\n".encode(), address)
