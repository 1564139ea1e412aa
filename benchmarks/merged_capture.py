"""Measure ``netdiag capture`` at two places: ``python -m benchmarks.merged_capture``, as root.

Two veth pairs lead from one namespace into two others. Frames are sent over both at a steady pace;
netdiag captures in the two, dumpcap on both ends in the one. Told are packets lost, CPU time of
netdiag by itself, with its probes, and of dumpcap, and peak memory. Exit status 1 when packets
are lost.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.probe_capture import count_packets

REPOSITORY = Path(__file__).parent.parent
HERE = f"netdiag-merged-{os.getpid()}-here"
PLACES = (f"netdiag-merged-{os.getpid()}-one", f"netdiag-merged-{os.getpid()}-two")
"""Of this run alone: another may be under way."""

DUMPCAP, MERGED, INNER = "dumpcap -i -i -w", "netdiag capture -w", "netdiag capture --inner -w"
EVERY = 2
"""One frame in so many is a ping."""

ARMED_BYTES = 200
"""So long is a file at least once its interfaces are described."""

ARMED_SECONDS = 15


@dataclass(frozen=True)
class Measure:
    """What came of one run."""

    sent: int
    lost: int
    own_seconds: float
    all_seconds: float
    """CPU time, that of the probes included."""
    peak_mib: float
    """Of the largest process."""


def main() -> int:
    """Measure each engine and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50_000, help="frames a second in all (50,000)")
    parser.add_argument("--seconds", type=float, default=5, help="how long each run sends (5)")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("benchmarks of captures are run as root: they make namespaces")
    engines = [*([DUMPCAP] if shutil.which("dumpcap") else []), MERGED, INNER]
    print(f"{'engine':28} {'packets':>9} {'lost':>7} {'own s':>7} {'all s':>7} {'MiB':>6}  ratio")
    with namespaces():
        runs = {name: measure(name, options.rate // 2, options.seconds) for name in engines}
    for name, run in runs.items():
        ratio = f"{run.all_seconds / runs[DUMPCAP].all_seconds:.2f}x" if DUMPCAP in runs else ""
        print(
            f"{name:28} {run.sent:9,} {run.lost:7,} {run.own_seconds:7.2f} {run.all_seconds:7.2f} "
            f"{run.peak_mib:6.1f}  {ratio}"
        )
    return 1 if any(runs[name].lost for name in (MERGED, INNER)) else 0


def measure(engine: str, per_second: int, seconds: float) -> Measure:
    """Record both streams with an engine."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "capture.pcapng")
        process = subprocess.Popen(
            _words(engine, Path(folder), path), stderr=subprocess.DEVNULL, cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'probes'}"},
        )  # fmt: skip
        deadline = time.monotonic() + ARMED_SECONDS
        while not path.exists() or path.stat().st_size < ARMED_BYTES:
            assert process.poll() is None, f"{engine} ended early"
            assert time.monotonic() < deadline, f"{engine} has not begun"
            time.sleep(0.01)
        sent = send(per_second, seconds)
        time.sleep(1.0)
        own = _cpu_seconds(process.pid)
        process.send_signal(signal.SIGINT)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        wanted = sum(pings if engine == INNER else frames for frames, pings in sent)
        lost = wanted - count_packets(path)
        spent = usage.ru_utime + usage.ru_stime
        return Measure(wanted, lost, own, spent, usage.ru_maxrss / 1024)


def send(per_second: int, seconds: float) -> list[tuple[int, int]]:
    """Send over both pairs side by side; return frames, and pings among them, of each."""
    program = [sys.executable, "-m", "benchmarks.sender"]
    load = [str(per_second), str(seconds), str(EVERY)]
    senders = [
        subprocess.Popen(
            ["ip", "netns", "exec", HERE, *program, name, *load],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("here0", "here1")
    ]
    told = [sender.communicate()[0].split() for sender in senders]
    return [(int(words[0]), int(words[1])) for words in told]


@contextmanager
def namespaces() -> Iterator[None]:
    """Make the namespaces, connected and silent, and remove them."""
    made: list[str] = []
    try:
        for name in (HERE, *PLACES):
            subprocess.run(["ip", "netns", "add", name], check=True)
            made.append(name)
            quiet = "net.ipv6.conf.default.disable_ipv6=1"
            subprocess.run(["ip", "netns", "exec", name, "sysctl", "-qw", quiet], check=True)
        for at, name in enumerate(PLACES):
            script = f"""
                ip -n {HERE} link add here{at} type veth peer name there0 netns {name}
                ip -n {HERE} link set here{at} up && ip -n {name} link set there0 up
            """
            subprocess.run(["sh", "-ec", script], check=True)
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False)


def _words(engine: str, folder: Path, path: Path) -> Sequence[str]:
    if engine == DUMPCAP:
        return ["ip", "netns", "exec", HERE, "dumpcap", "-q", "-i", "here0", "-i", "here1",
                "-w", str(path)]  # fmt: skip
    inventory = folder / "inventory.toml"
    nodes = [f'[nodes.{name}]\nrun = ["ip", "netns", "exec", "{name}"]\n' for name in PLACES]
    inventory.write_text("".join(nodes))
    inner = ["--inner", "icmp"] if engine == INNER else []
    return [sys.executable, "-m", "netdiag", "capture", "--inventory", str(inventory),
            "-i", "there0", *inner, "-w", str(path)]  # fmt: skip


def _cpu_seconds(process: int) -> float:
    """Return the CPU time of a process, without its children."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
