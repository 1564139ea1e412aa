"""What is run and what it must reach, as data: a new command is a row in COMMANDS and in GOALS."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

from benchmarks.captures import Capture
from benchmarks.measure import Usage

FILE = "FILE"
"""Stands for the capture's path in a command's arguments."""


@dataclass(frozen=True, slots=True)
class Command:
    """One program to measure."""

    name: str
    """What goals and ``--only`` call it."""
    label: str
    """What the table calls it."""
    arguments: tuple[str, ...]
    capture: Capture = Capture.FULL
    runs: int = 3
    is_peer: bool = True
    """A peer that is not installed or fails is left out; netdiag that fails misses its goals."""
    program: str | None = None
    """What must be installed, where that is not the first of the arguments."""


@dataclass(frozen=True, slots=True)
class CpuGoal:
    """A command's CPU time is at most so many times its peer's.

    Both read the same capture, unless the peer is the command itself on a shorter one.
    """

    command: str
    peer: str
    most: float

    def value(self, measured: Mapping[str, Usage]) -> float:
        """Return the ratio of the two CPU times."""
        return measured[self.command].cpu_seconds / max(measured[self.peer].cpu_seconds, 0.001)

    def is_met(self, measured: Mapping[str, Usage]) -> bool:
        """Tell whether the ratio is small enough and the command did its work."""
        return self.value(measured) <= self.most and measured[self.command].status == 0

    def names(self) -> tuple[str, ...]:
        """Return the commands that must be measured."""
        return (self.command, self.peer)


@dataclass(frozen=True, slots=True)
class Comparison(CpuGoal):
    """A command's CPU time beside its peer's, without a bound."""

    most: float = float("inf")


@dataclass(frozen=True, slots=True)
class PaceGoal(CpuGoal):
    """A command's CPU time for each byte is at most so many times that for a smaller input."""

    def value(self, measured: Mapping[str, Usage]) -> float:
        """Return the ratio of the two paces."""
        sizes = measured[self.peer].size / max(measured[self.command].size, 1)
        return CpuGoal.value(self, measured) * sizes


@dataclass(frozen=True, slots=True)
class MemoryGoal:
    """A command's peak memory stays below a bound."""

    command: str
    below_mib: float

    def value(self, measured: Mapping[str, Usage]) -> float:
        """Return the peak in MiB."""
        return measured[self.command].peak_bytes / (1 << 20)

    def is_met(self, measured: Mapping[str, Usage]) -> bool:
        """Tell whether the peak is small enough and the command did its work."""
        return self.value(measured) < self.below_mib and measured[self.command].status == 0

    def names(self) -> tuple[str, ...]:
        """Return the command that must be measured."""
        return (self.command,)


@dataclass(frozen=True, slots=True)
class WallGoal:
    """A command is done soon after it was started."""

    command: str
    within_ms: float

    def value(self, measured: Mapping[str, Usage]) -> float:
        """Return the wall clock time in milliseconds."""
        return measured[self.command].wall_seconds * 1000

    def is_met(self, measured: Mapping[str, Usage]) -> bool:
        """Tell whether it was soon enough and the command did its work."""
        return self.value(measured) <= self.within_ms and measured[self.command].status == 0

    def names(self) -> tuple[str, ...]:
        """Return the command that must be measured."""
        return (self.command,)


Goal = CpuGoal | MemoryGoal | WallGoal


def _netdiag(name: str, *arguments: str, capture: Capture = Capture.FULL, runs: int = 3) -> Command:
    label = " ".join(("netdiag", *arguments))
    program = (sys.executable, "-m", "netdiag")
    return Command(name, label, (*program, *arguments), capture, runs, is_peer=False)


def _analyze(name: str, capture: Capture) -> Command:
    if capture.is_piped:
        command = _netdiag(name, "analyze", "--json", "-", capture=capture)
        return replace(command, label=f"FILE | {command.label}")
    return _netdiag(name, "analyze", "--json", FILE, capture=capture)


def _analyze_bundle(name: str, capture: Capture) -> Command:
    command = _analyze(name, capture)
    return replace(command, label=command.label.replace(FILE, capture.value))


def _inspect(name: str, capture: Capture) -> Command:
    command = _netdiag(name, "inspect", "--json", FILE, capture=capture)
    return replace(command, label=command.label.replace(FILE, capture.value))


def _documents(name: str, label: str, *arguments: str, program: str | None = None) -> Command:
    return Command(name, label, arguments, Capture.CLUSTER, program=program)


def _find(pattern: str, *program: str) -> tuple[str, ...]:
    return ("find", FILE, "-type", "f", "-name", pattern, "-exec", *program, "{}", "+")


def _interpreted(name: str, *arguments: str) -> Command:
    label = " ".join(("netdiag", *arguments, "(interpreted)"))
    program = (sys.executable, "-m", "benchmarks.interpreted")
    return Command(name, label, (*program, *arguments), Capture.SMALL, 1, is_peer=False)


def _peer(
    name: str,
    *arguments: str,
    label: str | None = None,
    capture: Capture = Capture.FULL,
    runs: int = 3,
) -> Command:
    return Command(name, label or " ".join(arguments), arguments, capture, runs)


COMMANDS: tuple[Command, ...] = (
    _peer("cat", "cat", FILE),
    _peer("capinfos", "capinfos", "-c", FILE),
    _peer("tcpdump-write", "tcpdump", "-nr", FILE, "-w", "/dev/null"),
    _peer("tcpdump-icmp", "tcpdump", "-nr", FILE, "-w", "/dev/null", "icmp"),
    _netdiag("count", "packets", "--count", FILE),
    _peer(
        "tshark-icmp",
        *("tshark", "-n", "-r", FILE, "-Y", "icmp", "-T", "fields"),
        *("-e", "frame.number", "-e", "frame.time_epoch", "-e", "ip.src", "-e", "ip.dst"),
        *("-e", "icmp.ident", "-e", "icmp.seq"),
        label="tshark -n -r FILE -Y icmp -T fields -e ...",
        runs=1,
    ),
    _analyze("analyze", Capture.FULL),
    _analyze("analyze-piped", Capture.PIPED),
    _analyze("analyze-long", Capture.LONG),
    _analyze_bundle("analyze-ipip-bundle", Capture.IPIP_BUNDLE),
    _analyze_bundle("analyze-vxlan-bundle", Capture.VXLAN_BUNDLE),
    _peer("tcpdump-text", "tcpdump", "-nr", FILE, runs=1),
    _netdiag("text", "packets", FILE, runs=1),
    _peer("tshark-text", "tshark", "-n", "-r", FILE, capture=Capture.SMALL, runs=1),
    _peer(
        "tshark-vxlan-text",
        *("tshark", "-n", "-d", "udp.port==8472,vxlan", "-r", FILE),
        capture=Capture.SMALL,
        runs=1,
    ),
    _interpreted("interpreted-text", "packets", FILE),
    _interpreted("interpreted-count", "packets", "--count", FILE),
    _documents("facts-cat", "cat of each document", *_find("*", "cat")),
    _documents(
        "facts-jq", "jq -c length *.json", *_find("*.json", "jq", "-c", "length"), program="jq"
    ),
    _documents(
        "facts-json",
        "json.load of each *.json (Python)",
        *(sys.executable, "-m", "benchmarks.json_load", FILE),
    ),
    _inspect("facts-half", Capture.HALF_CLUSTER),
    _inspect("facts", Capture.CLUSTER),
)

GOALS: tuple[Goal, ...] = (
    CpuGoal("count", "cat", 2.5),
    CpuGoal("count", "tcpdump-icmp", 1.0),
    MemoryGoal("count", 60),
    CpuGoal("analyze", "cat", 3.0),
    CpuGoal("analyze", "tcpdump-write", 1.2),
    CpuGoal("analyze", "tcpdump-icmp", 1.2),
    CpuGoal("analyze", "tshark-icmp", 1 / 50),
    MemoryGoal("analyze", 150),
    CpuGoal("analyze-long", "analyze-piped", 5.5),
    MemoryGoal("analyze-long", 150),
    WallGoal("analyze-ipip-bundle", 300),
    WallGoal("analyze-vxlan-bundle", 300),
    CpuGoal("text", "tcpdump-text", 1.0),
    MemoryGoal("text", 60),
    CpuGoal("interpreted-text", "tshark-vxlan-text", 1.0),
    MemoryGoal("interpreted-text", 60),
    MemoryGoal("interpreted-count", 60),
    Comparison("facts", "facts-cat"),
    Comparison("facts", "facts-jq"),
    Comparison("facts", "facts-json"),
    PaceGoal("facts", "facts-half", 1.2),
    WallGoal("facts", 5000),
    MemoryGoal("facts", 500),
)
