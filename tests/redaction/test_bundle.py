"""Redacted recordings of the lab: the same report, and nothing of what was there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from netdiag.sources.live.gathered import Gathered
from netdiag.sources.redaction.bundle import Redaction
from scripts.lab_fixtures import archive_of
from tests.analyze.running import analyze
from tests.redaction.recordings import contents, redact
from tests.redaction.reports import differences, rewritten

ALIKE = [
    *("flannel-vxlan", "flannel-udp", "calico-bgp", "calico-ipip", "calico-wireguard", "macvlan"),
    *("flannel-vxlan+fdb-missing", "flannel-vxlan+vtep-mac-stale", "flannel-vxlan+mtu-blackhole"),
    *("flannel-vxlan+duplicate-ip", "calico-vxlan+policy-blocked", "canal+route-missing"),
]
_IPV4 = re.compile(rb"\d+\.\d+\.\d+\.\d+")
_MAC = re.compile(rb"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


@pytest.mark.parametrize("name", ALIKE)
def test_the_report_is_the_same_but_for_addresses_and_names(name: str, tmp_path: Path) -> None:
    with redact(name) as (_, redaction, copy):
        copy.save(str(tmp_path / "case"))
    exit_code, report = analyze(archive_of(name))
    again, told = analyze(tmp_path / "case")
    assert list(differences(rewritten(report, redaction.texts), told)) == []
    assert again == exit_code


@pytest.mark.parametrize("name", ALIKE)
def test_no_address_or_name_is_left(name: str) -> None:
    with redact(name) as (gathered, redaction, copy):
        parts = [("/".join(place).encode(), data) for place, data in contents(copy).items()]
        secrets = set(_secrets(gathered, redaction))
    told = b"\n".join(each for part in parts for each in part)
    assert len(secrets) > 10
    assert [each for each in secrets if each in told] == []
    words = "|".join(map(re.escape, redaction.names.replaced))
    assert re.findall(rf"(?<![\w-])(?:{words})(?![\w-])".encode(), told) == []


def _secrets(gathered: Gathered, redaction: Redaction) -> Iterator[bytes]:
    """Yield each address that is changed, as text, packed, and in hexadecimal digits."""
    text = b"\n".join(gathered.read(parts) for parts in gathered.documents())
    for found in set(_IPV4.findall(text)):
        packed = ip_address(found.decode()).packed
        if redaction.mapping.packed(packed) != packed:
            yield from (found, packed, packed.hex().encode())
    for found in set(_MAC.findall(text)):
        packed = bytes.fromhex(found.decode().replace(":", ""))
        if redaction.mapping.mac(packed) != packed:
            yield from (found, packed, packed.hex().encode())
