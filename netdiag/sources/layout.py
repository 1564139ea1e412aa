"""The bundle format: which node, pod and interface a file's place in a folder names.

CASE/NODE/IFACE.pcap, IFACE+LABEL.pcap (a second capture of it), any.pcap (many interfaces),
CASE/NODE/pods/POD/IFACE.pcap; facts/ and kubernetes/ hold no captures.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from netdiag.model.capture_point import CapturePoint

FACTS, FACTS_AFTER, KUBERNETES = "facts", "facts-after", "kubernetes"
FOLDERS_WITHOUT_CAPTURES = frozenset({FACTS, FACTS_AFTER, KUBERNETES})
PODS = "pods"
LOGS = frozenset({"ping.jsonl", "connect.jsonl", "drops.jsonl", "rules.jsonl"})
"""What probes reported."""
TRACE = "trace.json"
"""How the bundle was made."""
ANY = "any"
"""The file name of a capture of all interfaces at once, as tcpdump calls it."""

MAX_INTERFACE_NAME = 15
"""IFNAMSIZ of the Linux kernel, less its final NUL."""

_SUFFIX = re.compile(r"(\.(pcapng|pcap|cap|ntar)\d*)?(\.(gz|zst))?$", re.IGNORECASE)


def has_capture_name(name: str) -> bool:
    """Return True if a file's name alone says that it is a capture."""
    found = _SUFFIX.search(name)
    return bool(found and found.group(1))


def interface_of_name(name: str) -> str | None:
    """Return the interface that a capture file's name names; None for ``any``."""
    stem = _SUFFIX.sub("", name).partition("+")[0]
    return None if stem in ("", "-", ANY) else stem


def capture_suffix(name: str) -> str:
    """Return how a capture file's name ends: ``.pcap`` where it does not say, and as compressed."""
    found = _SUFFIX.search(name)
    suffix = found.group(0) if found else ""
    return suffix if has_capture_name(name) else f".pcap{suffix}"


def could_be_interface(name: str | None) -> bool:
    """Return True if Linux would accept this as an interface's name."""
    return (
        bool(name) and len(str(name)) <= MAX_INTERFACE_NAME and not re.search(r"[\s/]", str(name))
    )


def point_of_place(parts: tuple[str, ...], root: str | None) -> CapturePoint:
    """Return the capture point of a file at ``parts`` (folders, then its name) below ``root``.

    ``root`` is the name of the folder that was given; it is the node where no folder is between.
    """
    *folders, name = parts
    pod = None
    if len(folders) >= 2 and folders[-2] == PODS:
        pod = folders[-1]
        folders = folders[:-2]
    node = folders[-1] if folders else root
    return CapturePoint(node, pod, interface_of_name(name))


def facts_of_place(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return where the facts about the namespace of a capture file are: the folder's parts."""
    *folders, _ = parts
    if len(folders) >= 2 and folders[-2] == PODS:
        return (*folders[:-2], FACTS, PODS, folders[-1])
    return (*folders, FACTS)


class DocumentPlace(NamedTuple):
    """Whom a document is about, and its name below ``facts/`` or below the bundle."""

    node: str | None
    """None = the whole cluster."""
    pod: str | None
    is_after: bool
    name: str


def document_of_place(parts: tuple[str, ...], root: str | None) -> DocumentPlace | None:
    """Return what a file at ``parts`` below ``root`` is as a document; None if it is none.

    CASE/NODE/facts/NAME, facts-after/NAME, facts/pods/POD/NAME; CASE/kubernetes/NAME;
    CASE/NODE/ping.jsonl, connect.jsonl, drops.jsonl, rules.jsonl; CASE/trace.json.
    """
    if parts[-1] in LOGS:
        return DocumentPlace(parts[-2] if len(parts) > 1 else root, None, False, parts[-1])
    if parts[-1] == TRACE and FACTS not in parts[:-1]:
        return DocumentPlace(None, None, False, TRACE)
    at = next((i for i, part in enumerate(parts[:-1]) if part in FOLDERS_WITHOUT_CAPTURES), None)
    if at is None:
        return None
    folder, below = parts[at], parts[at + 1 :]
    if folder == KUBERNETES:
        return DocumentPlace(None, None, False, "/".join((KUBERNETES, *below)))
    node = parts[at - 1] if at else root
    pod = None
    if len(below) > 2 and below[0] == PODS:
        pod, below = below[1], below[2:]
    return DocumentPlace(node, pod, folder == FACTS_AFTER, "/".join(below))
