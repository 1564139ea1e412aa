"""What is found where a user points: capture files, documents, and what cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.layout import DocumentPlace
from netdiag.sources.streams import Opener

MOST_PLACES_TOLD = 5
"""How many places with the same problem are told one by one."""


@dataclass(frozen=True)
class CaptureFile:
    """A capture file that was found: what people call it, where it was taken, how to open it."""

    label: str
    point: CapturePoint
    open: Opener
    interface_names: Callable[[], dict[int, str]] = field(default=dict)
    """ifindex -> name in the namespace where it was taken."""


@dataclass(frozen=True)
class DocumentFile:
    """A document about a node or the cluster that was found."""

    label: str
    place: DocumentPlace
    open: Opener


@dataclass(frozen=True)
class Problem:
    """A path, or a part of one, that could not be used, and why, in a few words."""

    label: str
    reason: str


Item = CaptureFile | DocumentFile | Problem
"""What may be found in a folder or an archive."""


def gathered(problems: list[Problem]) -> list[Problem]:
    """Return the problems, those of many places with the same reason as one."""
    labels: dict[str, list[str]] = {}
    for problem in problems:
        labels.setdefault(problem.reason, []).append(problem.label)
    told = []
    for reason, places in labels.items():
        if len(places) > MOST_PLACES_TOLD:
            places = [f"{places[0]} and {len(places) - 1} more"]
        told += [Problem(place, reason) for place in places]
    return told


@dataclass
class Found:
    """What the PATHs hold."""

    captures: list[CaptureFile] = field(default_factory=list)
    documents: dict[DocumentPlace, DocumentFile] = field(default_factory=dict)
    """Each once, though several PATHs may lead to it."""
    problems: list[Problem] = field(default_factory=list)
    without_captures: list[str] = field(default_factory=list)
    """PATHs that hold no capture file, and no problem that would be why."""

    def add(self, item: Item) -> None:
        """Add one thing that was found."""
        if isinstance(item, CaptureFile):
            self.captures.append(item)
        elif isinstance(item, DocumentFile):
            self.documents.setdefault(item.place, item)
        else:
            self.problems.append(item)
