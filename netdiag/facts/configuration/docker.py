"""Docker's settings: daemon.json and the options of dockerd.

https://docs.docker.com/reference/cli/dockerd/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from netdiag.facts.documents import read_object
from netdiag.facts.parsed import Parsed
from netdiag.facts.values import (
    flag_of,
    interface_address_of,
    list_of,
    mapping_of,
    prefixes_of,
    size_of,
    text_of,
)
from netdiag.model.facts.configuration import DockerSettings
from netdiag.model.facts.source import Source

_BASE: Final = re.compile(r"base=([^,\s]+)")


def parse_daemon_json(data: bytes, document: str) -> Parsed[DockerSettings]:
    """Return what ``/etc/docker/daemon.json`` says."""
    found, problems = read_object(data)
    if found is None:
        return Parsed((), problems)
    pools = [mapping_of(pool).get("base") for pool in list_of(found.get("default-address-pools"))]
    return Parsed((_settings(found, pools, Source(document)),), problems)


def read_dockerd(options: Mapping[str, str], source: Source) -> DockerSettings:
    """Return what dockerd was started with."""
    pools = list(_BASE.findall(options.get("default-address-pool", "")))
    given = {**options, "bridge": options.get("bridge", options.get("b"))}
    return _settings(given, pools, source)


def _settings(told: Mapping[str, object], pools: list[object], source: Source) -> DockerSettings:
    return DockerSettings(
        source=source,
        bip=interface_address_of(told.get("bip")),
        ip_masq=flag_of(told.get("ip-masq")),
        iptables=flag_of(told.get("iptables")),
        mtu=size_of(told.get("mtu")),
        bridge=text_of(told.get("bridge")),
        pools=prefixes_of(pools),
    )
