"""Network namespaces to capture in, made for a test and removed after it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

RUN = Path("/run/netns")

_SENDER = """
import socket, sys
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
raw.bind((sys.argv[1], 0))
for line in sys.stdin:
    raw.send(bytes.fromhex(line))
"""


def run(*words: str, given: str | None = None) -> str:
    """Run a program that must not fail; return what it printed."""
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


_TUN = """
import fcntl, os, struct, sys
tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", sys.argv[1].encode(), 0x1001))
os.system(f"ip link set {sys.argv[1]} up")
print("up", flush=True)
for line in sys.stdin:
    os.write(tun, bytes.fromhex(line))
    print("written", flush=True)
"""
"""A device whose packets have no link header (IFF_TUN, IFF_NO_PI), written to on stdin."""


class Tun:
    """A TUN device, as it is for whoever sends on it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._wait()

    def write(self, packet: bytes) -> None:
        """Let a packet come in from the device."""
        assert self._process.stdin is not None
        self._process.stdin.write(packet.hex() + "\n")
        self._process.stdin.flush()
        self._wait()

    def _wait(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline()


class Namespaces:
    """Some namespaces of one test."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def add(self, name: str) -> str:
        """Make a namespace without IPv6's chatter; return its name on this machine."""
        full = f"npt-{os.getpid()}-{name}"
        run("ip", "netns", "add", full)
        self.names.append(full)
        self.inside(full, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
        return full

    def remove(self, name: str) -> None:
        run("ip", "netns", "del", name)
        self.names.remove(name)

    def inside(self, name: str, *words: str, given: str | None = None) -> str:
        """Run a program in a namespace."""
        return run("ip", "netns", "exec", name, *words, given=given)

    def ip(self, name: str, *words: str) -> str:
        return run("ip", "-n", name, *words)

    def add_veth(self, near: tuple[str, str], far: tuple[str, str]) -> None:
        """Connect two namespaces: each end is (namespace, interface); both are up."""
        self.ip(near[0], *("link", "add", near[1], "type", "veth", "peer", "name", far[1]),
                "netns", far[0])  # fmt: skip
        for name, interface in (near, far):
            self.ip(name, "link", "set", interface, "up")

    def send(self, name: str, interface: str, frames: Iterable[bytes]) -> None:
        """Send frames as they are."""
        lines = "".join(f"{frame.hex()}\n" for frame in frames)
        self.inside(name, sys.executable, "-c", _SENDER, interface, given=lines)

    def has_own(self, name: str, setting: str) -> bool:
        """Tell whether a setting of the kernel is one of the namespace."""
        path = "/proc/sys/" + setting.replace(".", "/")
        words = ("ip", "netns", "exec", name, "test", "-e", path)
        return subprocess.run(words, check=False).returncode == 0

    @contextmanager
    def tun(self, name: str, interface: str) -> Iterator[Tun]:
        """Make a TUN device in a namespace, for a while."""
        words = ("ip", "netns", "exec", name, sys.executable, "-c", _TUN, interface)
        pipe = subprocess.PIPE
        with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
            yield Tun(process)
            assert process.stdin is not None
            process.stdin.close()


@contextmanager
def namespaces() -> Iterator[Namespaces]:
    """Make namespaces that are gone afterwards."""
    made = Namespaces()
    try:
        yield made
    finally:
        for name in made.names:
            subprocess.run(["ip", "netns", "del", name], check=False)
