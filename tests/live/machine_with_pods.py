"""A machine with pods, as kubelet and a runtime leave it: namespaces, control groups, logs.

The machine is a network namespace of its own, so that nothing of the real one is touched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.processes import Result, environment
from tests.probe.namespaces import Namespaces, namespaces

LOGS = "mount -t tmpfs none /var/log && for each in $LOGS; do mkdir -p /var/log/pods/$each; done"
_INSIDE = """
import signal, socket, sys
if sys.argv[1]:
    socket.sethostname(sys.argv[1])
print("ready", flush=True)
signal.pause()
"""


@dataclass(frozen=True)
class Container:
    """What a process of a pod is called, and which control group it is in."""

    hostname: str = ""
    """Empty: that of the machine."""
    cgroup: str = ""
    """Below the root; empty: none of its own."""


def cgroup_root() -> Path | None:
    """Return where control groups of version 2 can be made; None if they cannot."""
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2" and os.access(place, os.W_OK):
            return Path(place)
    return None


class Machine:
    """The machine, and its pods."""

    def __init__(self, made: Namespaces, root: Path) -> None:
        self._made = made
        self._root = root
        self.groups: list[Path] = []
        self.processes: list[subprocess.Popen[str]] = []
        self.name = made.add("node")
        made.inside(self.name, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        made.ip(self.name, "link", "set", "lo", "up")

    def add_pod(self, number: int, containers: Sequence[Container]) -> int:
        """Run a pod with the address ``10.88.NUMBER.2``; return the id of its first process."""
        name = self._made.add(f"pod{number}")
        self._made.add_veth((self.name, f"veth{number}"), (name, "eth0"))
        self._made.ip(self.name, "addr", "add", f"10.88.{number}.1/24", "dev", f"veth{number}")
        self._made.ip(name, "addr", "add", f"10.88.{number}.2/24", "dev", "eth0")
        self._made.ip(name, "route", "add", "default", "via", f"10.88.{number}.1")
        first, *_ = [self._run(name, container) for container in containers]
        return first

    def _run(self, namespace: str, container: Container) -> int:
        join = ""
        if container.cgroup:
            group = self._root / container.cgroup
            self._make(group)
            join = f"echo $$ >{group}/cgroup.procs && "
        own = ["unshare", "--uts"] if container.hostname else []
        inside = [*own, sys.executable, "-c", _INSIDE, container.hostname]
        words = ["sh", "-c", f'{join}exec ip netns exec "$@"', "sh", namespace, *inside]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process.pid

    def _make(self, group: Path) -> None:
        for folder in [*reversed(group.parents), group]:
            if folder.is_relative_to(self._root) and not folder.exists():
                folder.mkdir()
                self.groups.append(folder)

    def netdiag(self, *words: object, logs: Sequence[str] = ()) -> Result:
        """Run netdiag there; ``logs`` are kubelet's folders."""
        prefix = ["ip", "netns", "exec", self.name, "sh", "-c", f'{LOGS}; exec "$@"', "sh"]
        return subprocess.run(
            [*prefix, sys.executable, "-m", "netdiag", *map(str, words)],
            env=environment({"LOGS": " ".join(logs)}), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def report(self, *words: object, logs: Sequence[str] = ()) -> dict[str, Any]:
        """Trace there; return the report of a trace that found nothing wrong."""
        done = self.netdiag("trace", "--local", "--json", "--interval", "0.01", *words, logs=logs)
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report


@contextmanager
def machine() -> Iterator[Machine]:
    """Make a machine that is gone afterwards."""
    root = cgroup_root()
    assert root is not None
    with namespaces() as made:
        its = Machine(made, root / f"netdiag-test-{os.getpid()}")
        try:
            yield its
        finally:
            for process in its.processes:
                process.kill()
                process.communicate()
            for group in reversed(its.groups):
                group.rmdir()
