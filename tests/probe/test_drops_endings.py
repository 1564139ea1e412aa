"""How ``drops`` ends, what bounds it, what it says where it is refused, and that nothing stays."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag_probe.tracing import loading
from netdiag_probe.tracing.session import MOST_TOLD
from tests.captures import A, B, ethernet, ipv4, ping
from tests.probe.dropping import ARMED, tracing
from tests.probe.namespaces import RUN, Namespaces, namespaces
from tests.probe.processes import SECONDS, command, environment, probe

pytestmark = pytest.mark.needs_lab

PROGRAM_BY_ID = 13
SOON = 60.0
MOST_KIB = 64 * 1024
"""The names of the kernel's functions are most of it."""
DROP_ALL = "table netdev x { chain c { type filter hook ingress device far0 priority 0; drop; }; }"
MORE_THAN_ARE_TOLD = MOST_TOLD + 2000
NO_PRIVILEGES = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
SECCOMP = """
import ctypes, os, platform, struct, sys
number = {"x86_64": 321, "aarch64": 280}[platform.machine()]
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (6, 0, 0, 0x50000 | 1), (6, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
program = struct.pack("@HP", len(steps), ctypes.addressof(code))
assert libc.prctl(22, 2, program) == 0, ctypes.get_errno()
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Has every bpf() fail with EPERM, as container runtimes do."""

REFUSALS = {
    "no privileges": (NO_PRIVILEGES, "CAP_BPF and CAP_PERFMON missing"),
    "one privilege": (("setpriv", "--inh-caps=-all", "--bounding-set=-all,+bpf"), "CAP_PERFMON m"),
    "a user namespace": (("unshare", "-Ur"), "this is a user namespace"),
    "no types": (
        ("unshare", "-m", "sh", "-c", 'mount -t tmpfs none /sys/kernel/btf && exec "$@"', "sh"),
        "/sys/kernel/btf/vmlinux is missing",
    ),
    "types of nothing": (
        ("unshare", "-m", "sh", "-c",
         'mount --bind /bin/true /sys/kernel/btf/vmlinux && exec "$@"', "sh"),
        "/sys/kernel/btf/vmlinux cannot be read",
    ),
    "a filter on system calls": (("python3", "-c", SECCOMP), "seccomp"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_where_it_is_refused_it_says_what_is_missing(
    before: tuple[str, ...], sentence: str
) -> None:
    done = probe("drops", "--deadline=300", before=before)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("netdiag-probe: cannot trace drops: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_two_privileges_are_enough() -> None:
    both = ("setpriv", "--inh-caps=-all", "--bounding-set=-all,+bpf,+perfmon")
    done = probe("drops", "--id=1", "--deadline=0.1", before=both)
    assert done.returncode == 0, done.stderr


def test_misuse_is_told_in_a_sentence() -> None:
    hosts = [f"--host=10.0.{n >> 8}.{n & 255}" for n in range(1400)]
    for words, sentence in (
        (["--host=10.0.0.1"], "--host and --tunnel-port go with"),
        (["--id=1", *hosts], "the filter has"),
        (["--id=65536"], "no number from 0 to 65535"),
    ):
        done = probe("drops", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr


def test_many_hosts_are_no_problem_of_the_kernel() -> None:
    hosts = [f"--host=10.0.{n >> 8}.{n & 255}" for n in range(400)]
    done = probe("drops", "--id=1", "--token=0011223344556677", *hosts, "--deadline=0.1")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, None])
def test_it_ends_when_it_is_told_to(how: signal.Signals | None) -> None:
    with tracing("--id=1") as trace:
        begun = time.monotonic()
        events = trace.end(how)
        assert time.monotonic() - begun < SOON
    assert [event["event"] for event in events if event["event"] != "drop"] == ["end"]


def test_the_deadline_ends_it_and_the_first_line_says_where_it_is() -> None:
    done = probe("drops", "--id=1", "--deadline=0.2", "--netns=here=/proc/self/ns/net",
                 "--netns=gone=/run/netns/no-such")  # fmt: skip
    assert done.returncode == 0
    assert done.stderr.encode().endswith(ARMED)
    assert "namespace gone has no label" in done.stderr
    armed, *_, end = map(json.loads, done.stdout.splitlines())
    assert 0 < time.time_ns() - armed.pop("time_ns") < SECONDS * 10**9
    assert armed == {
        "event": "armed",
        "boot_id": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "kernel": os.uname().release,
        "namespaces": {str(os.stat("/proc/self/ns/net").st_ino): ""},
    }
    assert end == {"event": "end", "lost": end["lost"], "left_out": 0}


def test_it_ends_when_the_reader_has_gone() -> None:
    with tracing("--id=1") as trace:
        assert trace.process.stdout is not None and trace.process.stderr is not None
        trace.process.stdout.close()
        assert trace.process.wait(SECONDS) == 1
        assert trace.process.stderr.read() == b""


def test_killed_it_leaves_no_program() -> None:
    with tracing("--id=1") as trace:
        (number,) = programs_of(trace.process.pid)
        assert is_loaded(number)
        trace.process.kill()
        trace.process.wait()
        last = time.monotonic() + SOON
        while is_loaded(number) and time.monotonic() < last:
            pass  # the kernel frees it a little later
        assert not is_loaded(number)


def programs_of(process: int) -> set[int]:
    """Return the numbers of the programs that a process has loaded."""
    texts = [path.read_text() for path in Path(f"/proc/{process}/fdinfo").iterdir()]
    words = [line.split() for text in texts for line in text.splitlines()]
    return {int(value) for name, value in (each for each in words if len(each) == 2)
            if name == "prog_id:"}  # fmt: skip


def is_loaded(number: int) -> bool:
    """Tell whether the kernel has a program of this number."""
    memory = ctypes.create_string_buffer(number.to_bytes(4, "little"), loading.ATTRIBUTE_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    bpf = loading.SYSCALLS[os.uname().machine]
    file = libc.syscall(bpf, PROGRAM_BY_ID, memory, loading.ATTRIBUTE_BYTES)
    if file >= 0:
        os.close(file)
    else:
        assert ctypes.get_errno() == errno.ENOENT
    return bool(file >= 0)


@pytest.fixture
def made() -> Iterator[Namespaces]:
    with namespaces() as made:
        near, far = made.add("near"), made.add("far")
        made.add_veth((near, "near0"), (far, "far0"))
        made.inside(far, "nft", "-f", "-", given=DROP_ALL)
        yield made


def test_of_very_many_drops_some_are_told_and_all_are_counted(made: Namespaces) -> None:
    number = random.randrange(1, 0x10000)
    frame = ethernet(ipv4(A, B, ping(number, 1)))
    with tracing(f"--id={number}", f"--netns={RUN / made.names[1]}") as trace:
        made.send(made.names[0], "near0", [frame] * MORE_THAN_ARE_TOLD)
        *drops, end = trace.end()
    assert 0 < len(drops) < MORE_THAN_ARE_TOLD
    assert len(drops) + end["lost"] + end["left_out"] >= MORE_THAN_ARE_TOLD


def test_a_reader_that_does_not_read_cannot_hold_it_up(made: Namespaces) -> None:
    number = random.randrange(1, 0x10000)
    frame = ethernet(ipv4(A, B, ping(number, 1, size=256)))
    with tracing(f"--id={number}") as trace:
        process = trace.process
        assert process.stdout is not None and process.stderr is not None
        made.send(made.names[0], "near0", [frame] * MORE_THAN_ARE_TOLD)
        select.select([process.stdout], [], [], SECONDS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 1
        assert b"nobody has read the rest" in process.stderr.read()


def test_its_memory_is_bounded(made: Namespaces) -> None:
    number = random.randrange(1, 0x10000)
    frame = ethernet(ipv4(A, B, ping(number, 1)))
    with subprocess.Popen(
        command("drops", f"--id={number}"), env=environment(), stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == ARMED
            for _ in range(3):
                made.send(made.names[0], "near0", [frame] * MORE_THAN_ARE_TOLD)
            assert 0 < memory_of(process.pid) < MOST_KIB
        finally:
            process.kill()


def memory_of(process: int) -> int:
    """Return KiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))
