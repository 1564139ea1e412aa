"""Pipes in and out: packets as they come, quiet ends, nothing that waits for ever."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.captures import (
    PACKET_HOST,
    SLL2,
    START_NS,
    A,
    B,
    cooked2,
    interface,
    ipv4,
    numbered,
    pcap,
    pcapng,
    ping,
)
from tests.captures import enhanced as pcapng_packet
from tests.cli.processes import NETDIAG, environment, lines, netdiag, read_line, start

MANY = 20_000
"""Packets whose lines fill any pipe."""


def write(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()


@pytest.mark.parametrize(
    ("head", "packet"),
    [
        (pcap([]), pcap(numbered(1))[24:]),
        (pcapng(interface("eth0")), pcapng_packet(*numbered(1)[0])),
    ],
    ids=["pcap", "pcapng"],
)
@pytest.mark.parametrize("options", [(), ("--inner", "icmp"), ("--json",)], ids=str)
def test_packets_appear_while_the_pipe_stays_open(
    head: bytes, packet: bytes, options: tuple[str, ...]
) -> None:
    with start("packets", "-", *options) as process:
        write(process, head + packet)
        assert A in read_line(process.stdout)
        write(process, packet + packet[:20])
        assert A in read_line(process.stdout)
        write(process, packet[20:])
        assert A in read_line(process.stdout)
        rest, errors = process.communicate()
    assert (rest, errors, process.returncode) == (b"", b"", 0)


def test_an_empty_pipe_is_no_capture() -> None:
    done = netdiag("packets", "-")
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == "netdiag: -: not a capture file: it is empty\n"


def test_standard_input_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(numbered(2)))
    with (tmp_path / "a.pcap").open("rb") as file:
        done = subprocess.run(
            [*NETDIAG, "packets", "-"], stdin=file, env=environment(), capture_output=True
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 2


def test_standard_input_may_be_closed() -> None:
    done = netdiag("packets", "-", before=lambda: os.close(0))
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "netdiag: -: Bad file descriptor\n",
        2,
    )


def test_an_interrupt_ends_a_wait_for_packets() -> None:
    data = pcap(numbered(3))
    with start("packets", "-") as process:
        write(process, data[:-1])
        first = read_line(process.stdout) + read_line(process.stdout)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
    assert [line[-16:] for line in first.splitlines()] == ["seq 0, length 64", "seq 1, length 64"]
    assert (rest, errors.strip(), process.returncode) == (b"", b"", 130)


@pytest.mark.parametrize("options", [(), ("--json",), ("--inner", "icmp")], ids=str)
def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(numbered(MANY)))
    with start("packets", str(tmp_path / "a.pcap"), *options) as process:
        assert A in read_line(process.stdout)
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
    assert (errors, process.returncode) == (b"", 0)


@pytest.mark.parametrize("options", [(), ("--json",), ("--count",)], ids=str)
@pytest.mark.parametrize("count", [1, MANY])
def test_a_full_disk_is_told_in_one_sentence(
    tmp_path: Path, options: tuple[str, ...], count: int
) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(numbered(count)))
    with (
        open("/dev/full", "wb") as full,
        start("packets", str(tmp_path / "a.pcap"), *options, stdout=full) as process,
    ):
        _, errors = process.communicate()
    (sentence,) = errors.splitlines()
    assert sentence.startswith(b"netdiag: ")
    assert b"No space left on device" in sentence
    assert process.returncode not in (0, 130)


@pytest.mark.parametrize("arguments", [["packets", "a.pcap"], ["--version"], ["--help"]], ids=str)
def test_a_closed_standard_output_is_told(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(numbered(1)))
    done = netdiag(*arguments, cwd=tmp_path, before=lambda: os.close(1))
    (sentence,) = done.stderr.splitlines()
    assert "Error" not in sentence
    assert done.returncode not in (0, 130)


def test_a_named_pipe_is_opened_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "eth0")
    (tmp_path / "sent.pcap").write_bytes(pcap(numbered(3)))
    with subprocess.Popen(["sh", "-c", "exec cat sent.pcap > eth0"], cwd=tmp_path) as writer:
        try:
            assert len(lines("packets", tmp_path / "eth0")) == 3
        finally:
            writer.kill()


def test_pipes_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "eth0.pcap")
    (tmp_path / "eth1.pcap").write_bytes(pcap(numbered(1)))
    (line,) = lines("packets", tmp_path)
    assert line.split()[1].endswith("/eth1")


def test_a_pipe_in_the_place_of_facts_is_not_waited_for(tmp_path: Path) -> None:
    packet = cooked2(ipv4(A, B, ping(1, 1)), 2, PACKET_HOST)
    (tmp_path / "any.pcap").write_bytes(pcap([(START_NS, packet)], SLL2))
    (tmp_path / "facts").mkdir()
    os.mkfifo(tmp_path / "facts/ip_link.json")
    assert len(lines("packets", tmp_path)) == 1
