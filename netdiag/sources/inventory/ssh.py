"""Nodes that are reached by the system's ssh: logged in once, and who cannot be is told.

One connection for each node carries all its probes (ControlMaster). It is made before the first
of them, and ended by a guard, a process that outlives this one however it ends, by ``kill -9``
too, and then removes the folder with the connections' sockets.
"""

from __future__ import annotations

import os
import re
import secrets
import shlex
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from netdiag.lab.site import find_program
from netdiag.sources.inventory.places import Inventory, LackingError, PlacedNode
from netdiag.sources.inventory.ssh_connections import Connection
from netdiag.sources.inventory.ssh_failures import NoProbeError, why_no_probe
from netdiag.sources.temporary_files import temporary_file, temporary_folder

SUDO: Final = ("sudo", "-n", "--")
LEAST_PYTHON: Final = (3, 9)
SIDE_BY_SIDE: Final = 32
MOST_CONNECTIONS: Final = 16
"""To one node."""
LOGIN_SECONDS: Final = 20.0
IDLE_SECONDS: Final = 60
"""After which a connection ends by itself, should the guard have been killed, too."""

_MOST_FOLDER: Final = 60
"""Bytes: a socket's whole path has to fit in 108 with what ssh puts behind it."""

_MOST_SAID: Final = 65536
_OPTIONS: Final = (
    "BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
    f"ControlPersist={IDLE_SECONDS}", "ClearAllForwardings=yes", "ForwardAgent=no",
    "ForwardX11=no", "PermitLocalCommand=no", "RemoteCommand=none", "RequestTTY=no",
    "LogLevel=ERROR",
)  # fmt: skip
_FIRST: Final = "ControlMaster=auto"
_LATER: Final = "ControlMaster=no"
"""Who finds the connection full logs in for itself, and does not try to take its place."""

_LOOK: Final = 'import sys;print("netdiag-ssh %d %d" % sys.version_info[:2])'
_ANSWER: Final = re.compile(rb"netdiag-ssh (\d{1,3}) (\d{1,3})\b")
_GUARD: Final = """\
{ cat >/dev/null
for each in "$0"/*; do
    [ ! -S "$each" ] || ssh -F none -o ControlPath="$each" -O exit netdiag
done
rm -rf "$0"; } <&3 3<&- &
"""


def logged_in(inventory: Inventory) -> Inventory:
    """Return an inventory with its nodes by ssh logged in, for as long as this process lives.

    One that cannot be used says why (``unreachable``). Raises LackingError if that is all of them,
    or there is no ssh.
    """
    wanted = [node for node in inventory.nodes if node.login is not None]
    if not wanted:
        return inventory
    if find_program("ssh") is None:
        raise LackingError("ssh is not installed, and the inventory has nodes that it leads to")
    folder = _guarded_folder()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        sockets = [os.path.join(folder, str(number)) for number in range(len(wanted))]
        done = {node.name: node for node in pool.map(_log_in, wanted, sockets)}
    nodes = tuple(done.get(node.name, node) for node in inventory.nodes)
    if all(node.unreachable for node in nodes):
        raise LackingError("; ".join(node.unreachable for node in nodes))
    return replace(inventory, nodes=nodes)


def _guarded_folder() -> str:
    """Return a new folder of ours alone, which is removed when this process has ended.

    The guard waits for the end of a pipe. Nobody closes ours but the kernel.
    """
    parent = temporary_folder()
    if len(os.fsencode(parent)) > _MOST_FOLDER:
        parent = "/tmp"
    folder = os.path.join(parent, f"netdiag-ssh-{secrets.token_hex(4)}")
    ends, _ = os.pipe()
    with open(ends, "rb") as lifeline:
        subprocess.run(
            ["sh", "-c", f"exec 3<&0\n{_GUARD}", folder], stdin=lifeline, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    os.mkdir(folder, 0o700)
    return folder


def _log_in(node: PlacedNode, socket: str) -> PlacedNode:
    """Return a node that probes can be run on, or one that says why they cannot."""
    login = node.login
    assert login is not None
    reached = replace(node, run=_ssh(login.target, socket, _FIRST), takes_line=True)
    try:
        is_root = login.sudo is None and _said(reached, ("id", "-u")).strip() == b"0"
        if not is_root and login.sudo is not False:
            reached = replace(reached, elevated_by=SUDO)
        _check_python(reached)
    except NoProbeError as error:
        return replace(node, unreachable=str(error))
    connections = tuple(
        Connection(_ssh(login.target, path, _FIRST), _ssh(login.target, path, _LATER))
        for path in (socket, *(f"{socket}-{number}" for number in range(1, MOST_CONNECTIONS)))
    )
    return replace(reached, run=connections[0].later, connections=connections)


def _ssh(target: str, socket: str, *more: str) -> tuple[str, ...]:
    """Return the command that leads to a login."""
    told = (*_OPTIONS, f"ControlPath={socket}", *more)
    options = [word for each in told for word in ("-o", each)]
    return ("ssh", "-T", *options, "--", target)


def _check_python(node: PlacedNode) -> None:
    """Raise NoProbeError if a probe cannot be run."""
    said = _said(node, node.words("-I", "-S", "-c", _LOOK))
    found = _ANSWER.search(said)
    if found is None:
        raise NoProbeError(node, f"its {node.python} is none")
    major, minor = map(int, found.groups())
    if (major, minor) < LEAST_PYTHON:
        raise NoProbeError(node, f"its {node.python} is {major}.{minor}, and probes need 3.9")


def _said(node: PlacedNode, words: Sequence[str]) -> bytes:
    """Run a program there and return what it says. Raises NoProbeError if it fails."""
    with temporary_file() as said, temporary_file() as complained:
        # no pipes: the connection that stays behind would hold them open
        try:
            status = subprocess.run(
                [*node.run, shlex.join(words)], stdin=subprocess.DEVNULL, stdout=said,
                stderr=complained, timeout=LOGIN_SECONDS, start_new_session=True, check=False,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            raise NoProbeError(node, "it did not answer") from None
        complained.seek(0)
        if status != 0:
            complaint = complained.read(_MOST_SAID).decode(errors="replace")
            raise NoProbeError(node, why_no_probe(node, status, complaint))
        said.seek(0)
        return said.read(_MOST_SAID)
