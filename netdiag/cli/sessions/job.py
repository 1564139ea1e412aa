"""What a session's process is started with: an inventory, and what is wanted there.

It comes over the process's standard input, pickled: both ends are netdiag itself, one the other's
child.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, NamedTuple

from netdiag.cli.sessions.framing import read_one, read_stdin, with_length
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.live.traced import TraceWanted

if TYPE_CHECKING:
    from netdiag.sources.kubernetes.kubectl import Kubectl
    from netdiag.sources.kubernetes.manifests import ProbeWanted


class Job(NamedTuple):
    """All of it."""

    inventory: Inventory
    trace: TraceWanted | None = None
    """None: the nodes are asked."""
    is_continuous: bool = False


class ClusterJob(NamedTuple):
    """A cluster, of which nothing is known yet."""

    kubectl: Kubectl
    context: str | None
    namespace: str
    """Of pods that are typed without one."""
    probe: ProbeWanted


def job_bytes(job: Job | ClusterJob) -> bytes:
    """Return what is written to the process."""
    return with_length(pickle.dumps(job))


def read_job() -> Job:
    """Return the job that this process was started with. Raises EOFError: there is none."""
    job: Job = _read()
    return job


def read_cluster_job() -> ClusterJob:
    """Do the same with that of a cluster."""
    job: ClusterJob = _read()
    return job


def _read() -> Any:
    data = read_one(read_stdin)
    if data is None:
        raise EOFError
    return pickle.loads(data)
