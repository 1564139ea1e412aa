"""How ``capture`` ends: always in time, the file whole, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.captures import echo_frame
from tests.probe.capturing import ARMED, IN, capturing, read_capture
from tests.probe.namespaces import RUN, Namespaces, namespaces
from tests.probe.processes import SECONDS, command, environment, probe

pytestmark = pytest.mark.needs_lab

OURS = 8448
"""The id of ``echo_frame``."""
SOON = 60.0
"""Seconds, on a busy machine: far from the deadlines of minutes that are given besides."""


@pytest.fixture
def made() -> Iterator[Namespaces]:
    with namespaces() as made:
        made.add("near")
        made.add("far")
        made.add_veth((made.names[0], "near0"), (made.names[1], "far0"))
        yield made


def at(name: str) -> str:
    return f"--netns={RUN / name}"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, None])
def test_the_last_packets_before_the_end_are_there(
    made: Namespaces, tmp_path: Path, how: signal.Signals | None
) -> None:
    near, far = made.names
    with capturing(tmp_path / "x.pcapng", at(far), "--id", OURS) as capture:
        made.send(near, "near0", [echo_frame(1), echo_frame(2)])
        if how is None:
            capture.close_stdin()
        else:
            capture.process.send_signal(how)
        file = capture.read()
    assert file.data("far0", IN) == [echo_frame(1), echo_frame(2)]
    assert capture.complaints == []


def test_a_deadline_of_years_is_no_deadline(made: Namespaces, tmp_path: Path) -> None:
    near, far = made.names
    words = (at(far), "--id", OURS, "--deadline=3.1536e+08")
    with capturing(tmp_path / "x.pcapng", *words) as capture:
        made.send(near, "near0", [echo_frame(1)])
        capture.close_stdin()
        file = capture.read()
    assert (file.data("far0", IN), capture.complaints) == ([echo_frame(1)], [])


def test_the_deadline_ends_it(made: Namespaces, tmp_path: Path) -> None:
    began = time.monotonic()
    with capturing(tmp_path / "x.pcapng", at(made.names[0]), "--deadline=0.4") as capture:
        assert capture.read().interfaces.keys() == {"lo", "near0"}
    assert 0.4 <= time.monotonic() - began < SOON


def test_words_on_stdin_end_nothing(made: Namespaces, tmp_path: Path) -> None:
    near, far = made.names
    with capturing(tmp_path / "x.pcapng", at(far)) as capture:
        assert capture.process.stdin is not None
        capture.process.stdin.write(b"still here\n")
        capture.process.stdin.flush()
        made.send(near, "near0", [echo_frame(1)])
        capture.close_stdin()
        assert capture.read().data("far0", IN) == [echo_frame(1)]


def test_a_killed_one_leaves_a_file_that_can_be_read(made: Namespaces, tmp_path: Path) -> None:
    near, far = made.names
    with capturing(tmp_path / "x.pcapng", at(far)) as capture:
        made.send(near, "near0", [echo_frame(number) for number in range(100)])
        while len(read_capture(capture.path).packets) < 100:
            pass
        capture.process.kill()
        capture.process.wait(SECONDS)
    assert len(read_capture(capture.path).packets) == 100


def test_it_ends_when_the_reader_has_gone(made: Namespaces, tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with capturing(tmp_path / "unused", at(made.names[0]), output=pipe) as capture:
        assert capture.process.stdout is not None
        capture.process.stdout.close()
        assert capture.process.wait(SECONDS) == 1
        assert capture.process.stderr is not None
        assert capture.process.stderr.read() == b""


@pytest.mark.parametrize("how", [signal.SIGTERM, None])
def test_a_reader_that_does_not_read_cannot_hold_it_up(
    made: Namespaces, tmp_path: Path, how: signal.Signals | None
) -> None:
    near, far = made.names
    pipe = subprocess.PIPE
    words = (at(far), "--deadline=300", "--snaplen=2000")
    with capturing(tmp_path / "unused", *words, output=pipe) as capture:
        made.send(near, "near0", [echo_frame() + bytes(1000)] * 3000)
        if how is None:
            capture.close_stdin()
        else:
            capture.process.send_signal(how)
        assert capture.process.wait(SECONDS) == 1
        assert capture.process.stderr is not None
        assert b"nobody has read the rest" in capture.process.stderr.read()


def test_a_full_disk_is_told(made: Namespaces) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("capture", at(made.names[0]), "--deadline=300"), env=environment(),
            stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        1,
        "netdiag-probe: cannot write: No space left on device\n",
    )


def test_a_namespace_that_vanishes_is_let_go(made: Namespaces, tmp_path: Path) -> None:
    near, far = made.names
    spare = made.add("spare")
    made.add_veth((near, "tospare"), (spare, "spare0"))
    places = (f"--netns=pod={RUN / spare}", at(far), "--id", OURS)
    with capturing(tmp_path / "x.pcapng", *places) as capture:
        made.send(near, "tospare", [echo_frame(1)])
        made.remove(spare)
        capture.wait_until_told("namespace pod is gone")
        while "tospare" in made.ip(near, "link"):
            pass
        made.send(near, "near0", [echo_frame(2)])
        file = capture.end()
    assert file.data("spare0", IN) == [echo_frame(1)]
    assert file.data("far0", IN) == [echo_frame(2)]


def test_it_ends_when_no_namespace_is_left(made: Namespaces, tmp_path: Path) -> None:
    with capturing(tmp_path / "x.pcapng", at(made.names[1])) as capture:
        made.remove(made.names[1])
        assert capture.read().interfaces.keys() == {"lo", "far0"}
    assert "is gone" in "".join(capture.complaints)


def test_a_namespace_with_processes_is_there_without_its_file(
    made: Namespaces, tmp_path: Path
) -> None:
    near, far = made.names
    spare = made.add("spare")
    places = (at(far), f"--netns=spare={RUN / spare}")
    with capturing(tmp_path / "x.pcapng", *places) as capture, sleeping(far) as inside:
        made.remove(far)
        made.remove(spare)
        capture.wait_until_told("namespace spare is gone")  # so the other was looked for as well
        made.send(near, "near0", [echo_frame(1)])
        inside.kill()
        assert capture.read().data("far0", IN) == [echo_frame(1)]


@contextmanager
def sleeping(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a process in a namespace."""
    with subprocess.Popen(["ip", "netns", "exec", name, "sleep", "300"]) as process:
        while Path(f"/proc/{process.pid}/comm").read_text() != "sleep\n":
            pass
        yield process
        process.kill()


def test_a_process_stands_for_its_namespace(made: Namespaces, tmp_path: Path) -> None:
    near, far = made.names
    path = tmp_path / "x.pcapng"
    with sleeping(far) as inside, capturing(path, f"--netns=web={inside.pid}") as capture:
        made.send(near, "near0", [echo_frame(1)])
        assert capture.end().data("far0", IN) == [echo_frame(1)]


def test_what_cannot_be_recorded_is_told_and_the_rest_is_recorded(
    made: Namespaces, tmp_path: Path
) -> None:
    near, _ = made.names
    words = ("capture", "--netns=gone=/run/netns/no-such", at(near), f"--netns=again={RUN / near}",
             "--deadline=0.2")  # fmt: skip
    done = subprocess.run(
        command(*words), env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [
        "netdiag-probe: namespace again was named twice: it is recorded once",
        "netdiag-probe: namespace gone is left out: cannot open namespace /run/netns/no-such: "
        "No such file or directory",
        ARMED.rstrip(),
    ]
    path = tmp_path / "x.pcapng"
    path.write_bytes(done.stdout)
    assert read_capture(path).interfaces.keys() == {"lo", "near0"}


def test_nothing_left_to_record_is_an_error() -> None:
    done = probe("capture", "--netns=/run/netns/no-such", "--deadline=300")
    assert done.returncode == 3
    assert "is left out" in done.stderr


def test_killed_at_any_moment_it_leaves_nothing(made: Namespaces) -> None:
    near, _ = made.names
    for step in range(12):
        process = subprocess.Popen(
            command("capture", at(near), "--promiscuous", "--deadline=300"), env=environment(),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            process.wait(step / 60)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        assert not os.path.exists(f"/proc/{process.pid}")
    shown = made.ip(near, "-d", "link", "show", "near0").split()
    assert shown[shown.index("promiscuity") + 1] == "0"
