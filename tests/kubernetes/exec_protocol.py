"""``kubectl exec``: the streams of a process as channels of a WebSocket.

A message is the number of a channel in one byte, and data. In version 5 a message 255 and a
channel's number ends that channel.

When the client goes, the process finds the end of its standard input, and nobody reads what it
writes any more; nobody ends it either, as with containerd. That is for the process itself, or
for the end of its pod.

Source: k8s.io/apimachinery/pkg/util/remotecommand/constants.go, KEP-4006
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Final

from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from tests.kubernetes.processes import Process
from tests.kubernetes.refusals import RefusedError
from tests.kubernetes.serving import Connection, Object, Request

STDIN, STDOUT, STDERR, ERROR = range(4)
CLOSE: Final = 255
PROTOCOLS: Final = (Subprotocol("v5.channel.k8s.io"), Subprotocol("v4.channel.k8s.io"))
READ_BYTES: Final = 65536
_AHEAD: Final = 8
"""Messages that the client may be ahead of a process that does not read."""
_DRAIN_SECONDS: Final = 2.0
"""How long others may hold a process's output open after its end."""
_FAREWELL_SECONDS: Final = 2.0


class Channels:
    """The WebSocket, with what comes in and goes out as messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._protocol = ServerProtocol(subprotocols=PROTOCOLS)
        self._sending = asyncio.Lock()

    async def accept(self, request: Request) -> bool:
        """Take the connection over; False: the client's offer is none, and it was told so."""
        self._protocol.receive_data(request.head)
        (handshake,) = self._protocol.events_received()
        assert isinstance(handshake, Handshake)
        self._protocol.send_response(self._protocol.accept(handshake))
        await self._flush()
        return self._protocol.state is State.OPEN

    async def send(self, channel: int, data: bytes) -> None:
        """Send a message. Raises ConnectionError."""
        async with self._sending:
            self._protocol.send_binary(bytes((channel,)) + data)
            await self._flush()

    async def messages(self) -> AsyncIterator[bytes]:
        """Yield messages until the client goes."""
        parts = b""
        while self._protocol.state is State.OPEN:
            data = await self._connection.reader.read(READ_BYTES)
            if not data:
                return
            self._protocol.receive_data(data)
            async with self._sending:
                await self._flush()  # answers to pings
            for frame in self._protocol.events_received():
                assert isinstance(frame, Frame)
                if frame.opcode in (Opcode.BINARY, Opcode.CONT):
                    parts += frame.data
                    if frame.fin:
                        yield parts
                        parts = b""

    async def close(self) -> None:
        """Say farewell, and wait a little for the client's."""
        async with self._sending:
            if self._protocol.state is State.OPEN:
                self._protocol.send_close(1000)
                await self._flush()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                while self._protocol.state is not State.CLOSED and not self._protocol.eof_sent:
                    data = await self._connection.reader.read(READ_BYTES)
                    if not data:
                        return
                    self._protocol.receive_data(data)

    async def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._connection.writer.write(data)
        await self._connection.writer.drain()


async def bridge(
    request: Request, connection: Connection, start: Callable[[], Process]
) -> Process | None:
    """Run a process for a client; return it if it was left running."""
    channels = Channels(connection)
    if not await channels.accept(request):
        return None
    await channels.send(STDOUT, b"")  # tells the client that it is there
    try:
        process = start()
    except RefusedError as error:
        await channels.send(ERROR, json.dumps(error.status).encode())
        await channels.close()
        return None
    if not request.flag("stdin"):
        process.close_input()
    if not await _run(channels, process):
        return process
    process.close()
    return None


async def _run(channels: Channels, process: Process) -> bool:
    """Carry streams both ways; tell whether the process has ended before the client went."""
    tasks = (
        asyncio.create_task(_feed(channels, process)),
        asyncio.create_task(_tell(channels, process)),
    )
    feeding, telling = tasks
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if feeding.done() and not telling.done():
            return False
        with contextlib.suppress(ConnectionError):
            feeding.cancel()
            await asyncio.wait([feeding])
            await telling
            await channels.close()  # which reads, as feeding did
            return True
        return False
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _feed(channels: Channels, process: Process) -> None:
    """Pass the client's input on, until the client goes."""
    waiting: asyncio.Queue[bytes] = asyncio.Queue(_AHEAD)
    writing = asyncio.create_task(_write(process, waiting))
    try:
        async for message in channels.messages():
            if message[:1] == bytes((STDIN,)):
                await waiting.put(message[1:])
            elif message == bytes((CLOSE, STDIN)):
                await waiting.put(b"")
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        process.close_input()


async def _write(process: Process, waiting: asyncio.Queue[bytes]) -> None:
    is_open = True
    while True:
        data = await waiting.get()
        if not data:
            process.close_input()
            is_open = False
        elif is_open:
            try:
                await process.write(data)
            except BrokenPipeError:
                is_open = False


async def _tell(channels: Channels, process: Process) -> None:
    """Pass the process's output on, and how it ended."""
    reading = [
        asyncio.create_task(_carry(channels, process, stream)) for stream in (STDOUT, STDERR)
    ]
    try:
        status = await process.ended()
        done, _ = await asyncio.wait(reading, timeout=_DRAIN_SECONDS)
        for each in done:
            each.result()
        await channels.send(ERROR, json.dumps(exit_status(status)).encode())
    finally:
        for each in reading:
            each.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


async def _carry(channels: Channels, process: Process, stream: int) -> None:
    while data := await process.read(stream):
        await channels.send(stream, data)


def exit_status(status: int) -> Object:
    """Return how a process ended, as kubelet tells it."""
    if status == 0:
        return {"metadata": {}, "status": "Success"}
    cause = {"reason": "ExitCode", "message": str(status)}
    return {
        "metadata": {},
        "status": "Failure",
        "reason": "NonZeroExitCode",
        "message": f"command terminated with non-zero exit code: exit status {status}",
        "details": {"causes": [cause]},
    }
