"""Writes fixtures/pcaps/findings, bundles with known answers: python -m scripts.write_fixtures.

What is expected is what the case says, whatever netdiag makes of the bundle.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from netdiag.explain.codes import CODES
from scripts.fixture_archive import meets, names_in, pack
from scripts.fixture_cases import CASES, NEEDED, SPARE
from tests.analyze.case import Case
from tests.analyze.facts_case import FactsCase
from tests.analyze.fault_case import FaultCase
from tests.bundles.capture import captured_places
from tests.bundles.facts.documents import NO_FACTS, Facts, write_facts
from tests.bundles.network import ANSWERED, Bundle
from tests.bundles.simulate import Truth, write_bundle

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "pcaps" / "findings"
MAX_BYTES, MAX_BYTES_TOGETHER = 12_000, 450_000
AnyCase = FaultCase | FactsCase | Case


class Parts(NamedTuple):
    """What there is to a case, whatever its kind."""

    bundle: Bundle
    facts: Facts
    found: tuple[str, ...]
    """``code node`` of errors and warnings, then of information."""
    statuses: str
    """Of all pings; several words: each of them is one."""


def write_fixtures(folder: Path, cases: Mapping[str, AnyCase]) -> None:
    """Write each case's bundle and its expected report; ValueError if they are too large."""
    folder.mkdir(parents=True, exist_ok=True)
    together = 0
    for name, case in sorted(cases.items()):
        content, expected = fixture(case, NEEDED.get(name, ()))
        if len(content) > MAX_BYTES:
            raise ValueError(f"{name} has {len(content)} bytes")
        (folder / f"{name}.tar.gz").write_bytes(content)
        (folder / f"{name}.json").write_text(expected, encoding="utf-8")
        together += len(content) + len(expected)
    if together > MAX_BYTES_TOGETHER:
        raise ValueError(f"all fixtures have {together} bytes")


def fixture(case: AnyCase, needed: tuple[str, ...]) -> tuple[bytes, str]:
    """Return the archive of a case's bundle and the text of what is expected of it."""
    parts = parts_of(case)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        truths = write_bundle(parts.bundle, folder)
        write_facts(parts.facts, folder)
        content = pack(folder, matter(names_in(folder), parts.bundle, needed))
    return content, expected_text(parts, statuses(parts, truths))


def parts_of(case: AnyCase) -> Parts:
    """Return what there is to a case; ValueError if it leaves open what is found."""
    if case.bundle is None:
        raise ValueError(f"{case.name}: there are no captures")
    if isinstance(case, FaultCase):
        first = (case.found,) if case.found else ()
        parts = Parts(case.bundle, case.facts, (*first, *case.told), case.status)
    elif isinstance(case, FactsCase):
        parts = Parts(case.bundle, case.facts, (*case.found, *case.told), case.status)
    else:
        found = (*case.found, *case.told)
        parts = Parts(case.bundle, NO_FACTS, found, case.all_are or "answered")
    if any(mark in found for found in parts.found for mark in "|*"):
        raise ValueError(f"{case.name}: more than one answer is right")
    return parts


def statuses(parts: Parts, truths: list[Truth]) -> dict[str, int]:
    """Return how many pings end how; where the case leaves it open, words stand side by side."""
    words = parts.statuses.split("|")
    lost = "|".join(word for word in words if word != "answered") or "answered"
    streams = parts.bundle.streams
    return Counter(
        "answered"
        if "answered" in words and streams[truth.stream].fate_of(truth.number) == ANSWERED
        else lost
        for truth in truths
    )


def expected_text(parts: Parts, counts: Mapping[str, int]) -> str:
    """Return the expected report: findings in order, how pings end, and the exit code."""
    rows = []
    for found in parts.found:
        code, _, node = found.partition(" ")
        rows.append((code, None if node in ("", "-") else node, CODES[code].severity))
    lines = ",".join(f"\n    {json.dumps(row)}" for row in rows)
    is_healthy = all(severity == "info" for _, _, severity in rows)
    return (
        "{\n"
        f'  "findings": [{lines}{chr(10) + "  " if rows else ""}],\n'
        f'  "statuses": {json.dumps(dict(sorted(counts.items())))},\n'
        f'  "exit_code": {0 if is_healthy else 1}\n'
        "}\n"
    )


def matter(names: Iterable[str], bundle: Bundle, needed: tuple[str, ...]) -> Iterator[str]:
    """Yield the files of nodes and pods that pings cross, of the cluster, and what is needed."""
    places = captured_places(bundle)
    nodes = {place.node for place in places} | {"kubernetes"}
    pods = {place.pod for place in places if place.pod}
    for name in names:
        node, *folders = name.split("/")
        pod = folders[folders.index("pods") + 1] if "pods" in folders[:-1] else None
        is_involved = node in nodes and (pod is None or pod in pods)
        if meets(name, needed) or (is_involved and not meets(name, SPARE)):
            yield name


if __name__ == "__main__":
    write_fixtures(FOLDER, CASES)
