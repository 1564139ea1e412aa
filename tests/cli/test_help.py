"""What the program says about itself, quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netdiag import __version__
from netdiag.cli import COMMANDS
from netdiag.cli.exit_code import ExitCode
from tests.captures import numbered, pcap
from tests.cli.processes import ROOT, environment, lines, netdiag

HEAVY = {
    *("rich", "scapy", "textual", "zstandard", "json", "gzip", "zipfile", "tarfile", "tempfile"),
    *("ssl", "asyncio", "http", "email", "xml", "sqlite3", "multiprocessing", "msgspec", "yaml"),
}


def imported(*arguments: str) -> set[str]:
    """Return the modules that a run of netdiag imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "netdiag", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version(option: str) -> None:
    (line,) = lines(option)
    assert line.split()[:2] == ["netdiag", __version__]


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_commands_examples_and_exit_codes(option: str) -> None:
    text = "\n".join(lines(option))
    assert all(f"  {name} " in text for name in COMMANDS)
    assert "Examples:\n" in text
    assert "  netdiag packets CASE --inner 'icmp'" in text
    assert "130 interrupted" in " ".join(text.split())


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_packets_has_examples_and_the_filter_language(option: str) -> None:
    text = "\n".join(lines("packets", option))
    assert "Usage: netdiag packets [OPTIONS] PATH..." in text
    assert "\nExamples:\n  netdiag packets " in text
    assert "\nEXPR, the filter of --inner:\n  EXPR selects by the innermost packet" in text
    assert "[src|dst] net 10.244.0.0/16" in text
    for name in ("--inner", "--vni", "-c", "--vxlan-port", "--sort", "--utc", "--json", "--count"):
        assert f"  {name}" in text


@pytest.mark.parametrize("arguments", [["--help"], *([command, "-h"] for command in COMMANDS)])
def test_help_fits_a_terminal(arguments: list[str]) -> None:
    assert max(map(len, lines(*arguments))) <= 100


def test_no_command_at_all_is_wrong_usage() -> None:
    done = netdiag()
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: netdiag" in done.stderr


def test_options_that_lead_to_a_cluster_may_come_before_the_command() -> None:
    for before in (("-n", "trace"), ("--context=x", "-k"), ("--kubeconfig", "/nowhere", "-k")):
        done = netdiag(*before, "trace", "pod-a")
        assert done.returncode == ExitCode.USAGE
        assert done.stderr.startswith("netdiag trace: Missing argument 'DST'"), done.stderr


def test_help_and_version_import_little() -> None:
    for option in ("--version", "--help"):
        modules = imported(option)
        assert "click" in modules
        assert packages(modules) & HEAVY == set()
        assert {name for name in modules if name.startswith("netdiag.decode.")} == set()


def test_listing_a_plain_file_imports_nothing_for_others(tmp_path: Path) -> None:
    (tmp_path / "eth0.pcap").write_bytes(pcap(numbered(1)))
    modules = imported("packets", str(tmp_path / "eth0.pcap"))
    assert "netdiag.decode.pcap" in modules
    assert packages(modules) & (HEAVY - {"json"}) == set()
    assert "netdiag.decode.inner_filter" not in modules
    assert "netdiag.sources.archive" not in modules


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    assert lines(command, "--help")[0].startswith(f"Usage: netdiag {command} ")


def test_the_package_is_run_from_this_repository() -> None:
    code = "import netdiag; print(netdiag.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(ROOT)
