"""Public captures: the decode agrees with tshark's, and the decoder's two forms with each other."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netdiag.sources.streams import GZIP_MAGIC
from tests.corpus.corpus import DECODE, MALFORMED, ROOT, captures_of
from tests.corpus.tshark import Packet, differing_fields, read_rows

pytestmark = pytest.mark.skipif(not DECODE.is_dir(), reason=f"no public captures in {DECODE}")

DIFFERENCES = Path(__file__).with_name("differences.tsv")
"""Every capture that is decoded otherwise than by tshark: its name, in which fields, and why."""


@cache
def dump(folder: Path, *form: str) -> str:
    command = [sys.executable, "-m", *form, "tests.corpus.dump", str(folder)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def by_file(output: str) -> dict[str, tuple[list[Packet], list[str]]]:
    found: dict[str, tuple[list[Any], list[str]]] = defaultdict(lambda: ([], []))
    for line in output.splitlines():
        name, packet = json.loads(line)
        found[name][isinstance(packet, str)].append(packet)
    return found


def listed_differences() -> dict[str, set[str]]:
    with DIFFERENCES.open() as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["capture"]: set(row["fields"].split(",")) for row in rows if row["why"]}


def test_every_difference_from_tshark_is_listed_with_its_reason() -> None:
    decoded = by_file(dump(DECODE))
    differing = {
        path.name: differing_fields(decoded[path.name][0], read_rows(Path(f"{path}.tsv")))
        for path in captures_of(DECODE)
    }
    assert len(differing) > 300
    assert {name: fields for name, fields in differing.items() if fields} == listed_differences()


def test_no_sound_capture_is_called_broken() -> None:
    assert {name: found[1] for name, found in by_file(dump(DECODE)).items() if found[1]} == {}


@pytest.mark.parametrize("folder", [DECODE, MALFORMED], ids=["decode", "malformed"])
def test_both_forms_of_the_decoder_agree(folder: Path) -> None:
    assert dump(folder, "tests.interpreted", "-m") == dump(folder)


def test_malformed_captures_give_the_packets_before_the_break() -> None:
    decoded = by_file(dump(MALFORMED))
    for row in read_rows(MALFORMED / "EXPECT.tsv"):
        packets, problems = decoded[row["name"]]
        if row["class"] in ("foreign-format", "file-structure"):
            compressed = (MALFORMED / row["name"]).read_bytes().startswith(GZIP_MAGIC)
            assert bool(problems) != compressed, row["name"]
            continue
        assert problems == [], row["name"]
        assert len(packets) == int(row["packets_readable_by_our_scan"]), row["name"]


@pytest.mark.parametrize("option", ["--json", "--count", "--sort", "--utc"])
def test_malformed_captures_all_at_once_are_bounded(option: str) -> None:
    """One run over all of them together: no crash, no endless loop, no memory without bounds."""
    resource = "import resource,runpy,sys;resource.setrlimit(resource.RLIMIT_AS,(1<<30,1<<30));"
    command = [sys.executable, "-c", f"{resource}runpy.run_module('netdiag',run_name='__main__')"]
    command += ["packets", option, str(MALFORMED)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) > 5
