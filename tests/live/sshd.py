"""Nodes of a lab as they are over ssh: a real sshd on each, keys made for the test, a client."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from netdiag.lab.state import Lab, read_lab
from netdiag.sources.inventory.lab import lab_inventory
from netdiag.sources.inventory.places import Inventory, PlacedNode
from tests.cli.processes import NETDIAG, ROOT, Result, environment
from tests.lab.processes import lab

NODES: Final = ("node-1", "node-2")
SECONDS: Final = 120
USER: Final = "tester"
"""One who is not root."""

_SSHD: Final = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
needs_sshd = pytest.mark.skipif(
    _SSHD is None or shutil.which("ssh") is None,
    reason="ssh or sshd is not installed (Debian: openssh-client, openssh-server)",
)
_SERVER: Final = """\
Port 22
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PidFile none
LogLevel VERBOSE
"""
_CLIENT: Final = """\
Host *
    IdentityFile {folder}/user
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known
    GlobalKnownHostsFile none
"""


class Shelled:
    """A lab whose nodes are logged in to, by a client that stands in the network of the first."""

    def __init__(self, folder: Path, made: Lab, servers: dict[str, Path]) -> None:
        self.folder = folder
        self.servers = servers
        """Each node's log."""
        self.inventory: Inventory = lab_inventory(made.name)
        self._lab = made
        self.file = folder / "nodes.toml"
        self.list_nodes()

    def node(self, name: str) -> PlacedNode:
        """Return a node as the lab has it."""
        return self.inventory.node(name)

    def list_nodes(self, user: str = "root", more: str = "") -> None:
        """Write the inventory anew: how users log in, and more lines for the second node."""
        lines = []
        for name in NODES:
            (address,) = self.node(name).addresses
            lines += [f"[nodes.{name}]", f'ssh = "{user}@{address}"']
            if "python" not in more or name != NODES[1]:
                lines.append(f'python = "{sys.executable}"')
            lines += [f'addresses = ["{address}"]', more if name == NODES[1] else ""]
        for pod in self.inventory.pods:
            lines += [f"[pods.{pod.name}]", f'node = "{pod.node}"', f'netns = "{pod.netns}"']
            lines.append(f'addresses = ["{pod.addresses[0]}"]')
        self.file.write_text("\n".join(lines) + "\n")

    @property
    def entering(self) -> tuple[str, ...]:
        """Return what runs a program where the client stands."""
        return "nsenter", f"--net=/proc/{self._lab.places[NODES[0]]}/ns/net"

    @property
    def variables(self) -> dict[str, str]:
        """Return the variables by which it finds this client, and its files are found."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        python = f"{ROOT}:{ROOT}/probes"
        return {"TMPDIR": str(self.folder / "tmp"), "PATH": path, "PYTHONPATH": python}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start netdiag; use it in a ``with`` statement."""
        return subprocess.Popen(
            [*self.entering, *NETDIAG, *words],
            env=environment(self.variables), cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def trace(self, *words: str) -> Result:
        """Trace from pod-a to pod-c, by quick pings, to the end."""
        quick = ("--interval", "0.02", "--timeout", "0.5")
        arguments = ("pod-a", "pod-c", "--inventory", str(self.file), *quick, *words)
        with self.start("trace", *arguments) as process:
            out, err = communicated(process)
        return Result(process.args, process.returncode, out, err)

    def logins(self, node: str) -> int:
        """Return how many logins a node has seen."""
        return self.servers[node].read_text().count("Accepted publickey")

    def probes(self) -> list[int]:
        """Return the probes that run anywhere in the lab."""
        own = _space(self._lab.places[NODES[0]], "pid")
        return [each for each in _processes() if _is_probe(each) and _space(each, "pid") == own]

    def sessions(self) -> list[int]:
        """Return the processes of sshd that serve somebody."""
        own = _space(self._lab.places[NODES[0]], "pid")
        return [
            each
            for each in _processes()
            if _words(each).startswith(b"sshd: ") and b"listener" not in _words(each)
            if _space(each, "pid") == own
        ]

    def sessions_on(self, node: str) -> list[int]:
        """Return those of a node's server alone."""
        holder = self._lab.places[node]
        own = _space(holder, "net")
        return [each for each in self.sessions() if _space(each, "net") == own]

    def left_here(self) -> list[str]:
        """Return what is left of connections on this side."""
        return os.listdir(self.folder / "tmp")

    def files(self, node: str) -> str:
        """Return the files that a node has for itself."""
        words = (*self.node(node).run, "find", "/run", "/etc", "/var/lib", "-xdev")
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@contextmanager
def shelled(name: str, settings: str = "") -> Iterator[Shelled]:
    """Have such a lab; ``settings``: lines more of the servers' configuration."""
    assert lab("up", "flannel-vxlan", "--name", name).returncode == 0
    folder = Path(tempfile.mkdtemp(prefix="sshd-", dir="/tmp"))
    servers: list[subprocess.Popen[bytes]] = []
    try:
        _furnish(folder, settings)
        made = read_lab(name)
        logs = {}
        for node in NODES:
            logs[node] = folder / f"{node}.log"
            servers.append(_serve(lab_inventory(name).node(node).run, folder, logs[node]))
        _trust(folder, lab_inventory(name), logs)
        yield Shelled(folder, made, logs)
    finally:
        for server in servers:
            server.kill()
            server.wait()
        lab("down", "--name", name)
        shutil.rmtree(folder)


def _furnish(folder: Path, settings: str) -> None:
    """Make keys, configurations, and a program ``ssh`` that reads one of them."""
    for name in ("host", "user", "stranger"):
        words = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name)
        subprocess.run(words, check=True)
    folder.chmod(0o755)  # for users of nodes that are not root
    (folder / "tmp").mkdir()
    (folder / "bin").mkdir()
    (folder / "server").write_text(_SERVER.format(folder=folder) + settings)
    (folder / "client").write_text(_CLIENT.format(folder=folder))
    program = folder / "bin" / "ssh"
    program.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/client "$@"\n')
    program.chmod(0o755)


def _serve(run: Sequence[str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    script = f"mkdir -p /run/sshd && exec {_SSHD} -D -e -f {folder}/server"
    with log.open("wb") as file:
        return subprocess.Popen([*run, "sh", "-c", script], stderr=file, stdin=subprocess.DEVNULL)


def _trust(folder: Path, inventory: Inventory, logs: dict[str, Path]) -> None:
    key = (folder / "host.pub").read_text()
    lines = [f"{inventory.node(name).addresses[0]} {key}" for name in NODES]
    (folder / "known").write_text("".join(lines))
    for log in logs.values():
        eventually(lambda log=log: "Server listening" in log.read_text())  # type: ignore[misc]


def communicated(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return what a process writes; end it if it does not."""
    try:
        return process.communicate(timeout=SECONDS)
    finally:
        process.kill()


def eventually(is_so: Callable[[], object]) -> None:
    """Wait until something is so; fail if it takes too long."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _processes() -> list[int]:
    return [int(each) for each in os.listdir("/proc") if each.isdigit()]


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _is_probe(process: int) -> bool:
    words = _words(process)
    return b"netdiag_probe.cli" in words and not words.startswith((b"ssh\0", b"nsenter\0"))


def _space(process: int, kind: str) -> int:
    """Return which namespace of a kind a process is in; 0 if it has ended."""
    try:
        return os.stat(f"/proc/{process}/ns/{kind}").st_ino
    except (FileNotFoundError, ProcessLookupError):
        return 0
