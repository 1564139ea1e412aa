"""``netdiag capture`` where something goes wrong: readers, disks, places, privileges."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import ROOT, netdiag, read_line, start
from tests.lab.processes import lab
from tests.live.capturing import NAME, SECONDS, TO_C, capturing, ping
from tests.probe.capturing import read_capture

NOTHING = "udp port 1"
"""Chooses no packet: neighbours are asked for now and then in any network."""

pytestmark = [pytest.mark.needs_lab, pytest.mark.usefixtures("capture_lab")]


@pytest.mark.parametrize("words", [("-w", "-"), ()])
def test_a_reader_that_goes_ends_it_quietly(words: tuple[str, ...]) -> None:
    with capturing(*words) as process:
        assert process.stdout is not None
        process.stdout.close()
        ping("-c1", TO_C)
        assert process.wait(SECONDS) == ExitCode.OK
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_reader_is_missed_without_any_packet() -> None:
    with capturing("-w", "-", "udp port 1") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(SECONDS) == ExitCode.OK


@pytest.mark.parametrize("signals", [1, 2])
def test_a_reader_that_never_reads_does_not_hold_up_the_end(signals: int) -> None:
    with capturing("-w", "-") as process:
        ping("-c40", "-s1400", "-i0.005", TO_C)
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        assert process.wait(SECONDS) == ExitCode.INTERRUPTED


def test_a_full_device(tmp_path: Path) -> None:
    done = netdiag("capture", f"--lab={NAME}", "-w", "/dev/full", "--duration", "0.1")
    assert done.returncode == ExitCode.USAGE
    assert "/dev/full: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_leaves_a_capture_that_can_be_read(tmp_path: Path) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept.pcapng"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=True)
    try:
        with capturing("-w", str(disk / "out.pcapng")) as process:
            ping("-c10", "-s1400", TO_C)
            _, said = process.communicate(timeout=SECONDS)
        kept.write_bytes((disk / "out.pcapng").read_bytes())
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert process.returncode == ExitCode.USAGE
    assert said.decode().splitlines()[-1].endswith("out.pcapng: No space left on device")
    assert 20 < len(read_capture(kept).packets) < 200
    told = subprocess.run(["capinfos", "-c", str(kept)], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def inventory(folder: Path, *more: str) -> str:
    path = folder / "nodes.toml"
    path.write_text(f'[nodes.here]\npython = "{sys.executable}"\n' + "\n".join(more))
    return str(path)


def test_a_place_that_fails_at_once(tmp_path: Path) -> None:
    places = inventory(tmp_path, "[nodes.gone]", 'run = ["sh", "-c", "exit 7"]')
    out = tmp_path / "out.pcapng"
    done = netdiag("capture", "--inventory", places, "-i", "lo", "-w", out, "--duration", "0.1")
    assert done.returncode == ExitCode.FOUND
    assert "gone: nothing is captured there: it ended with exit status 7" in done.stderr
    assert list(read_capture(out).interfaces) == ["here/lo"]


def test_a_place_that_dies_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    mark = tmp_path / "process"
    dying = f'run = ["sh", "-c", "echo $$ > {mark}; exec \\"$@\\"", "sh"]'
    places = inventory(tmp_path, "[nodes.dies]", dying, f'python = "{sys.executable}"')
    out = tmp_path / "out.pcapng"
    words = ("capture", "-v", "--inventory", places, "-i", "lo", "-w", str(out), "icmp")
    with start(*words) as process:
        assert "capturing on 2 interfaces" in read_line(process.stderr)
        os.kill(int(mark.read_text()), signal.SIGKILL)
        told = read_line(process.stderr)
        assert told == "netdiag: dies: nothing more is captured there: signal 9 ended it\n"
        subprocess.run(["ping", "-qc1", "127.0.0.1"], check=True, stdout=subprocess.DEVNULL)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    assert process.returncode == ExitCode.FOUND
    assert {packet.interface for packet in read_capture(out).packets} == {"here/lo"}


def test_a_place_that_talks_nonsense(tmp_path: Path) -> None:
    says = "echo netdiag-probe: armed >&2; yes"
    places = inventory(tmp_path, "[nodes.mad]", f'run = ["sh", "-c", "{says}"]')
    out = tmp_path / "out.pcapng"
    done = netdiag("capture", "--inventory", places, "-i", "lo", "-w", out, "--duration", "0.2")
    assert done.returncode == ExitCode.FOUND
    assert "mad: nothing more is captured there: what it sends is no capture" in done.stderr
    assert list(read_capture(out).interfaces) == ["here/lo"]


def test_an_interface_that_comes_later(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    with capturing("--on", "node-1", "-i", "new*", "-w", str(out)) as process:
        add = "ip link add new0 type veth peer name other0 && ip link set other0 up"
        add += " && ip addr add 203.0.113.1/24 dev new0 && ip link set new0 up"
        add += " && ping -qc1 -W1 203.0.113.2"
        lab("exec", "--name", NAME, "node-1", "--", "sh", "-c", add)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
        lab("exec", "--name", NAME, "node-1", "--", "ip", "link", "del", "new0")
    file = read_capture(out)
    assert [*file.interfaces] == ["node-1/new0"]
    assert file.packets


def test_without_privileges(tmp_path: Path) -> None:
    done = netdiag("capture", "-i", "lo", "icmp", before=_drop_capabilities)
    assert done.returncode == ExitCode.NO_PRIVILEGE
    assert "Operation not permitted" in done.stderr and "root" in done.stderr
    assert done.stderr.count("\n") == 1


def _drop_capabilities() -> None:
    """Take what root may from this process and those that it starts (capset(2), prctl(2))."""
    import ctypes

    libc = ctypes.CDLL(None)
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)
    head, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert libc.capset(head, none) == 0


def test_what_the_kernel_drops_is_told(tmp_path: Path) -> None:
    """A reader that pauses: the pipes fill, then the ring."""
    script = "import socket as s; u=s.socket(s.AF_INET, s.SOCK_DGRAM)\nfor _ in range(40000): "
    script += "u.sendto(bytes(1400), ('127.0.0.1', 9))"
    places = inventory(tmp_path)
    words = ("capture", "-v", "--inventory", places, "-i", "lo", "-w", "-", "udp port 9")
    with start(*words) as process:
        assert "capturing on" in read_line(process.stderr)
        subprocess.run([sys.executable, "-c", script], check=True)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        data, said = process.communicate(timeout=SECONDS)
    out = tmp_path / "out.pcapng"
    out.write_bytes(data)
    file = read_capture(out)
    told = re.search(r"([\d,]+) packets captured, .* ([\d,]+) dropped", said.decode())
    assert told
    captured, dropped = (int(each.replace(",", "")) for each in told.groups())
    assert file.dropped == dropped > 0
    assert len(file.packets) == captured
    assert f"here: {dropped:,} dropped by its kernel" in said.decode()


def test_counters_on_a_terminal(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    words = ("capture", f"--lab={NAME}", "-w", str(tmp_path / "x"), "--duration", "3.5", NOTHING)
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag", *words], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=slave
    ) as process:
        os.close(slave)
        written = b""
        try:
            while chunk := os.read(master, 65536):
                written += chunk
        except OSError:  # Linux: the last writer is gone
            pass
    os.close(master)
    assert process.returncode == ExitCode.OK
    shown = re.findall(rb"\r\x1b\[K(\d) s: 0 packets on 0 interfaces, 0 written, 0 B, 0 d", written)
    assert len(shown) > 1 and shown == sorted(set(shown))  # a busy machine may be late with one


def test_quiet_but_for_the_summary(tmp_path: Path) -> None:
    words = ("-w", tmp_path / "x", "--duration", "0.1", "icmp")
    done = netdiag("capture", f"--lab={NAME}", *words)
    assert done.stdout == ""
    summary, interfaces = done.stderr.splitlines()
    assert summary.startswith("netdiag: 0 packets captured, 0 written to ")
    assert interfaces == "  nothing on 11 interfaces"


def test_an_interrupt_before_it_listens_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out.pcapng"
    with start("capture", f"--lab={NAME}", "-w", str(out)) as process:
        time.sleep(0.15)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)
    assert process.returncode in (ExitCode.INTERRUPTED, ExitCode.OK, -signal.SIGINT)
