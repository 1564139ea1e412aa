"""What ssh, sudo and shells say where no probe can be run, in one sentence."""

from __future__ import annotations

import pytest

from netdiag.sources.inventory.places import Login, PlacedNode
from netdiag.sources.inventory.ssh_failures import MAX_TOLD, SSH_FAILED, NoProbeError, why_no_probe

NODE = PlacedNode("node-1", login=Login("jane@host"), python="python3")
SAID = [
    (255, "jane@host: Permission denied (publickey).\r\n", "it refuses the login without a"),
    (255, "Host key verification failed.\n", "its host key is not known: log in once by 'ssh jane"),
    (255, "ssh: connect to host host port 22: No route to host\n", "ssh: connect to host host"),
    (127, "bash: line 1: python3: command not found\n", "there is no python3: 'python' in the"),
    (127, "sh: 1: python3: not found\n", "there is no python3"),
    (127, "fish: Unknown command: python3\n", "there is no python3"),
    (127, "fish: Unknown command: sudo\n", "the login is not root's, and there is no sudo"),
    (1, "python3: Command not found.\n", "there is no python3"),
    (1, "sudo: Command not found.\n", "the login is not root's, and there is no sudo"),
    (1, "sudo: sorry, you must have a tty to run sudo\n", "its sudo wants a terminal (requiretty)"),
    (127, "sh: 1: sudo: not found\n", "the login is not root's, and there is no sudo"),
    (127, "bash: line 1: sudo: command not found\n", "the login is not root's, and there is no"),
    (1, "sudo: python3: command not found\n", "there is no python3"),
    (1, "sudo: a password is required\n", "sudo wants a password there: let sudoers have"),
    (1, "jane is not in the sudoers file.\n", "its sudo does not let this user run python3"),
    (126, "sh: 1: /root/python: Permission denied\n", "this user may not run python3 there"),
    (2, "Unknown option: -I\nunknown option -I\nusage: ...\n", "its python3 is too old"),
    (1, "This account is currently not available.\n", "this user may run nothing there"),
    (3, "", "it ended with exit status 3"),
    (3, "noise\n\n  the last line \n", "the last line"),
    (3, "x" * 10_000, "x" * MAX_TOLD),
]  # fmt: skip


@pytest.mark.parametrize(("status", "said", "why"), SAID)
def test_why(status: int, said: str, why: str) -> None:
    found = why_no_probe(NODE, status, said)
    assert found.startswith(why)
    assert len(found) <= MAX_TOLD
    assert status == SSH_FAILED or "{" not in found


def test_whose_words_they_are() -> None:
    assert str(NoProbeError(NODE, "no")) == "node-1: ssh jane@host: no"
