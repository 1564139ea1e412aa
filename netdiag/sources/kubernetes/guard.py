"""A process that deletes pods when it is told to, or when whoever told it of them is gone.

It is begun before the first pod is asked for, and listens on a pipe: its end is the end of us,
by whatever signal. A pod that was being made just then is looked for a second time.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from netdiag.sources.kubernetes.kubectl import Kubectl, pods_path
from netdiag.sources.kubernetes.refusals import refusal

IN_GOOD_ORDER: Final = b"done\n"
_AGAIN_SECONDS: Final = 3
_END_SECONDS: Final = 20.0
_MAX_COMPLAINT: Final = 4096
_SCRIPT: Final = f"""
import json, subprocess, sys, time
commands = json.loads(sys.argv[1])
is_told = sys.stdin.buffer.read() == {IN_GOOD_ORDER!r}
complaints = []
for again in (0,) if is_told else (0, {_AGAIN_SECONDS}):
    time.sleep(again)
    running = [
        subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for words in commands
    ]
    for process in running:
        complaint = process.communicate()[1]
        if process.returncode and b"(NotFound)" not in complaint:
            complaints += complaint[-{_MAX_COMPLAINT}:].splitlines()[-1:]
if complaints:
    sys.stderr.buffer.write(complaints[0])
    sys.exit(1)
"""


class Guard:
    """Such a process."""

    def __init__(self, kubectl: Kubectl, namespace: str, names: Sequence[str]) -> None:
        """Have it delete these pods in the end."""
        commands = [kubectl.delete_words(pods_path(namespace, name)) for name in names]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _SCRIPT, json.dumps(commands)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,  # what ends us by Ctrl-C, or by the terminal, leaves it alone
        )  # fmt: skip

    def delete(self, *, is_sure: bool = True) -> str:
        """Have it delete them now; return why that failed, empty if it did not.

        ``is_sure``: that all of them have been made, or refused.
        """
        try:
            given = IN_GOOD_ORDER if is_sure else b""
            _, complaint = self._process.communicate(given, _END_SECONDS)
        except subprocess.TimeoutExpired:  # it goes on trying by itself
            return "the cluster does not answer"
        except BaseException:  # a second Ctrl-C: it has been told, and goes on without us
            with contextlib.suppress(OSError):
                self._process.stdin.close()  # type: ignore[union-attr]
            raise
        told = complaint.decode(errors="replace")
        return str(refusal(told)) if self._process.returncode else ""
