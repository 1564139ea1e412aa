"""HTTP/1.1 over TLS, as much of it as kubectl speaks: RFC 9112."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

MAX_BODY = 8 << 20

Object = dict[str, Any]
"""A Kubernetes object, as its JSON has it; never changed once it is stored."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names in small letters."""
    head: bytes
    """As it was sent, for those who take the connection over."""
    body: bytes = b""

    def one(self, name: str) -> str | None:
        """Return the only, or first, value of a parameter."""
        return self.query.get(name, [None])[0]

    def flag(self, name: str) -> bool:
        """Tell whether a parameter says true."""
        return self.one(name) in ("1", "true", "True")

    @property
    def is_upgrade(self) -> bool:
        """Tell whether it asks for a WebSocket."""
        return self.headers.get("upgrade", "").lower() == "websocket"


class Connection:
    """One client, for as long as it stays."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def receive(self) -> Request | None:
        """Return the next request; None at the end."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return None
        first, *rest = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in rest if line)
        }
        body = await self._body(headers)
        url = urlsplit(target)
        query = parse_qs(url.query, keep_blank_values=True)
        return Request(method, unquote(url.path), query, headers, head, body)

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            length = int(headers.get("content-length", 0))
            assert length <= MAX_BODY
            return await self.reader.readexactly(length)
        body = b""
        while length := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(length + 2))[:-2]
            assert len(body) <= MAX_BODY
        await self.reader.readuntil(b"\r\n")
        return body

    async def send(self, code: int, document: Any, kind: str = "application/json") -> None:
        """Send a whole answer."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self._begin(code, kind, f"Content-Length: {len(body)}\r\n")
        self.writer.write(body)
        await self.writer.drain()

    async def begin_events(self) -> None:
        """Begin an answer that goes on for as long as there are events."""
        self._begin(200, "application/json", "Transfer-Encoding: chunked\r\n")
        await self.writer.drain()

    async def send_event(self, event: Any) -> None:
        """Send one of them."""
        line = json.dumps(event).encode() + b"\n"
        self.writer.write(b"%x\r\n%b\r\n" % (len(line), line))
        await self.writer.drain()

    async def end_events(self) -> None:
        """End such an answer."""
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    def _begin(self, code: int, kind: str, length: str) -> None:
        reason = HTTPStatus(code).phrase
        head = f"HTTP/1.1 {code} {reason}\r\nContent-Type: {kind}\r\n{length}\r\n"
        self.writer.write(head.encode())


Answering = Callable[[Request, Connection], Awaitable[bool]]
"""Answers one request; False: the connection is not of use any more."""


class Server:
    """Listens at 127.0.0.1, until it goes away; it may come back at the same port."""

    def __init__(self, context: ssl.SSLContext, answering: Answering) -> None:
        self._context = context
        self._answering = answering
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], Connection] = {}
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))  # so that nobody else gets the port meanwhile
        self.port: int = self._held.getsockname()[1]

    async def listen(self) -> None:
        """Listen, from now on."""
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self._context, limit=1 << 17
        )

    def close(self) -> None:
        """Give the port back."""
        self._held.close()

    async def go_away(self) -> None:
        """Take no connections any more and cut those that there are, without a word."""
        if self._server is not None:
            self._server.close()
        self._server = None
        for connection in self._clients.values():
            connection.writer.transport.abort()
        clients = list(self._clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer)
        task = asyncio.get_running_loop().create_task(self._serve(connection))
        self._clients[task] = connection
        task.add_done_callback(self._clients.pop)

    async def _serve(self, connection: Connection) -> None:
        try:
            with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
                while (request := await connection.receive()) is not None:
                    if not await self._answering(request, connection):
                        break
        finally:
            connection.writer.close()
