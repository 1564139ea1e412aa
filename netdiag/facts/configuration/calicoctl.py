"""The table that ``calicoctl get ippool -o wide`` prints.

https://docs.tigera.io/calico/latest/reference/calicoctl/get
"""

from __future__ import annotations

from typing import Final

from netdiag.facts.configuration.calico import pool_mode
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_tables import Row, read_tables
from netdiag.facts.values import flag_of, prefix_of
from netdiag.model.facts.configuration import IpPool
from netdiag.model.facts.source import Source

NO_MODES: Final = "the modes of the pools are not shown: calicoctl get ippool -o wide shows them"

_MODES: Final = frozenset({"IPIPMODE", "IPIP"})
"""Before version 3 the column said true or false."""


def parse_calicoctl_pools(text: str, document: str, first_line: int = 1) -> Parsed[IpPool]:
    """Return the pools of the table; of one that shows no modes there are none."""
    tables, bad = read_tables(text, first_line)
    pools: list[IpPool] = []
    hides_modes = False
    for table in tables:
        if "CIDR" not in table.headings:
            bad.append(table.line)
            continue
        for row in table.rows if _MODES.intersection(table.headings) else ():
            pool = _pool(row, Source(document, f"line {row.line}"))
            if pool is None:
                bad.append(row.line)
            else:
                pools.append(pool)
        hides_modes |= not _MODES.intersection(table.headings)
    problems = not_understood(sorted(bad))
    return Parsed(tuple(pools), (*problems, NO_MODES) if hides_modes else problems)


def _pool(row: Row, source: Source) -> IpPool | None:
    cidr = prefix_of(row.cells.get("CIDR"))
    ipip, vxlan = pool_mode(_ipip_mode(row)), pool_mode(row.cells.get("VXLANMODE"))
    if cidr is None or ipip is None or vxlan is None:
        return None
    return IpPool(
        source=source,
        name=row.cells.get("NAME", cidr),
        cidr=cidr,
        ipip_mode=ipip,
        vxlan_mode=vxlan,
        nat_outgoing=flag_of(row.cells.get("NAT")) or False,
        disabled=flag_of(row.cells.get("DISABLED")) or False,
        node_selector=row.cells.get("SELECTOR"),
    )


def _ipip_mode(row: Row) -> str | None:
    """Return the mode; the old column's ``true`` does not tell which, so it is none."""
    written = row.cells.get("IPIPMODE", row.cells.get("IPIP"))
    return "never" if written == "false" else written
