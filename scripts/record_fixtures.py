"""Records fixtures/pcaps/lab, bundles of the lab: python -m scripts.record_fixtures [NAME...].

Needs root, and what the modes need. What is expected is what the lab says of itself, whatever
netdiag makes of the bundle.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from netdiag.lab.modes import mode_named
from scripts.fixture_archive import meets, names_in, pack
from scripts.lab_fixtures import (
    BROKEN,
    ENDING,
    EXPECTED,
    FOLDER,
    HEALTHY,
    MAX_BYTES_TOGETHER,
    archive_of,
    readme,
)
from tests.analyze.running import analyze
from tests.lab.comparing import deviations

MAX_BYTES = 12_000
SPARE = ("*/nft.txt", "*/ss.txt", "*/tc_qdisc.json", "*/hostname.txt")
"""What nothing in a report depends on, because other documents say the same."""
AFTER = ("*/facts-after/*",)
NETSTAT = "*/netstat.txt"
"""Tells something only by what it was before and after."""
COUNTERS = ("*/iptables-save-c.txt", "*/ip_link.json", NETSTAT)
"""What tells how much was dropped meanwhile."""


def record_fixtures(names: Sequence[str]) -> None:
    """Record these bundles anew, and write the README; ValueError if they are too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        content = fixture(name)
        if len(content) > MAX_BYTES:
            raise ValueError(f"{name} has {len(content)} bytes")
        archive_of(name).write_bytes(content)
        sys.stdout.write(f"{len(content):6} {name}\n")
    (FOLDER / "README.md").write_text(readme(), encoding="utf-8")
    together = sum(path.stat().st_size for path in FOLDER.iterdir())
    if together > MAX_BYTES_TOGETHER:
        raise ValueError(f"all bundles of the lab have {together} bytes")


def fixture(name: str) -> bytes:
    """Return the archive of a recording; ValueError if it is not as the lab expects."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary, name)
        mode, _, fault = name.partition("+")
        options = ("--fault", fault) if fault else ()
        command = (sys.executable, "-m", "netdiag", "lab", "record", mode, *options, str(folder))
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise ValueError(f"{name} cannot be recorded: {done.stderr.strip()}")
        expected = json.loads((folder / EXPECTED).read_bytes())
        if wrong := deviations(expected, *analyze(folder)):
            raise ValueError(f"{name} is not as expected: {wrong}")
        return smallest(folder)


def smallest(folder: Path) -> bytes:
    """Return the smallest archive that leads to the same report; ValueError if none does."""
    report = report_text(folder)
    with TemporaryDirectory() as temporary:
        archive = Path(temporary, folder.name + ENDING)
        for names in selections(names_in(folder)):
            archive.write_bytes(pack(folder, names))
            if report_text(archive) == report:
                return archive.read_bytes()
    raise ValueError(f"{folder.name}: its report depends on what is left out")


def selections(names: list[str]) -> Iterator[list[str]]:
    """Yield what may be enough, fewest first."""
    for counters in ((), *((one,) for one in COUNTERS), COUNTERS):
        spare = SPARE if NETSTAT in counters else (*SPARE, NETSTAT)
        needed = (name for name in names if not meets(name, spare))
        yield [name for name in needed if not meets(name, AFTER) or meets(name, counters)]


def report_text(bundle: Path) -> str:
    """Return the report of a bundle, whatever the bundle is called, and its exit code."""
    exit_code, report = analyze(bundle)
    return f"{json.dumps(report).replace(str(bundle), '')} {exit_code}"


def available() -> Iterator[str]:
    """Yield the bundles whose modes this machine can have; tell of the others."""
    for name in (*HEALTHY, *BROKEN):
        lack = mode_named(name.partition("+")[0]).lacking()
        if lack is None:
            yield name
        else:
            sys.stderr.write(f"{name} stays as it is: {lack}\n")


if __name__ == "__main__":
    record_fixtures(sys.argv[1:] or list(available()))
