"""From a container into the node's own files, so that its files and programs are found.

Process 1 is the node's if it is in this network namespace, as it is with ``hostPID`` and
``hostNetwork``. All that is needed of Python's library has to be loaded before.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401  # loaded by sockets, later
import os

from netdiag_probe.messages import complain, explain
from netdiag_probe.netns import OWN, Namespace, identify

INIT = "/proc/1"


def enter_root_of_node(init: str = INIT) -> None:
    """Take its root for this process's; say why that is not possible, and go on without."""
    try:
        own, theirs = os.stat("/"), os.stat(f"{init}/root/")
        if (own.st_dev, own.st_ino) == (theirs.st_dev, theirs.st_ino):
            return
        if identify(Namespace("", f"{init}/ns/net")) != identify(OWN):
            return
        os.chroot(f"{init}/root")
        os.chdir("/")
    except OSError as error:
        complain(f"the node's own files cannot be looked at: {explain(error)}")
