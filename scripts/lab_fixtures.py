"""What there is in fixtures/pcaps/lab, and the README there, which the archives alone tell."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from netdiag.lab import modes

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "pcaps" / "lab"
ENDING = ".tar.gz"
MAX_BYTES_TOGETHER = 330_000
HEALTHY = modes.NAMES
BROKEN = (
    "flannel-vxlan+vxlan-blocked",
    "flannel-vxlan+fdb-missing",
    "flannel-vxlan+vtep-mac-stale",
    "flannel-vxlan+vni-mismatch",
    "flannel-vxlan+ip-forward-off-sender",
    "flannel-vxlan+rp-filter-drop",
    "flannel-vxlan+mtu-blackhole",
    "flannel-vxlan+fragments-lost",
    "flannel-vxlan+half-lost",
    "flannel-vxlan+directrouting-not-applied",
    "flannel-vxlan+duplicate-ip",
    "flannel-hostgw+hostgw-across-router",
    "flannel-hostgw+leftover-device",
    "flannel-udp+flanneld-dead",
    "calico-bgp+proxy-arp-disabled",
    "calico-ipip+ipip-blocked",
    "calico-vxlan+policy-blocked",
    "canal+route-missing",
)
"""``MODE+FAULT``: the most telling faults."""
TRACE, EXPECTED = "trace.json", "expected.json"
BEFORE_THE_TABLES = """\
# Recordings of the lab

Each archive is a bundle of two nodes and three pods made of network namespaces, with real captures
of every interface and real documents, in one network mode, healthy or with one fault.
`netdiag analyze ARCHIVE` reads it as it is.

In each, `trace.json` says how it was made, `expected.json` what must be found.
`python -m scripts.record_fixtures`, as root, runs the commands below anew, leaves out documents
on which nothing in the report depends, and writes this file.
"""


class Recorded(NamedTuple):
    """What an archive tells of itself."""

    name: str
    trace: dict[str, Any]
    """How it was made."""
    expected: dict[str, Any]


def archive_of(name: str) -> Path:
    """Return the archive that a bundle is in."""
    return FOLDER / (name + ENDING)


def read_recorded(name: str) -> Recorded:
    """Return what a bundle's archive tells of itself; KeyError if it does not."""
    with tarfile.open(archive_of(name)) as archive:
        trace, expected = (archive.extractfile(member) for member in (TRACE, EXPECTED))
        assert trace is not None and expected is not None, "they are files"
        return Recorded(name, json.load(trace), json.load(expected))


def readme() -> str:
    """Return the README of the bundles that there are now."""
    broken = [read_recorded(name) for name in BROKEN]
    healthy = [read_recorded(name) for name in HEALTHY]
    return "\n".join(
        (
            BEFORE_THE_TABLES,
            "## Healthy: no finding\n",
            *_table("the mode, and what the report calls it", map(_healthy_row, healthy)),
            "\n## Broken\n",
            *_table("what is wrong | what is found, and where", map(_broken_row, broken)),
            *_stand_ins([*healthy, *broken]),
        )
    )


def _table(columns: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"| bundle | recorded by | {columns} |"
    yield "|---" * (columns.count("|") + 3) + "|"
    yield from rows


def _healthy_row(recorded: Recorded) -> str:
    shown = f"{recorded.trace['summary']}: `{recorded.expected['backend']}`"
    return f"| {_made(recorded)} | {shown} |"


def _broken_row(recorded: Recorded) -> str:
    finding = recorded.expected["finding"]
    where = finding["node"] or "several nodes"
    return f"| {_made(recorded)} | {recorded.trace['summary']} | `{finding['code']}`, {where} |"


def _made(recorded: Recorded) -> str:
    return f"`{recorded.name}` | `{recorded.trace['taken_by']}`"


def _stand_ins(bundles: Iterable[Recorded]) -> Iterator[str]:
    """Tell what was not the kernel's own where they were recorded."""
    lines = [
        f"- `{recorded.name}`: {stand_in}"
        for recorded in bundles
        for stand_in in recorded.trace["stand_ins"]
    ]
    if lines:
        yield "\n## What stood in for the kernel\n"
        yield from lines
    yield ""
