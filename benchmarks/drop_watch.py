"""Measure what the probe's watch of drops costs: ``python -m benchmarks.drop_watch``, as root.

Foreign packets are forwarded by one namespace to another, which drops them all: as fast as it goes,
with the watch and without, by turns. Told are CPU time for each packet, that of the probe while it
watches, and how soon it was armed. Exit status 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.sender import DESTINATION, MACS, OURS, SOURCE

REPOSITORY = Path(__file__).parent.parent
HERE, ROUTER, THERE = "netdiag-drop-here", "netdiag-drop-router", "netdiag-drop-there"
LARGEST_RATIO = 1.10
"""CPU time of foreign packets, with the watch beside without."""
LARGEST_SHARE = 0.01
"""Of a core, that the probe takes while everything is foreign."""
ARMED_WITHIN_MS = 150
STARTS = 20
AT_ANY_PACE = 10**9
FOREIGN_ID = OURS + 1
LOADS = {"TCP": 64, "ICMP echo": 1}
"""What is sent: one frame in so many is an echo."""


@dataclass(frozen=True)
class Measure:
    """What came of one run."""

    cpu_us: float
    """For each packet, of all who send, forward and drop it."""
    probe_share: float = 0.0
    """Of a core."""
    dropped: int = 0
    """What the namespace that packets end in counted."""


def main() -> int:
    """Measure both loads by turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=1_000_000, help="of each run (1,000,000)")
    parser.add_argument("--runs", type=int, default=5, help="the median of so many counts (5)")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("benchmarks of drops are run as root: they make namespaces")
    with namespaces():
        armed_ms = [measure_start() for _ in range(STARTS)]
        print(f"armed after {median(armed_ms):.0f} ms (median), {max(armed_ms):.0f} ms (worst)")
        is_met = median(armed_ms) <= ARMED_WITHIN_MS
        print(f"{'dropped':10} {'alone µs':>9} {'watched µs':>11} {'ratio':>6} {'probe':>7}  ok?")
        for name, every in LOADS.items():
            is_met = compare(name, every, options.packets, options.runs) and is_met
    return 0 if is_met else 1


def compare(name: str, every: int, packets: int, runs: int) -> bool:
    """Print the row of a load; return whether its goals are met."""
    alone, watched = [], []
    for _ in range(runs):
        alone.append(measure(every, packets))
        with watching() as process:
            watched.append(measure(every, packets, process))
    before, after = (median(each.cpu_us for each in runs) for runs in (alone, watched))
    ratio = median(b.cpu_us / a.cpu_us for a, b in zip(alone, watched, strict=True))
    share = median(each.probe_share for each in watched)
    is_met = ratio <= LARGEST_RATIO and share <= LARGEST_SHARE
    assert all(each.dropped >= packets for each in alone + watched), "they were not all dropped"
    verdict = "yes" if is_met else "no"
    print(f"{name:10} {before:9.3f} {after:11.3f} {ratio:6.2f} {share:7.2%}  {verdict}")
    return is_met


def measure(every: int, packets: int, watch: int | None = None) -> Measure:
    """Send packets, and nothing for what starting takes; return CPU time for each."""
    dropped_before = count_received()
    started, probe_before = time.perf_counter(), cpu_of(watch)
    seconds = send(every, packets)
    took, probe_seconds = time.perf_counter() - started, cpu_of(watch) - probe_before
    dropped = count_received() - dropped_before
    start_seconds = send(every, 0)
    return Measure((seconds - start_seconds) / packets * 1e6, probe_seconds / took, dropped)


def send(every: int, packets: int) -> float:
    """Return the CPU time of sending, and of forwarding and dropping.

    These are done on the way, or by the kernel's own processes for it, if there is much.
    """
    words = ("here0", AT_ANY_PACE, packets / AT_ANY_PACE, every)
    workers = find_kernel_workers()
    before = sum(map(cpu_of, workers))
    process = subprocess.Popen(
        ["ip", "netns", "exec", HERE, sys.executable, "-m", "benchmarks.sender", *map(str, words)],
        cwd=REPOSITORY, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime + sum(map(cpu_of, workers)) - before


def find_kernel_workers() -> list[int]:
    """Return the kernel's processes for packets that are too many to be handled on the way."""
    found = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if path.read_text().startswith("ksoftirqd/"):
                found.append(int(path.parent.name))
    return found


def count_received() -> int:
    """Return how many packets have come to where they are dropped."""
    path = "/sys/class/net/there0/statistics/rx_packets"
    words = ["ip", "netns", "exec", THERE, "cat", path]
    return int(subprocess.run(words, check=True, capture_output=True).stdout)


def measure_start() -> float:
    """Return how many milliseconds pass until the probe is armed."""
    started = time.perf_counter()
    with watching():
        return (time.perf_counter() - started) * 1000


@contextmanager
def watching() -> Iterator[int]:
    """Watch for a ping that nobody sends; yield the process."""
    hosts = [f"--host=10.1.10.{number}" for number in range(4)]
    words = ("--id", str(FOREIGN_ID), "--token", "6e6574646961671f", *hosts)
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag_probe", "drops", *words],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "probes")},
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stderr is not None
        assert b"armed" in (line := process.stderr.readline()), line
        yield process.pid
        process.stdin.close()


def cpu_of(process: int | None) -> float:
    """Return the seconds of CPU time that a process has had; 0 without one."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def namespaces() -> Iterator[None]:
    """Make a row of three namespaces; what the first sends the last one drops (wrong MAC)."""
    near, far = ".".join(map(str, SOURCE.to_bytes(4, "big"))), "10.78.0.2"
    there = ".".join(map(str, DESTINATION.to_bytes(4, "big")))
    address = MACS[1].to_bytes(6, "big").hex(":")
    script = f"""
        for each in {HERE} {ROUTER} {THERE}; do
            ip netns add $each
            ip netns exec $each sysctl -qw net.ipv6.conf.default.disable_ipv6=1
        done
        ip -n {HERE} link add here0 type veth peer name in0 netns {ROUTER}
        ip -n {ROUTER} link add out0 type veth peer name there0 netns {THERE}
        ip -n {ROUTER} link set in0 address {address}
        ip -n {HERE} link set here0 up && ip -n {ROUTER} link set in0 up
        ip -n {ROUTER} link set out0 up && ip -n {THERE} link set there0 up
        ip netns exec {ROUTER} sysctl -qw net.ipv4.ip_forward=1
        ip -n {ROUTER} addr add 10.78.0.1/24 dev out0
        ip -n {ROUTER} route add {near}/32 dev in0
        ip -n {ROUTER} route add {there}/32 via {far} dev out0
        ip -n {ROUTER} neigh add {far} lladdr 02:00:00:00:00:77 dev out0
    """
    try:
        subprocess.run(["sh", "-ec", script], check=True)
        yield
    finally:
        for name in (HERE, ROUTER, THERE):
            subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
