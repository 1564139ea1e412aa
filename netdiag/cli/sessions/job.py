"""What a session's process is started with: an inventory, and what is wanted there.

It comes over the process's standard input, pickled: both ends are netdiag itself, one the other's
child.
"""

from __future__ import annotations

import pickle
from typing import NamedTuple

from netdiag.cli.sessions.framing import read_one, read_stdin, with_length
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.live.traced import TraceWanted


class Job(NamedTuple):
    """All of it."""

    inventory: Inventory
    trace: TraceWanted | None = None
    """None: the nodes are asked."""
    is_continuous: bool = False


def job_bytes(job: Job) -> bytes:
    """Return what is written to the process."""
    return with_length(pickle.dumps(job))


def read_job() -> Job:
    """Return the job that this process was started with. Raises EOFError: there is none."""
    data = read_one(read_stdin)
    if data is None:
        raise EOFError
    job: Job = pickle.loads(data)
    return job
