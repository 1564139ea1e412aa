"""Why no probe can be run on a node by ssh: what ssh, sudo and shells say, as one sentence."""

from __future__ import annotations

from typing import Final

from netdiag.sources.inventory.places import PlacedNode

SSH_FAILED: Final = 255
"""Exit status of ssh itself."""
MAX_TOLD: Final = 300
"""Characters of somebody else's words."""

_LOGIN: Final = (
    ("IDENTIFICATION HAS CHANGED", "its host key is another than ssh knows: if that is right, "
     "'ssh-keygen -R HOST' forgets the old one"),
    ("Host key verification failed", "its host key is not known: log in once by 'ssh {target}' "
     "and compare it"),
    ("Permission denied", "it refuses the login without a password: it knows none of the keys "
     "that ssh has, in files or in the agent"),
    ("Too many authentication failures", "it refuses the login: ssh has more keys than it tries, "
     "and IdentitiesOnly with IdentityFile in ~/.ssh/config chooses one"),
)  # fmt: skip
_THERE: Final = (
    (("you must have a tty",), "its sudo wants a terminal (requiretty): let sudoers have "
     "'Defaults:USER !requiretty' for this user, or log in as root"),
    (("a password is required", "a terminal is required"), "sudo wants a password there: let "
     "sudoers have NOPASSWD for this user, or log in as root"),
    (("is not in the sudoers", "not allowed to", "may not run sudo"), "its sudo does not let "
     "this user run {python} as root"),
    (("sudo: not found", "sudo: command not found", "sudo: Command not found",
      "command: sudo", "sudo: No such file"), "the login is not "
     "root's, and there is no sudo"),
    (("ommand not found", "not found", "No such file", "Unknown command"), "there is no "
     "{python}: 'python' in the inventory may name another"),
    (("Permission denied",), "this user may not run {python} there"),
    (("unknown option -I",), "its {python} is too old, and probes need 3.9"),
    (("This account is currently not available", "nologin"), "this user may run nothing there"),
)  # fmt: skip


class NoProbeError(Exception):
    """No probe can be run on a node: one sentence."""

    def __init__(self, node: PlacedNode, why: str) -> None:
        """Say which node, and how it was tried."""
        target = node.login.target if node.login else ""
        super().__init__(f"{node.name}: ssh {target}: {why}")


def why_no_probe(node: PlacedNode, status: int, complaint: str) -> str:
    """Return why, by the exit status of ssh and what stood on its standard error."""
    target = node.login.target if node.login else ""
    if status == SSH_FAILED:
        for words, why in _LOGIN:
            if words in complaint:
                return why.format(target=target)
    for several, why in _THERE:
        if any(words in complaint for words in several):
            return why.format(python=node.python)
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    return lines[-1][:MAX_TOLD] if lines else f"it ended with exit status {status}"
