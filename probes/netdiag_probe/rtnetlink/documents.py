"""Documents of the bundle format, by their names, for the namespace that the thread is in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from netdiag_probe.rtnetlink.addresses import describe_addresses
from netdiag_probe.rtnetlink.bridges import describe_fdb, describe_ports
from netdiag_probe.rtnetlink.links import Links, describe_link
from netdiag_probe.rtnetlink.neighbours import describe_neighbours
from netdiag_probe.rtnetlink.netlink import Netlink
from netdiag_probe.rtnetlink.routes import describe_routes
from netdiag_probe.rtnetlink.rules import describe_rules

Objects = list[dict[str, Any]]


def _describe_links(_: Netlink, links: Links) -> Objects:
    return [describe_link(link, links) for link in links.all]


def _describe_rules(netlink: Netlink, _: Links) -> Objects:
    return describe_rules(netlink)


DESCRIBERS: Mapping[str, Callable[[Netlink, Links], Objects]] = {
    "ip_link.json": _describe_links,
    "ip_addr.json": describe_addresses,
    "ip_route.json": describe_routes,
    "ip_rule.json": _describe_rules,
    "ip_neigh.json": describe_neighbours,
    "bridge_fdb.json": describe_fdb,
    "bridge_link.json": describe_ports,
}
"""All that there is."""


def read_documents(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return documents by name, and what is wrong with those that are not among them."""
    documents: dict[str, str] = {}
    problems: list[str] = []
    with Netlink() as netlink:
        links = Links(netlink)
        for name in names:
            try:
                documents[name] = json.dumps(DESCRIBERS[name](netlink, links))
            except OSError as error:
                problems.append(f"{name}: the kernel says: {error.strerror or error}")
    return documents, problems
