"""A capture at every interface of a lab, by tcpdump or dumpcap."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from netdiag.lab.blocks.underlay import SWITCH
from netdiag.lab.errors import LabError
from netdiag.lab.running import Running

CAPTURERS: Final = {True: ("tcpdump", "tcpdump"), False: ("dumpcap", "wireshark-common")}
"""Whether the lab is root's -> program and Debian package.

tcpdump insists on changing its user, which an ordinary user's namespace has only one of.
"""

_COMMANDS: Final = {
    True: (
        "tcpdump", "-p", "-n", "-U", "--immediate-mode", "--time-stamp-precision=nano",
        "-Z", "root", "-w", "-", "-i",
    ),
    False: ("dumpcap", "-p", "-q", "-w", "-", "-i"),
}  # fmt: skip
_READY: Final = (b"listening on", b"File: ")
_LAST_SECONDS: Final = 0.2
"""What is on its way still arrives."""


class Captures:
    """A tcpdump at every interface of a lab, from ``with`` until its end."""

    def __init__(self, lab: Running, folder: Path) -> None:
        """Write into ``NODE/IFACE.pcap`` and ``NODE/pods/POD/IFACE.pcap`` of this folder."""
        self._lab = lab
        self._folder = folder
        self._running: dict[Path, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Captures:
        try:
            self.start_missing()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(_LAST_SECONDS)
        self._stop()

    def start_missing(self) -> None:
        """Capture where nothing captures: also interfaces that were made meanwhile."""
        started = []
        for place, folder in self._places():
            for interface in self._lab.netlink(place).interfaces_up():
                path = folder / f"{interface}.pcap"
                if (before := self._running.get(path)) is not None:
                    if before.poll() is None:
                        continue
                    path = folder / f"{interface}+again.pcap"
                started.append(self._start(place, interface, path))
        for process in started:
            _wait_until_listening(process)

    def _places(self) -> Iterator[tuple[str, Path]]:
        pods = {pod.name: pod for pod in self._lab.cluster.pods}
        for place in self._lab.site.places:
            if place in pods:
                yield place, self._folder / pods[place].node.name / "pods" / place
            elif place != SWITCH:
                yield place, self._folder / place

    def _start(self, place: str, interface: str, path: Path) -> subprocess.Popen[bytes]:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            process = self._lab.site.spawn(
                place, [*_COMMANDS[self._lab.site.is_roots], interface],
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE,
            )  # fmt: skip
        self._running[path] = process
        return process

    def _stop(self) -> None:
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
        for process in self._running.values():
            process.communicate()


def _wait_until_listening(process: subprocess.Popen[bytes]) -> None:
    stream: IO[bytes] | None = process.stderr
    assert stream is not None
    said = b""
    while not any(word in said for word in _READY):
        line = stream.readline()
        if not line:
            words = said.decode(errors="replace").strip().splitlines()
            raise LabError(f"cannot capture: {words[-1] if words else 'the program ended at once'}")
        said += line
