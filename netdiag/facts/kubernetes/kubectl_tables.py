"""Tables that ``kubectl get pods``, ``nodes`` and ``services -o wide`` print.

https://kubernetes.io/docs/reference/kubectl/#formatting-output
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_tables import Row, Table, read_tables
from netdiag.facts.values import address_of, addresses_of
from netdiag.model.facts.cluster import Node, Pod, Service, ServicePort
from netdiag.model.facts.source import Source

NO_ADDRESSES: Final = "a table shows no addresses: kubectl get -o wide shows them"

_PORT: Final = re.compile(r"(\d{1,5})(?::(\d{1,5}))?/([A-Z]{2,8})", re.ASCII)
_PHASES: Final = {
    "Pending": "Pending",
    "ContainerCreating": "Pending",
    "PodInitializing": "Pending",
    "ImagePullBackOff": "Pending",
    "ErrImagePull": "Pending",
    "CreateContainerConfigError": "Pending",
    "Running": "Running",
    "NotReady": "Running",
    "CrashLoopBackOff": "Running",
    "Completed": "Succeeded",
    "Error": "Failed",
    "Evicted": "Failed",
    "Failed": "Failed",
    "OOMKilled": "Failed",
    "Unknown": "Unknown",
}


class _Place(NamedTuple):
    """Where a row stands: what the table around it tells."""

    namespace: str
    source: Source


def parse_kubectl_table(
    text: str, document: str, first_line: int = 1
) -> Parsed[Pod | Node | Service]:
    """Return pods, nodes and services; of which kind a table is tell its headings.

    Tables of other kinds are left out. Whether a pod uses its node's network no table tells.
    """
    tables, bad = read_tables(text, first_line)
    items: list[Pod | Node | Service] = []
    hides_addresses = False
    for table in tables:
        read = _reader(table)
        hides_addresses |= read is None and _is_narrow(table)
        for row, place in _rows(table, document) if read else ():
            item = read(row, place) if read and "NAME" in row.cells else None
            if item is None:
                bad.append(row.line)
            else:
                items.append(item)
    problems = not_understood(sorted(bad))
    return Parsed(tuple(items), (*problems, NO_ADDRESSES) if hides_addresses else problems)


def _reader(table: Table) -> Callable[[Row, _Place], Pod | Node | Service | None] | None:
    headings = set(table.headings)
    if {"IP", "NODE", "STATUS"} <= headings:
        return _pod
    if {"INTERNAL-IP", "ROLES"} <= headings:
        return _node
    return _service if {"CLUSTER-IP", "TYPE"} <= headings else None


def _is_narrow(table: Table) -> bool:
    """Return whether it is one of pods or nodes without ``-o wide``."""
    headings = set(table.headings)
    return {"READY", "STATUS", "RESTARTS"} <= headings or {"ROLES", "VERSION"} <= headings


def _rows(table: Table, document: str) -> Iterator[tuple[Row, _Place]]:
    for row in table.rows:
        namespace = row.cells.get("NAMESPACE") or table.namespace or "default"
        yield row, _Place(namespace, Source(document, f"line {row.line}"))


def _name(row: Row) -> str:
    """Return the name; of several kinds at once kubectl prints ``pod/name``."""
    return row.cells["NAME"].rpartition("/")[2]


def _pod(row: Row, place: _Place) -> Pod | None:
    addresses = addresses_of(row.cells.get("IP", "").split(","))
    if "IP" in row.cells and not addresses:
        return None
    status = row.cells.get("STATUS", "")
    return Pod(
        namespace=place.namespace,
        name=_name(row),
        node=row.cells.get("NODE"),
        addresses=addresses,
        host_network=False,
        phase="Pending" if status.startswith("Init:") else _PHASES.get(status, ""),
        containers=(),
        labels=_pairs(row.cells.get("LABELS")),
        source=place.source,
    )


def _node(row: Row, place: _Place) -> Node | None:
    address = address_of(row.cells.get("INTERNAL-IP"))
    if address is None and "INTERNAL-IP" in row.cells:
        return None
    image = row.cells.get("OS-IMAGE")
    return Node(
        name=_name(row),
        internal_ips=(address,) if address else (),
        hostname=None,
        pod_cidrs=(),
        source=place.source,
        os=("windows" if image.startswith("Windows") else "linux") if image else None,
        labels=_pairs(row.cells.get("LABELS")),
    )


def _service(row: Row, place: _Place) -> Service:
    return Service(
        namespace=place.namespace,
        name=_name(row),
        type=row.cells.get("TYPE", ""),
        cluster_ips=addresses_of(row.cells.get("CLUSTER-IP", "").split(",")),
        external_ips=addresses_of(row.cells.get("EXTERNAL-IP", "").split(",")),
        ports=tuple(_ports(row.cells.get("PORT(S)", ""))),
        source=place.source,
        selector=_pairs(row.cells.get("SELECTOR")),
    )


def _ports(written: str) -> Iterator[ServicePort]:
    """Yield ports of ``80:30080/TCP,443/TCP``; their names are not shown."""
    for one in written.split(","):
        if match := _PORT.fullmatch(one.strip()):
            node_port = int(match[2]) if match[2] else None
            yield ServicePort(None, match[3], int(match[1]), None, node_port)


def _pairs(written: str | None) -> dict[str, str]:
    """Return labels of ``app=web,tier=front``."""
    pairs = (one.partition("=") for one in (written or "").split(",") if "=" in one)
    return {name: value for name, _, value in pairs}
