"""Interface names out of ``ip_link.json``, however broken it is."""

from __future__ import annotations

import pytest

from netdiag.model.capture_point import CapturePoint
from netdiag.sources import interface_names
from netdiag.sources.interface_names import point_of_name, read_interface_names

SOUND = b"""[
  {"ifindex": 1, "ifname": "lo", "flags": ["LOOPBACK"]},
  {"ifindex": 2, "ifname": "eth0", "link_index": 5, "link_netnsid": 0},
  {},
  {"ifindex": 7, "ifname": "flannel.1", "linkinfo": {"info_kind": "vxlan"}}
]"""

BROKEN = {
    "empty": b"",
    "not json": b"1: lo: <LOOPBACK,UP>",
    "cut off": b'[{"ifindex": 1, "ifname": "lo"',
    "an object": b'{"ifindex": 1, "ifname": "lo"}',
    "a number": b"17",
    "null": b"null",
    "rows of other types": b'[1, "lo", null, [], [1, "lo"]]',
    "no index": b'[{"ifname": "lo"}]',
    "no name": b'[{"ifindex": 1}]',
    "an index in quotes": b'[{"ifindex": "1", "ifname": "lo"}]',
    "an index with a fraction": b'[{"ifindex": 1.0, "ifname": "lo"}]',
    "a name of another type": b'[{"ifindex": 1, "ifname": ["lo"]}, {"ifindex": 2, "ifname": null}]',
    "nested deeply": b"[" * 100_000 + b"]" * 100_000,
    "an object nested deeply": b'{"a":' * 100_000,
    "a number of a million digits": b'[{"ifindex": ' + b"9" * 1_000_000 + b', "ifname": "lo"}]',
    "not UTF-8": b'[{"ifindex": 1, "ifname": "\xff\xfe"}]',
    "zeros": bytes(1000),
}


def test_a_sound_document() -> None:
    assert read_interface_names(SOUND) == {1: "lo", 2: "eth0", 7: "flannel.1"}


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_a_broken_document_names_nothing(document: bytes) -> None:
    assert read_interface_names(document) == {}


def test_what_is_sound_in_a_broken_document_counts() -> None:
    assert read_interface_names(b'[7, {"ifindex": 3, "ifname": "cni0"}]') == {3: "cni0"}


def test_a_document_of_any_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface_names, "MAX_DOCUMENT_BYTES", len(SOUND))
    assert read_interface_names(SOUND)
    assert read_interface_names(SOUND + b" ") == {}


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("eth0", ("n", "p", "eth0")),
        ("", ("n", "p", "x")),
        ("node-1/flannel.1", ("node-1", None, "flannel.1")),
        ("node-1/pod-a/eth0", ("node-1", "pod-a", "eth0")),
        ("rpcap://host/eth0", ("n", "p", "rpcap://host/eth0")),
        ("/eth0", ("n", "p", "/eth0")),
        ("node-1/", ("n", "p", "node-1/")),
        ("a/b/c/eth0", ("n", "p", "a/b/c/eth0")),
        ("node-1/much-too-long-for-linux", ("n", "p", "node-1/much-too-long-for-linux")),
    ],
)
def test_names_that_tell_their_places(name: str, point: tuple[str | None, ...]) -> None:
    assert point_of_name(name, CapturePoint("n", "p", "x")) == point
