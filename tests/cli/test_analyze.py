"""``netdiag analyze`` as a process: exit codes, options, what it reads and where it writes."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import tarfile
import termios
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import flannel
from tests.bundles.network import Bundle, Fate, Stream
from tests.bundles.simulate import write_bundle as simulate
from tests.captures import START_NS, echo_frame, enhanced, interface, numbered, pcap, pcapng
from tests.cli.processes import (
    NETDIAG,
    TIMEOUT_SECONDS,
    Result,
    environment,
    netdiag,
    on_terminal,
    start,
)
from tests.cli.test_hostile_text import ESCAPED, HOSTILE, is_harmless, write_hostile_bundle
from tests.sources.archives import zipped

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PINGS = 3
OK, FOUND, USAGE, NOT_JUDGED, INTERRUPTED = 0, 1, 2, 4, 130


def simulated(folder: Path, fate: Fate = Fate(), **how: Any) -> Path:  # noqa: B008
    """Write a bundle of three pings under VXLAN; return its folder."""
    simulate(
        Bundle(streams=(Stream(network=flannel.VXLAN, count=PINGS, fate=fate),), **how), folder
    )
    return folder


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    return simulated(tmp_path / "healthy")


def report(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def said_once(done: Result) -> str:
    """Return the one sentence on stderr; there is nothing on stdout."""
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("netdiag")
    return sentence


def test_nothing_wrong(healthy: Path) -> None:
    done = netdiag("analyze", healthy)
    assert (done.returncode, done.stderr) == (OK, "")
    assert f"{PINGS} pings" in done.stdout


@pytest.mark.parametrize("options", [[], ["--json"], ["--all"], ["--ping", "1"]], ids=str)
def test_a_loss_is_found(tmp_path: Path, options: list[str]) -> None:
    folder = simulated(tmp_path, Fate(request_lost_after="node-1/ens33"))
    done = netdiag("analyze", folder, *options)
    assert (done.returncode, done.stderr) == (FOUND, "")
    assert "unexplained-loss" in done.stdout or "lost after" in done.stdout


def test_information_alone_is_nothing_wrong(tmp_path: Path) -> None:
    done = netdiag("analyze", simulated(tmp_path, dropped={"node-1/cni0": 3}), "--json")
    assert done.returncode == OK
    assert [found["severity"] for found in report(done)["findings"]] == ["info"]


@pytest.mark.parametrize(
    "how",
    [
        {"fate": Fate(request_lost_after="node-1/ens33"), "only": ("node-1/*",)},
        {"empty": ("*",), "background": False},
    ],
    ids=["nobody can tell", "no packets"],
)
def test_nothing_can_be_judged(tmp_path: Path, how: dict[str, Any]) -> None:
    done = netdiag("analyze", simulated(tmp_path, **how))
    assert (done.returncode, done.stderr) == (NOT_JUDGED, "")
    assert done.stdout


def test_a_broken_file_is_found_and_the_rest_is_judged(healthy: Path) -> None:
    file = healthy / "node-2" / "cni0.pcap"
    file.write_bytes(file.read_bytes()[:-1])
    done = netdiag("analyze", healthy, "--json")
    assert done.returncode == FOUND
    (sentence,) = done.stderr.splitlines()
    assert "broken at offset" in sentence
    assert report(done)["totals"]["answered"] == PINGS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'PATH...'"),
        (["missing"], "missing: No such file or directory"),
        (["."], "no capture files in it"),
        (["text.pcap"], "not a capture file"),
        (["n/eth0=missing"], "No such file or directory"),
        (["--ping", "0", "a.pcap"], "Invalid value for '--ping'"),
        (["--ping", "x", "a.pcap"], "Invalid value for '--ping'"),
        (["--vxlan-port", "65536", "a.pcap"], "Invalid value for '--vxlan-port'"),
        (["--svg", ".", "a.pcap"], "Invalid value for '--svg'"),
        (["--nonsense", "a.pcap"], "No such option"),
    ],
    ids=" ".join,
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], said: str) -> None:
    folder = tmp_path / "empty" if arguments == ["."] else tmp_path
    folder.mkdir(exist_ok=True)
    if folder == tmp_path:
        (tmp_path / "a.pcap").write_bytes(pcap(numbered(1)))
        (tmp_path / "text.pcap").write_text("text")
    done = netdiag("analyze", *arguments, cwd=folder)
    assert done.returncode == USAGE
    assert said in said_once(done)


@pytest.mark.parametrize(
    ("number", "code"), [(1, OK), (PINGS, OK), (PINGS + 1, USAGE), (10**18, USAGE)]
)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=str)
def test_a_ping_by_its_number(
    healthy: Path, number: int, code: int, options: tuple[str, ...]
) -> None:
    done = netdiag("analyze", healthy, "--ping", str(number), *options)
    assert done.returncode == code
    if code:
        assert f"--ping {number}: there is no such ping, {PINGS} were found" in said_once(done)


def test_one_ping_hop_by_hop(healthy: Path) -> None:
    shown = netdiag("analyze", healthy, "--ping", "2").stdout
    assert [name for name in ("flannel.1", "veth7e2f650f", "pod-c") if name not in shown] == []


def test_a_drawing(healthy: Path, tmp_path: Path) -> None:
    done = netdiag("analyze", healthy, "--svg", tmp_path / "a.svg")
    assert (done.returncode, done.stderr) == (OK, "")
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert "<svg" not in done.stdout


def test_a_drawing_that_cannot_be_written(healthy: Path, tmp_path: Path) -> None:
    done = netdiag("analyze", healthy, "--svg", tmp_path / "no" / "a.svg")
    assert done.returncode == USAGE
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("netdiag")
    assert "No such file or directory" in sentence


def test_a_drawing_without_pings(tmp_path: Path) -> None:
    simulated(tmp_path, empty=("*",), background=False)
    done = netdiag("analyze", tmp_path, "--svg", tmp_path / "a.svg")
    assert done.returncode == USAGE
    assert done.stderr.endswith("--svg: there is no ping to draw\n")
    assert not (tmp_path / "a.svg").exists()


def test_named_places(healthy: Path) -> None:
    files = {
        f"{node}/{name}": healthy / node / f"{name}.pcap"
        for node in ("node-1", "node-2")
        for name in ("ens33", "flannel.1")
    }
    renamed = [f"{place.upper()}={file}" for place, file in files.items()]
    found = report(netdiag("analyze", *renamed, "--json"))
    hops = found["pings"][0]["request"]
    assert [f"{hop['node']}/{hop['interface']}" for hop in hops] == [
        "NODE-1/FLANNEL.1",
        "NODE-1/ENS33",
        "NODE-2/ENS33",
        "NODE-2/FLANNEL.1",
    ]


def places_and_statuses(done: Result) -> tuple[list[Any], list[str]]:
    found = report(done)
    captures = [(row["node"], row["pod"], row["interface"]) for row in found["captures"]]
    return captures, [ping["status"] for ping in found["pings"]]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_archives(healthy: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"case.{kind}"
    if kind == "zip":
        files = [file for file in healthy.rglob("*") if file.is_file()]
        path.write_bytes(
            zipped({f"case/{file.relative_to(healthy)}": file.read_bytes() for file in files})
        )
    else:
        with tarfile.open(path, "w:gz") as archive:
            archive.add(healthy, "case")
    done = netdiag("analyze", path, "--json")
    assert (done.returncode, done.stderr) == (OK, "")
    plain = places_and_statuses(netdiag("analyze", healthy, "--json"))
    assert places_and_statuses(done) == plain
    assert plain[1] == ["answered"] * PINGS


@pytest.mark.parametrize("options", [("--json",), ()], ids=str)
def test_an_interrupt_gives_a_report_of_what_was_read(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    """The pipe stays open; what it gave is read once it is empty."""
    fifo = tmp_path / "eth0.pcap"
    os.mkfifo(fifo)
    with start("analyze", str(fifo), *options) as process, fifo.open("wb") as pipe:
        packets = [(START_NS, echo_frame(1)), (START_NS + 500, echo_frame(1, kind=0))]
        pipe.write(pcap(packets)[:-1])
        pipe.flush()
        wait_until_read(pipe.fileno(), process.pid)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, errors.strip()) == (INTERRUPTED, b"")
    if options:
        found = json.loads(out)
        assert found["interrupted"] is True
        assert found["totals"]["pings"] == 1
    else:
        assert b"1 ping" in out


def wait_until_read(descriptor: int, pid: int) -> None:
    """Return when a process has emptied a pipe and waits for more."""
    while True:
        size = bytearray(4)
        fcntl.ioctl(descriptor, termios.FIONREAD, size)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if not any(size) and state == "S":
            return


def test_stdout_has_results_only(healthy: Path) -> None:
    (healthy / "node-1" / "torn.pcap").write_bytes(b"not a capture")
    done = netdiag("analyze", healthy, "--json")
    assert done.returncode == FOUND
    assert len(done.stdout.splitlines()) == 1
    assert report(done)["totals"]["pings"] == PINGS
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [[], ["--all"], ["--ping", "1"]], ids=str)
def test_hostile_names(tmp_path: Path, options: list[str]) -> None:
    write_hostile_bundle(tmp_path)
    done = netdiag("analyze", ".", *options, cwd=tmp_path)
    assert done.returncode == FOUND
    assert is_harmless(done.stdout)
    assert is_harmless(done.stderr)
    assert done.stdout
    assert len(done.stderr.splitlines()) == 1


def test_hostile_names_in_a_drawing(tmp_path: Path) -> None:
    content = pcapng(interface(f"cni{HOSTILE}"), enhanced(START_NS, echo_frame()))
    (tmp_path / "a.pcapng").write_bytes(content)
    netdiag("analyze", tmp_path, "--svg", tmp_path / "a.svg")
    drawing = (tmp_path / "a.svg").read_text()
    assert is_harmless(drawing)
    assert "<svg" in drawing


@pytest.mark.parametrize("place", [f"{HOSTILE}/eth0", f"node-1/{HOSTILE}"])
def test_a_hostile_place_on_the_command_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "a").write_bytes(pcap(numbered(1)))
    done = netdiag("analyze", f"{place}={tmp_path / 'a'}")
    assert is_harmless(done.stdout)
    assert ESCAPED in done.stdout


def test_colours_only_where_they_are_wanted(healthy: Path) -> None:
    plain = netdiag("analyze", healthy).stdout
    assert "\x1b" not in plain
    assert COLOUR.search(on_terminal("analyze", healthy))
    for extra in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal("analyze", healthy, extra=extra)
    assert "\x1b" not in on_terminal("analyze", healthy, "--json")


@pytest.mark.parametrize("options", [(), ("--json",)], ids=str)
def test_a_reader_that_goes_away_ends_it_quietly(healthy: Path, options: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*NETDIAG, "analyze", str(healthy), *options],
        env=environment(),
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (OK, b"")


def test_a_closed_standard_output_is_told(healthy: Path) -> None:
    done = netdiag("analyze", healthy, before=lambda: os.close(1))
    assert done.returncode == USAGE
    assert "standard output is closed" in said_once(done)


def test_a_full_disk_is_told(healthy: Path) -> None:
    with (
        open("/dev/full", "wb") as full,
        start("analyze", str(healthy), stdout=full) as process,
    ):
        _, errors = process.communicate()
    (sentence,) = errors.splitlines()
    assert b"No space left on device" in sentence
    assert process.returncode == USAGE


@pytest.mark.parametrize("option", ["", "--json", "--svg=a.svg"])
def test_names_that_are_no_utf_8(option: str, tmp_path: Path) -> None:
    """As file systems have them; ``packets --json`` writes them as surrogates."""
    (tmp_path / "a").write_bytes(
        pcap([(START_NS, echo_frame(1)), (START_NS + 500, echo_frame(1, kind=0))])
    )
    place = "node\udcff/eth0=a"
    done = netdiag("analyze", place, *option.split(), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (OK, "")
    assert done.stdout
