"""Runs netdiag as an ordinary user: ``python -m tests.lab.as_user lab up flannel-vxlan``.

All modules are loaded first: that user may not be allowed to read the checkout.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import pkgutil

import netdiag.lab
from netdiag.__main__ import main

USER = 65534
"""nobody"""

PRISON = "NETDIAG_TEST_PRISON"
"""A folder to be the root folder: there, the kernel lets nobody make user namespaces."""

_SET_DUMPABLE = 4


def load_all() -> None:
    for module in pkgutil.walk_packages(netdiag.lab.__path__, "netdiag.lab."):
        importlib.import_module(module.name)
    for name in ("netdiag.cli.lab", "netdiag.cli.lab_text", "json", "encodings.ascii"):
        importlib.import_module(name)


if __name__ == "__main__":
    load_all()
    if prison := os.environ.get(PRISON):
        os.chroot(prison)
    os.chdir("/")
    os.environ.pop("XDG_RUNTIME_DIR", None)
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 1, 0, 0, 0)  # as for a program that nobody started
    main()
