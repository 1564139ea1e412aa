"""Files that cannot be used, or only in part: what is printed, said, and the exit code."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.captures import (
    START_NS,
    echo_frame,
    enhanced,
    interface,
    numbered,
    pcap,
    pcapng,
    statistics,
)
from tests.cli.processes import Result, lines, netdiag
from tests.sources.archives import zipped

IEEE_802_11 = 105
CUT_MESSAGE = (
    "the file ends within a record of 98 bytes, 113 bytes into it; 2 packets read before it"
)


def outcome(done: Result) -> tuple[int, int, list[str]]:
    """Return exit code, number of lines printed, and what was said."""
    return done.returncode, len(done.stdout.splitlines()), done.stderr.splitlines()


def write(folder: Path, **contents: bytes) -> None:
    for name, content in contents.items():
        (folder / f"{name}.pcap").write_bytes(content)


@pytest.mark.parametrize("options", [[], ["--json"], ["--sort"], ["--inner", "icmp"]], ids=str)
def test_a_broken_file_gives_the_packets_before_the_break(
    tmp_path: Path, options: list[str]
) -> None:
    content = pcap(numbered(3))[:-1]
    write(tmp_path, eth0=content)
    said = f"netdiag: eth0.pcap: broken at offset {24 + 2 * 114}: {CUT_MESSAGE}"
    done = netdiag("packets", "eth0.pcap", *options, cwd=tmp_path)
    assert outcome(done) == (1, 2, [said])


def test_a_broken_file_is_counted_up_to_the_break(tmp_path: Path) -> None:
    write(tmp_path, eth0=pcap(numbered(3))[:-1])
    done = netdiag("packets", "eth0.pcap", "--count", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1].split() == ["2", "196", "none", "icmp"]
    assert done.stderr.endswith(f"{CUT_MESSAGE}\n")


def test_what_can_be_read_is_read(tmp_path: Path) -> None:
    write(tmp_path, a=pcap(numbered(2)), b=b"not one", c=pcap(numbered(3))[:-1])
    done = netdiag("packets", "a.pcap", "b.pcap", "c.pcap", "d.pcap", cwd=tmp_path)
    code, count, said = outcome(done)
    assert (code, count, len(said)) == (1, 4, 3)
    for name in ("b", "c", "d"):
        assert [line.startswith(f"netdiag: {name}.pcap: ") for line in said].count(True) == 1


@pytest.mark.parametrize(
    "content", [b"", b"not one", b"\xd4\xc3\xb2\xa1", b"PK\x03\x04", b"\x1f\x8b"]
)
@pytest.mark.parametrize("options", [[], ["--sort"]], ids=str)
def test_nothing_readable(tmp_path: Path, content: bytes, options: list[str]) -> None:
    write(tmp_path, eth0=content)
    done = netdiag("packets", "eth0.pcap", *options, cwd=tmp_path)
    assert outcome(done)[:2] == (2, 0)
    (said,) = done.stderr.splitlines()
    assert said.startswith("netdiag: eth0.pcap: ")


def test_an_empty_capture_is_no_problem(tmp_path: Path) -> None:
    write(tmp_path, eth0=pcap([]))
    assert lines("packets", tmp_path / "eth0.pcap") == []


@pytest.mark.parametrize("options", [[], ["--count"], ["--json"]], ids=str)
def test_a_link_type_that_is_not_supported_is_told_once(tmp_path: Path, options: list[str]) -> None:
    write(tmp_path, eth0=pcap([(START_NS, b"frame")] * 3, IEEE_802_11))
    code, count, said = outcome(netdiag("packets", "eth0.pcap", *options, cwd=tmp_path))
    assert (code, count, len(said)) == (0, 3, 1)
    assert said[0].startswith("netdiag: eth0.pcap: link type 105 not supported")


def test_packets_of_a_link_type_that_is_not_supported_are_listed(tmp_path: Path) -> None:
    write(tmp_path, eth0=pcap([(START_NS, b"frame")], IEEE_802_11))
    done = netdiag("packets", "eth0.pcap", cwd=tmp_path)
    assert done.stdout.endswith("  -  link type 105, length 5\n")


@pytest.mark.parametrize("options", [[], ["--json"], ["--count"]], ids=str)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_interface_of_an_unknown_link_type(
    tmp_path: Path, options: list[str], order: tuple[int, int]
) -> None:
    packets = [enhanced(START_NS, echo_frame(), number) for number in order]
    content = pcapng(interface("eth0"), interface("wlan0", IEEE_802_11), *packets)
    write(tmp_path, a=content)
    done = netdiag("packets", "a.pcap", *options, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.count("link type 105 not supported") == 1


@pytest.mark.parametrize("options", [[], ["--sort"], ["--count"]], ids=str)
def test_drops_are_told(tmp_path: Path, options: list[str]) -> None:
    write(tmp_path, a=pcapng(interface("eth0"), enhanced(1, echo_frame()), statistics(7)))
    done = netdiag("packets", "a.pcap", *options, cwd=tmp_path)
    said = "netdiag: a.pcap: 7 packets were dropped while it was captured\n"
    assert (done.returncode, done.stderr) == (0, said)


def few_descriptors() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


@pytest.mark.parametrize("options", [[], ["--count"], ["--json"], ["--sort"]], ids=str)
def test_more_files_than_may_be_open(tmp_path: Path, options: list[str]) -> None:
    for number in range(300):
        write(tmp_path, **{f"eth{number}": pcap(numbered(1))})
    done = netdiag("packets", tmp_path, *options, before=few_descriptors)
    assert "Traceback" not in done.stderr
    if done.returncode == 0:
        assert done.stderr == ""
        assert "300" in done.stdout or len(done.stdout.splitlines()) == 300
    else:
        (said,) = done.stderr.splitlines()
        assert "open files" in said


def no_files_may_be_written() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("kind", ["sorted", "archive"])
def test_no_room_for_temporary_files(tmp_path: Path, kind: str) -> None:
    content = pcap(numbered(2))
    write(tmp_path, a=zipped({"eth0.pcap": content}) if kind == "archive" else content)
    options = ["--sort"] if kind == "sorted" else []
    done = netdiag("packets", "a.pcap", *options, cwd=tmp_path, before=no_files_may_be_written)
    code, count, said = outcome(done)
    assert (code, count, len(said)) == (2, 0, 1)
    assert said[0].startswith("netdiag: a.pcap: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["packets"], "Missing argument 'PATH...'"),
        (["packets", "--vni", "x", "-"], "Invalid value for '--vni'"),
        (["packets", "--vni", "16777216", "-"], "Invalid value for '--vni'"),
        (["packets", "-c", "-1", "-"], "Invalid value for '-c'"),
        (["packets", "--vxlan-port", "0", "-"], "Invalid value for '--vxlan-port'"),
        (["packets", "--nonsense", "-"], "No such option"),
        (["pakets"], "No such command"),
        (["completion", "tcsh"], "Invalid value"),
    ],
    ids=" ".join,
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    done = netdiag(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("netdiag")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("expression", "column"),
    [("icmp and hots 10.0.0.1", 9), ("host 10.0.0.300", 5), ("", 0), ("icmp )", 5)],
)
def test_an_error_in_the_filter_points_at_its_place(expression: str, column: int) -> None:
    done = netdiag("packets", "--inner", expression, "-")
    assert (done.returncode, done.stdout) == (2, "")
    sentence, shown, caret = done.stderr.splitlines()
    assert sentence.startswith("netdiag packets: --inner: ")
    assert shown.lstrip() == expression
    assert caret.index("^") - (len(shown) - len(expression)) == column
