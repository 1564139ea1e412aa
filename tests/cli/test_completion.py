"""Shell completion: scripts for three shells, and what bash makes of one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import TIMEOUT_SECONDS, environment, lines, netdiag

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder to be put on the PATH, with netdiag in it."""
    script = tmp_path / "bin" / "netdiag"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m netdiag "$@"\n')
    script.chmod(0o755)
    return script.parent


def completed(program: Path, *words: str) -> list[str]:
    """Return what bash offers after these words; the last one is being typed."""
    script = """
        source <(netdiag completion bash)
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        COMP_LINE="$*"
        COMP_POINT=${#COMP_LINE}
        complete -p netdiag | grep -q -- '-F '
        function_of=$(complete -p netdiag | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        "$function_of" netdiag "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    path = {"PATH": f"{program}:{environment()['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script, "bash", *words],
        env=environment(path),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.stderr == ""
    return sorted(done.stdout.split())


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", ["complete", "-F", "netdiag", "_NETDIAG_COMPLETE=bash_complete"]),
        ("zsh", ["#compdef netdiag", "_NETDIAG_COMPLETE=zsh_complete"]),
        ("fish", ["complete", "--command netdiag", "_NETDIAG_COMPLETE=fish_complete"]),
    ],
)
def test_a_script_for_each_shell(shell: str, words: list[str]) -> None:
    script = "\n".join(lines("completion", shell))
    assert [word for word in words if word not in script] == []


@needs_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["pac"], ["packets"]),
        (["com"], ["completion"]),
        (["nothing"], []),
        (["packets", "--vx"], ["--vxlan-port"]),
        (["packets", "--js"], ["--json"]),
        (["completion", "z"], ["zsh"]),
        (["explain", "fdb-m"], ["fdb-missing"]),
        (["path", "--no"], ["--no-df"]),
        (["lab", "up", "flannel-w"], ["flannel-wireguard"]),
        (["lab", "up", "macvlan", "--fault", "vni"], ["vni-mismatch"]),
    ],
    ids=" ".join,
)
def test_bash_completes(program: Path, words: list[str], offered: list[str]) -> None:
    assert completed(program, "netdiag", *words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_of_shells_that_are_here_parse(tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text("\n".join(lines("completion", shell)))
    subprocess.run([shell, "-n", tmp_path / "script"], check=True)


def test_paths_are_completed_as_files() -> None:
    """The script hands what is answered with ``file`` over to the shell's own completion."""
    typed = {"COMP_WORDS": "netdiag packets no", "COMP_CWORD": "2"}
    done = netdiag(extra={"_NETDIAG_COMPLETE": "bash_complete", **typed})
    assert (done.stdout, done.stderr) == ("file,no\n", "")


@needs_bash
def test_roles_and_interfaces_for_a_capture(program: Path) -> None:
    assert completed(program, "netdiag", "capture", "-i", "@o") == ["@other", "@overlay"]
    assert "lo" in completed(program, "netdiag", "capture", "-i", "l")


@needs_bash
def test_nodes_and_pods_of_an_inventory(program: Path, tmp_path: Path) -> None:
    file = tmp_path / "nodes.toml"
    file.write_text('[nodes.node-1]\n[nodes.other]\n[pods."ns/web"]\nnode = "other"\nnetns = "1"\n')
    words = ("netdiag", "capture", "--inventory", str(file), "--on")
    assert completed(program, *words, "n") == ["node-1", "ns/web"]
