"""Builds archives for the tests, sound and hostile ones."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping

import zstandard

from tests.captures import PACKET_HOST, SLL2, START_NS, A, B, cooked2, ipv4, numbered, pcap, ping

ONE_PACKET = pcap(numbered(1))
FROM_ANY = pcap([(START_NS, cooked2(ipv4(A, B, ping(1, 1)), 2, PACKET_HOST))], SLL2)

BUNDLE = {
    "case/node-1/eth0.pcap": ONE_PACKET,
    "case/node-1/pods/web/eth0.pcap.gz": gzip.compress(pcap(numbered(2))),
    "case/node-1/facts/not.pcap": ONE_PACKET,
    "case/node-2/any": FROM_ANY,
    "case/node-2/facts/ip_link.json": b'[{"ifindex": 2, "ifname": "ens33"}]',
    "case/node-2/ping.jsonl": b"{}\n",
    "case/kubernetes/pods.json": b"{}\n",
}
BUNDLE_PLACES = {
    "case/node-1/eth0.pcap": "node-1/eth0",
    "case/node-1/pods/web/eth0.pcap.gz": "node-1/web:eth0",
    "case/node-2/any": "node-2/?",
}


def tar_of(entries: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """Return a tar of entries as they are, and their contents."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry, content in entries:
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def entry(
    name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    """Return an entry of a tar; a link or a device has no content."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.type = kind
    info.linkname = link
    return info, content


def tar(members: Mapping[str, bytes]) -> bytes:
    return tar_of(entry(name, content) for name, content in members.items())


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip with folders of their own, deflated."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in sorted({name.rpartition("/")[0] for name in members} - {""}):
            archive.writestr(folder + "/", b"")
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tar_gz(members: Mapping[str, bytes]) -> bytes:
    return gzip.compress(tar(members))


def tar_zst(members: Mapping[str, bytes]) -> bytes:
    return zstandard.compress(tar(members))


Archiver = Callable[[Mapping[str, bytes]], bytes]
ARCHIVERS: dict[str, Archiver] = {
    "zip": zipped,
    "tar": tar,
    "tar.gz": tar_gz,
    "tar.zst": tar_zst,
}
