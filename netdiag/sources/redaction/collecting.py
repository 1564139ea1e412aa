"""What a bundle holds that is to be mapped: names of hosts and interfaces, networks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from netdiag.sources.layout import FACTS, FACTS_AFTER, PODS, interface_of_name
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.redaction.mapping import Network
from netdiag.sources.redaction.texts import networks_in

_LINKS: Final = "ip_link.json"
_LINK_NAME: Final = re.compile(rb'"ifname":\s*"([^"\\]+)"')
_HOST_DOCUMENTS: Final = ("hostname.txt", "nodename")
_MOST_HOST_BYTES: Final = 256
_HOST: Final = rb"[A-Za-z][A-Za-z0-9.-]{0,252}[A-Za-z0-9]"
_NAMED_HOSTS: Final = re.compile(
    rb"(?:://|--(?:hostname-override|node-name|nodename)[= ]|/host/)(%b)(?![\w.-])" % _HOST
)
"""Of URLs, of options of kubelet and kube-proxy, of Calico's BIRD."""


def networks_of(gathered: Gathered) -> Iterator[Network]:
    """Yield the networks that documents speak of."""
    for parts in gathered.documents():
        yield from networks_in(gathered.read(parts))


def hosts_of(gathered: Gathered) -> Iterator[str]:
    """Yield what hosts and pods call themselves, and how others are called in documents."""
    for parts in gathered.documents():
        data = gathered.read(parts)
        if parts[-1] in _HOST_DOCUMENTS:
            yield data[:_MOST_HOST_BYTES].decode("utf-8", "surrogateescape").strip()
        yield from (found.decode() for found in _NAMED_HOSTS.findall(data))


def interfaces_of(gathered: Gathered) -> Iterable[str]:
    """Return the names of interfaces: of captures, and those that nodes list."""
    found = {interface_of_name(parts[-1]) or "" for parts in gathered.captures()}
    for parts in gathered.documents():
        if parts[-1] == _LINKS and {FACTS, FACTS_AFTER, PODS} & set(parts):
            listed = _LINK_NAME.findall(gathered.read(parts))
            found |= {name.decode("utf-8", "surrogateescape") for name in listed}
    return found - {""}
