"""Reads the documents of nodes and of the cluster."""

from __future__ import annotations

from collections.abc import Iterable

from netdiag.decode.window import StreamError
from netdiag.facts.assembly import Assembly
from netdiag.model.facts.facts import Facts
from netdiag.sources.found import DocumentFile
from netdiag.sources.interface_names import MAX_DOCUMENT_BYTES
from netdiag.sources.layout import FACTS_AFTER
from netdiag.sources.streams import ByteStream

MAX_ALL_BYTES = 1024 * 1024 * 1024
"""Of all documents together."""

CHUNK_BYTES = 64 * 1024


def read_facts(documents: Iterable[DocumentFile]) -> Facts:
    """Return what documents say; those that cannot be read are among its problems."""
    assembly = Assembly()
    left = MAX_ALL_BYTES
    for document in documents:
        place = document.place
        path = f"pods/{place.pod}/{place.name}" if place.pod else place.name
        path = f"{FACTS_AFTER}/{path}" if place.is_after else path
        name = _readable(place.name)
        try:
            data = _read(document, min(left, MAX_DOCUMENT_BYTES))
        except (StreamError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            assembly.report_problem(place.node, _readable(path), reason)
            continue
        if data is None:
            reason = f"is larger than {min(left, MAX_DOCUMENT_BYTES)} bytes"
            assembly.report_problem(place.node, _readable(path), reason)
            continue
        left -= len(data)
        node, pod = (part and _readable(part) for part in (place.node, place.pod))
        assembly.add(node, pod, place.is_after, name.removesuffix(".gz"), data)
    return assembly.facts()


def _read(document: DocumentFile, most: int) -> bytes | None:
    """Return a document's bytes, decompressed; None if there are more than ``most``."""
    stream = ByteStream(document.open())
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := stream.read_up_to(CHUNK_BYTES):
            size += len(chunk)
            if size > most:
                return None
            chunks.append(bytes(chunk))
    finally:
        stream.close()
    return b"".join(chunks)


def _readable(name: str) -> str:
    """Return a name with bytes that are no UTF-8 written out."""
    return name.encode("utf-8", "backslashreplace").decode()
