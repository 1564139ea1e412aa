"""The connections to one node by ssh: each carries some probes, and one more is made for more.

A server lets a connection carry only so many sessions (MaxSessions, 10), and only so many logins
be under way at once (MaxStartups, 10): so there are few connections, made one after another.
"""

from __future__ import annotations

import contextlib
import functools
import subprocess
from threading import Lock
from typing import Final, NamedTuple

Command = tuple[str, ...]

SESSIONS: Final = 8
"""Of a connection; two of its ten are left for whoever else uses it."""
OPEN_SECONDS: Final = 20.0


class Connection(NamedTuple):
    """The commands that make a connection, and that use it afterwards."""

    first: Command
    later: Command


@functools.cache
def connections_by(commands: tuple[Connection, ...]) -> Connections:
    """Return the connections by these commands, of which this process has one set."""
    return Connections(commands)


class Connections:
    """Those of one node, of which the first is made; from any thread."""

    def __init__(self, connections: tuple[Connection, ...]) -> None:
        """All but the first are made when they are needed; if all are full, the last takes more."""
        self._all = connections
        self._used = [0]
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[Connections], tuple[Connection, tuple[Connection, ...]]]:
        """Have another process use the same ones; it counts its own probes only."""
        return Connections, (self._all[0], self._all[1:])

    def enter(self) -> tuple[int, Command]:
        """Return a connection with room, by its number, and its command prefix.

        One that cannot be made is told of by whatever is run there.
        """
        with self._lock:
            number = next((n for n, used in enumerate(self._used) if used < SESSIONS), None)
            if number is None and len(self._used) < len(self._all):
                self._used.append(0)
                self._make(self._all[-1 + len(self._used)])
            number = len(self._used) - 1 if number is None else number
            self._used[number] += 1
            return number, self._all[number].later

    def leave(self, number: int) -> None:
        """Give a place in it back."""
        with self._lock:
            self._used[number] -= 1

    def _make(self, connection: Connection) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [*connection.first, "true"], stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=OPEN_SECONDS,
                start_new_session=True, check=False,
            )  # fmt: skip
