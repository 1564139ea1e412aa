"""Bundles of which one document breaks off, explained in this process and without packets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from netdiag.explain.report import explain
from netdiag.facts import assembly
from netdiag.facts.recognise import Piece, recognise
from netdiag.model.facts.facts import Facts
from netdiag.model.report import Report
from netdiag.sources.analysis import Analysis
from netdiag.sources.layout import DocumentPlace
from netdiag.sources.paths import find_all

PLACES_IN_A_LINE = 20
"""At how many places a document of one line is cut."""

REMEMBERED = 1 << 15

Documents = Mapping[DocumentPlace, bytes]


class Cut(NamedTuple):
    """A document that breaks off, and what is explained with it."""

    place: DocumentPlace
    kept: int
    """Bytes that are left of it."""
    report: Report


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """Let each document be parsed only once, however often it is put together with others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "recognise", recognised)
        yield
    recognised.cache_clear()


@lru_cache(REMEMBERED)
def recognised(name: str, data: bytes) -> list[Piece]:
    """Return what a document says, parsed once."""
    return recognise(name, data)


def documents_of(bundle: Path, without: Iterable[str] = ()) -> Documents:
    """Return a bundle's documents, but for those whose names match a pattern."""
    patterns = tuple(without)
    return {
        place: Path(document.label).read_bytes()
        for place, document in find_all((str(bundle),)).documents.items()
        if not any(fnmatch(place.name, pattern) for pattern in patterns)
    }


def explained(documents: Documents) -> Report:
    """Return what is explained without packets."""
    return explain(Analysis([], None, True).read(), _facts(documents), most=None)


def each_cut(documents: Documents, cut: Iterable[DocumentPlace]) -> Iterator[Cut]:
    """Yield a report for each place where one of these may break off and says something else."""
    for place in cut:
        data = documents[place]
        last = None
        for kept in cut_places(data):
            said = repr(recognised(place.name, data[:kept]))
            if said != last:
                yield Cut(place, kept, explained({**documents, place: data[:kept]}))
            last = said


def cut_places(data: bytes) -> Iterator[int]:
    """Yield where to cut: before each line, or within the only one."""
    lines = data.splitlines(keepends=True)
    if len(lines) < 3 and data.lstrip()[:1] in (b"{", b"["):
        yield from (len(data) * i // (PLACES_IN_A_LINE + 1) for i in range(PLACES_IN_A_LINE + 1))
        return
    kept = 0
    for line in lines:
        yield kept
        kept += len(line)


def told(report: Report) -> dict[tuple[str | None, ...], str | None]:
    """Return what is configured and programmed, of the pair of the report and of each other."""
    mode = report.mode
    found: dict[tuple[str | None, ...], str | None] = {}
    for name, truth in (("configured", mode.configured), ("programmed", mode.programmed)):
        found["mode", name, "backend"] = truth.backend if truth else None
        found["mode", name, "encapsulation"] = truth.encapsulation if truth else None
    for pair in report.pairs:
        ends = (pair.source_node, pair.destination_node)
        found[(*ends, "configured")] = pair.configured
        found[(*ends, "programmed")] = pair.programmed
    return found


def wrong(before: Report, cut: Cut) -> list[str]:
    """Return what is told otherwise than before, unknown left out, and new errors and warnings."""
    known, serious = told(before), _serious(before)
    where = f"{cut.place} cut at {cut.kept}"
    changed = [
        f"{where}: {' '.join(map(str, key))} is {value}, was {known.get(key)}"
        for key, value in told(cut.report).items()
        if value is not None and value != known.get(key)
    ]
    new = [title for title in _serious(cut.report) if title not in serious]
    return changed + [f"{where}: {title}" for title in new]


def _serious(report: Report) -> list[str]:
    return [f"{f.code} {f.title}" for f in report.findings if f.severity != "info"]


def _facts(documents: Documents) -> Facts:
    put = assembly.Assembly()
    for place, data in documents.items():
        put.add(place.node, place.pod, place.is_after, place.name, data)
    return put.facts()
