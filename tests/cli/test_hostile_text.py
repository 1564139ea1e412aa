"""Names made to command the terminal: they never reach it as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.captures import START_NS, echo_frame, enhanced, interface, numbered, pcap, pcapng
from tests.cli.processes import Result, netdiag, on_terminal

HOSTILE = "\x1b[31m\x1b]0;owned\x07\r\n\t\x9b1m\u202egnp\u2066\x7f"
"""Colour, title, bell, new line, C1, right-to-left, isolate, delete."""
IN_A_FILE_NAME = HOSTILE + "\udcff"
ESCAPED = r"\x1b[31m\x1b]0;owned\x07\x0d\x0a\x09\x9b1m\u202egnp\u2066\x7f"


def is_harmless(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)


def write_hostile_bundle(folder: Path) -> None:
    node = folder / f"node{IN_A_FILE_NAME}"
    pod = node / "pods" / f"pod{IN_A_FILE_NAME}"
    pod.mkdir(parents=True)
    (pod / "eth0.pcap").write_bytes(pcap(numbered(1)))
    (node / f"eth{IN_A_FILE_NAME}.pcap").write_bytes(pcap(numbered(2))[:-1])
    content = pcapng(interface(f"cni{HOSTILE}"), enhanced(START_NS, echo_frame()))
    (node / "a.pcapng").write_bytes(content)


def run(folder: Path, *options: str) -> Result:
    return netdiag("packets", ".", *options, cwd=folder)


@pytest.mark.parametrize("options", [[], ["--json"], ["--count"]], ids=str)
def test_names_of_nodes_pods_interfaces_and_files(tmp_path: Path, options: list[str]) -> None:
    write_hostile_bundle(tmp_path)
    done = run(tmp_path, *options)
    assert done.returncode == 1
    assert is_harmless(done.stdout)
    assert is_harmless(done.stderr)
    assert len(done.stdout.splitlines()) == 3
    assert len(done.stderr.splitlines()) == 1


def test_names_are_escaped_so_that_they_can_be_told_apart(tmp_path: Path) -> None:
    write_hostile_bundle(tmp_path)
    done = run(tmp_path)
    node = f"node{ESCAPED}\\udcff"
    assert f"  {node}/eth{ESCAPED}\\udcff  " in done.stdout
    assert f"  {node}/cni{ESCAPED}  " in done.stdout
    assert f"  {node}/pod{ESCAPED}\\udcff:eth0  " in done.stdout
    assert done.stderr.startswith(f"netdiag: ./{node}/eth{ESCAPED}\\udcff.pcap: broken at offset")


def test_names_in_json_are_exact(tmp_path: Path) -> None:
    write_hostile_bundle(tmp_path)
    printed = run(tmp_path, "--json").stdout
    assert printed.isascii()
    assert r'"interface":"cni\u001b[31m\u001b]0;owned\u0007\r\n\t\u009b1m\u202e' in printed


def test_names_on_a_terminal(tmp_path: Path) -> None:
    write_hostile_bundle(tmp_path)
    shown = on_terminal("packets", tmp_path, extra={"NO_COLOR": "1"})
    assert is_harmless(shown)
    assert len(shown.splitlines()) == 4


@pytest.mark.parametrize("path", [HOSTILE, f"{HOSTILE}=missing", f"missing/{HOSTILE}"])
def test_a_path_that_does_not_exist(path: str) -> None:
    done = netdiag("packets", path)
    assert done.returncode == 2
    assert is_harmless(done.stderr)
    assert len(done.stderr.splitlines()) == 1
    assert ESCAPED in done.stderr


@pytest.mark.parametrize("arguments", [["--inner", HOSTILE], ["--vni", HOSTILE], [f"--{HOSTILE}"]])
def test_wrong_usage(arguments: list[str]) -> None:
    done = netdiag("packets", *arguments, "-")
    assert done.returncode == 2
    assert is_harmless(done.stderr)


def test_names_of_interfaces_in_facts(case: Path) -> None:
    (case / "node-2/facts/ip_link.json").write_text(
        r'[{"ifindex": 2, "ifname": "ens\u001b[31m\u202e\n"}, {"ifindex": 5, "ifname": "\ud800"}]'
    )
    done = netdiag("packets", case / "node-2")
    assert is_harmless(done.stdout)
    places = [line.split()[1] for line in done.stdout.splitlines()]
    assert places == [r"node-2/ens\x1b[31m\u202e\x0a", r"node-2/\ud800", places[0]]
