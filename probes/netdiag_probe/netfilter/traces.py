"""What the kernel says of the rules of nftables that a traced packet meets.

Source: linux/netfilter/nf_tables.h, enum nft_trace_attributes.
"""

from __future__ import annotations

from typing import NamedTuple

from netdiag_probe.netfilter.nfnetlink import TABLES, Message
from netdiag_probe.rtnetlink.netlink import Attributes, number, read_attributes, text

NFTRACE_GROUP = 9
_TRACE = TABLES << 8 | 17
_TABLE, _CHAIN, _HANDLE, _TYPE, _VERDICT, _ID = 1, 2, 3, 4, 5, 6
_NETWORK, _TRANSPORT, _IN, _OUT, _POLICY = 8, 9, 10, 12, 16
POLICY, END_OF_CHAIN, RULE = 1, 2, 3

DROP = "drop"
VERDICTS = {
    0: DROP, 1: "accept", 2: "stolen", 3: "queue", 4: "repeat", 5: "stop",
    -1: "continue", -2: "break", -3: "jump", -4: "goto", -5: "return",
}  # fmt: skip


class Trace(NamedTuple):
    """One rule that a packet met, or the policy of a chain."""

    packet: int
    """A number that the packet keeps as long as it is traced."""
    family: int
    table: str
    chain: str
    kind: int
    """RULE, END_OF_CHAIN, POLICY."""
    handle: int | None
    verdict: str
    target: str
    """The chain that it jumps to; empty: none."""
    head: bytes
    """Its first 40 bytes or so, at the first rule of each hook; empty: not told."""
    interface_in: int | None
    interface_out: int | None


def read_trace(message: Message) -> Trace | None:
    """Return what a message says of a traced packet; None: it is about something else."""
    if message.kind != _TRACE:
        return None
    found = message.attributes
    verdict = read_attributes(found.get(_VERDICT, b""))
    code = _number(verdict, 1)
    if code is None:
        code = _number(found, _POLICY)
    return Trace(
        packet=_number(found, _ID) or 0,
        family=message.family,
        table=text(found.get(_TABLE, b"")),
        chain=text(found.get(_CHAIN, b"")),
        kind=_number(found, _TYPE) or 0,
        handle=_number(found, _HANDLE),
        verdict=_name_verdict(code),
        target=text(verdict.get(2, b"")),
        head=_join(found.get(_NETWORK, b""), found.get(_TRANSPORT, b"")),
        interface_in=_number(found, _IN),
        interface_out=_number(found, _OUT),
    )


def _number(found: Attributes, kind: int) -> int | None:
    value = found.get(kind)
    return None if value is None else number(value, "big")


def _name_verdict(code: int | None) -> str:
    """Return the name of a verdict; the high half of some says more, as which queue."""
    if code is None:
        return ""
    signed = code - (1 << 32) if code >> 31 else code & 0xFF
    return VERDICTS.get(signed, f"verdict {signed}")


def _join(network: bytes, transport: bytes) -> bytes:
    """Return the packet's beginning, of which the kernel tells two parts that may overlap."""
    if not network:
        return b""
    behind = (network[0] & 0x0F) * 4 if network[0] >> 4 == 4 else 40
    return network[:behind] + transport if len(network) - behind < len(transport) else network
