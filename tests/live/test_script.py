"""``collect --script``: a plain shell script, however it ends, and a bundle that netdiag reads."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import netdiag
from tests.probe.namespaces import Namespaces, namespaces

SHELLS = [words for words in (("dash",), ("bash", "--posix"), ("busybox", "sh"))
          if shutil.which(words[0])]  # fmt: skip
needs_programs = pytest.mark.skipif(
    not all(map(shutil.which, ("tcpdump", "ip", "unshare"))), reason="needs tcpdump and ip"
)
RENAME = 'hostname "$1"; shift; exec "$@"'
SECONDS = 120


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = netdiag("collect", "--script")
    assert (done.returncode, done.stderr) == (0, "")
    path = tmp_path_factory.mktemp("script") / "collect.sh"
    path.write_text(done.stdout)
    return path


class Node:
    """A namespace with one neighbour."""

    def __init__(self, made: Namespaces) -> None:
        self.name = made.add("node")
        self._made = made
        pod = made.add("pod")
        made.add_veth((self.name, "veth1"), (pod, "eth0"))
        made.ip(self.name, "addr", "add", "10.88.1.1/24", "dev", "veth1")
        made.ip(pod, "addr", "add", "10.88.1.2/24", "dev", "eth0")

    def ping(self) -> None:
        self._made.inside(self.name, "ping", "-c", "2", "-i", "0.2", "-W", "2", "10.88.1.2")

    def start(
        self, script: Path, folder: Path, *words: str, shell: tuple[str, ...] = ("sh",),
        hostname: str = "node-1", path: str = os.environ["PATH"],
    ) -> subprocess.Popen[str]:  # fmt: skip
        """Run the script there, in a process group as a terminal's."""
        prefix = ["ip", "netns", "exec", self.name]
        if hostname:
            prefix += ["unshare", "--uts", "sh", "-c", RENAME, "sh", hostname]
        return subprocess.Popen(
            [*prefix, *shell, str(script), *words], cwd=folder, start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env={**os.environ, "PATH": path, "TMPDIR": str(script.parent)},
        )  # fmt: skip


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with namespaces() as made:
        yield Node(made)


def wait_for(stream: IO[str] | None, text: str) -> str:
    assert stream is not None
    told = ""
    while text not in told:
        line = stream.readline()
        assert line, f"it ended after {told!r}"
        told += line
    return told


def nothing_is_left(script: Path) -> None:
    assert [path.name for path in script.parent.iterdir()] == ["collect.sh"]


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_it_is_plain_shell(script: Path, shell: tuple[str, ...]) -> None:
    done = subprocess.run([*shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.needs_lab
@needs_programs
@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_what_was_captured_until_ctrl_c_is_kept(
    node: Node, script: Path, tmp_path: Path, shell: tuple[str, ...]
) -> None:
    process = node.start(script, tmp_path, "600", shell=shell)
    wait_for(process.stderr, "ping between the pods now")
    node.ping()
    os.killpg(process.pid, signal.SIGINT)
    told, said = process.communicate(timeout=SECONDS)
    assert (process.returncode, said) == (130, "Ended: what was captured is kept.\n")
    done = netdiag("analyze", tmp_path / told.strip(), "--json")
    report = json.loads(done.stdout)
    assert report["totals"]["answered"] == 2
    assert {capture["node"] for capture in report["captures"]} == {"node-1"}
    with tarfile.open(tmp_path / told.strip()) as archive:
        names = {name.removeprefix("node-1/") for name in archive.getnames()}
        rules = archive.extractfile("node-1/facts/ip_rule.json")
        assert rules is not None
        assert b'{"family":"inet6","priority":0,' in rules.read()
    assert {"veth1.pcap", "facts/ip_link.json", "facts-after/ip_route.json"} <= names
    nothing_is_left(script)


@pytest.mark.needs_lab
@needs_programs
def test_ctrl_c_before_the_capture_still_gives_a_bundle(
    node: Node, script: Path, tmp_path: Path
) -> None:
    process = node.start(script, tmp_path, "600")
    while not any(script.parent.glob("tmp.*/node-1/facts")):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert netdiag("inspect", tmp_path / told.strip()).returncode in (0, ExitCode.FOUND)
    nothing_is_left(script)


@pytest.mark.needs_lab
@needs_programs
@pytest.mark.parametrize(
    ("hostname", "named"),
    [("..", "node"), ("-rf", "rf"), ("/etc", "etc"), ("../../x", "x"), ("a b;c", "abc")],
)
def test_no_host_name_leads_elsewhere(
    node: Node, script: Path, tmp_path: Path, hostname: str, named: str
) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    setting = (
        f"import socket,os,sys; socket.sethostname({hostname!r}); os.execvp('sh', sys.argv[1:])"
    )
    process = subprocess.Popen(
        ["ip", "netns", "exec", node.name, "unshare", "--uts", shutil.which("python3") or "python3",
         "-c", setting, "sh", str(script), "1"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(script.parent)},
    )  # fmt: skip
    told, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert told.startswith(f"netdiag-{named}-2")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [folder / told.strip()]
    with tarfile.open(files[0]) as archive:
        assert {name.split("/")[0] for name in archive.getnames()} == {named}
    nothing_is_left(script)


@pytest.mark.needs_lab
@needs_programs
def test_a_tcpdump_that_fails_is_told_with_its_reason(
    node: Node, script: Path, tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "tcpdump").write_text("#!/bin/sh\necho 'tcpdump: it does not work' >&2\nexit 1\n")
    (programs / "tcpdump").chmod(0o755)
    folder = tmp_path / "here"
    folder.mkdir()
    process = node.start(script, folder, "600", path=f"{programs}:{os.environ['PATH']}")
    told, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert said.startswith("veth1 is not captured: it does not work\nNo interface is captured")
    assert netdiag("inspect", folder / told.strip()).returncode in (0, ExitCode.FOUND)
    nothing_is_left(script)


@pytest.mark.needs_lab
@needs_programs
def test_a_place_that_cannot_be_written_into_is_told_first(
    node: Node, script: Path, tmp_path: Path
) -> None:
    process = node.start(script, Path("/proc/self"), "600")
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert said.startswith("cannot write netdiag-node-1-")
    assert said.count("\n") == 1
    nothing_is_left(script)


@pytest.mark.parametrize("words", ["x", "0", "-1", "1.5", "123456789"])
def test_seconds_that_are_none(script: Path, words: str) -> None:
    done = subprocess.run(
        ["sh", str(script), words], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")
