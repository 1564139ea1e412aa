"""The README is true: its examples are run, its filter language is the program's own."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.lab import lab
from netdiag.decode.inner_filter import FILTER_HELP
from netdiag.lab.modes import all_modes
from netdiag.model.report import STATUSES
from scripts.write_findings import with_table

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"^    \$ (netdiag .*)\n((?:    .*\n|\n+(?=    ))+)", README, re.MULTILINE)
ELISION = re.compile(r"^\.\.\.\n", re.MULTILINE)
"""A line of an example that stands for any lines."""


def netdiag(*arguments: str) -> str:
    """Return what netdiag prints when it has judged what it was given."""
    done = subprocess.run(
        [sys.executable, "-m", "netdiag", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (ExitCode.OK, ExitCode.FOUND), done.stderr
    return done.stdout


def shown_json(first_key: str) -> dict[str, Any]:
    """Return the JSON object in the README that begins with this key."""
    shown = re.search(rf'^    (\{{"{first_key}".*?\}}$)', README, re.MULTILINE | re.DOTALL)
    assert shown is not None
    example: dict[str, Any] = json.loads(shown.group(1))
    return example


def table_after(heading: str) -> list[list[str]]:
    """Return the cells of the first table after a heading, without their backquotes."""
    _, _, text = README.partition(f"\n{heading}\n")
    found = re.search(r"^\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found is not None
    rows = (line.strip("|").split(" | ") for line in found.group(1).splitlines())
    return [[cell.strip(" `") for cell in row] for row in rows]


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[pair[0] for pair in EXAMPLES])
def test_examples_print_what_the_readme_shows(command: str, output: str) -> None:
    shown = re.sub(r"^    ", "", output, flags=re.MULTILINE)
    printed = netdiag(*shlex.split(command)[1:])
    parts = map(re.escape, ELISION.split(shown))
    assert re.fullmatch(r"(?:.*\n)*".join(parts), printed), f"{shown}\n--- printed:\n{printed}"


def test_the_readme_has_examples() -> None:
    commands = [command.split()[1] for command, _ in EXAMPLES]
    assert commands.count("analyze") >= 3
    assert commands.count("inspect") >= 1
    assert commands.count("packets") >= 2
    assert {"path", "explain"} <= set(commands)


def test_the_filter_language_in_the_readme_is_the_one_in_the_help() -> None:
    found = re.search(r"<!-- filter -->\n(.*?)<!-- /filter -->", README, re.DOTALL)
    assert found is not None
    shown = "".join(f"    {line}\n" for line in FILTER_HELP.splitlines())
    assert found.group(1) == shown


def test_the_json_example_is_what_the_program_prints() -> None:
    example = shown_json("frame")
    printed = netdiag("packets", "--json", "-c", "10", example["file"])
    packets = [json.loads(line) for line in printed.splitlines()]
    assert example in packets
    assert list(example) == list(packets[0])


def test_the_excerpts_of_the_report_are_what_the_program_prints() -> None:
    report = json.loads(netdiag("analyze", "--json", "fixtures/pcaps/k8s-vxlan-ping"))
    excerpt = shown_json("schema")
    assert excerpt == {key: report[key] for key in excerpt}
    assert list(excerpt) == [key for key in report if key in excerpt]
    hops = [hop for ping in report["pings"] for hop in (*ping["request"], *ping["reply"])]
    hop = shown_json("node")
    assert hop in hops
    assert list(hop) == list(hops[0])


def test_all_statuses_are_told() -> None:
    assert [name for name, _ in table_after("### How a ping ends")] == list(STATUSES)


def test_all_findings_are_told() -> None:
    assert with_table(README) == README, "run python -m scripts.write_findings"


@pytest.mark.parametrize("command", ["analyze", "inspect", "packets", "path"])
def test_all_options_are_told(command: str) -> None:
    listed = re.findall(r"^  (--?[a-z-].*?)(?:  |$)", netdiag(command, "--help"), re.MULTILINE)
    options = [name for names in listed for name in re.findall(r"(?<![a-z])--?[a-z-]+", names)]
    _, _, section = README.partition(f"\n## netdiag {command}\n")
    section, _, _ = section.partition("\n## ")
    assert [
        name for name in options if name not in ("-h", "--help") and f"`{name}" not in section
    ] == []


def test_all_modes_of_the_lab_are_listed() -> None:
    _, _, rest = README.partition("<!-- modes -->\n")
    table, _, _ = rest.partition("<!-- /modes -->")
    rows = [row.strip("|").split("|") for row in table.splitlines()[2:]]
    shown = [(name.strip(" `"), summary.strip()) for name, summary in rows]
    assert shown == [(mode.name, mode.summary) for mode in all_modes()]


@pytest.mark.parametrize("command", re.findall(r"^    netdiag lab (\w+)", README, re.MULTILINE))
def test_commands_of_the_lab_are_there(command: str) -> None:
    assert command in lab.commands
