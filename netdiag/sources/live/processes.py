"""A probe as a process on a node.

The probe is sent over the process's standard input, so that nothing has to be there but Python,
and nothing stays. That input is also its lifeline: when it closes, the probe ends.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from typing import IO, Final

from netdiag.sources.inventory.places import PlacedNode

_BOOT: Final = (
    "import os,sys\n"
    "r=sys.stdin.buffer\n"
    "n=int(r.read(8))\n"
    "f=os.memfd_create('netdiag-probe')\n"
    "d=r.read(n)\n"
    "while d:d=d[os.write(f,d):]\n"
    "sys.path.insert(0,'/proc/self/fd/%d'%f)\n"
    "sys.argv[0]='netdiag-probe'\n"
    "from netdiag_probe.cli import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)
_END_SECONDS: Final = 3.0
MAX_COMPLAINT: Final = 65536


class Probe:
    """A probe that runs, or has run."""

    def __init__(
        self,
        node: PlacedNode,
        arguments: Sequence[str],
        archive: bytes,
        stdout: int | IO[bytes] = subprocess.PIPE,
    ) -> None:
        """Start it on a node. Raises OSError if the node's command cannot be run."""
        self.node = node
        self._archive = archive
        self.process = subprocess.Popen(
            [*node.run, node.python, "-I", "-S", "-c", _BOOT, *arguments],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is for us to pass on, in good order
        )
        self._complaint = bytearray()

    def send(self) -> None:
        """Send the program; what it complains of instead is told by ``complaint``."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(b"%8d" % len(self._archive) + self._archive)
            self.process.stdin.flush()

    def hear(self) -> bool:
        """Read what is there of its standard error; return False at its end."""
        assert self.process.stderr is not None
        said = self.process.stderr.read1(MAX_COMPLAINT)  # type: ignore[attr-defined]
        if len(self._complaint) < MAX_COMPLAINT:
            self._complaint += said
        return bool(said)

    @property
    def is_armed(self) -> bool:
        """Tell whether it has said so."""
        return b"netdiag-probe: armed" in self._complaint

    @property
    def complaint(self) -> str:
        """Return the last that it said of trouble, in one line; empty if nothing."""
        lines = self._complaint.decode(errors="replace").splitlines()
        told = [line for line in lines if line.strip() and "netdiag-probe: armed" not in line]
        return told[-1].removeprefix("netdiag-probe: ") if told else ""

    def let_go(self) -> None:
        """Close its standard input, which ends it."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.process.stdin.close()

    def end(self) -> int:
        """Wait for its end, kill it if that takes too long, and return its exit status."""
        self.let_go()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        while self.hear():
            pass
        for stream in (self.process.stderr, self.process.stdout):
            if stream is not None:
                stream.close()
        return self.process.returncode
