"""The temporary table that has the kernel trace our packets, and nothing else, through its rules.

Its chains come before all others of their hooks, and once more where fragments are whole again.
The mark that they set stays with a packet until it leaves the network namespace, or enters or
leaves a tunnel; then they see it anew.
Source: linux/netfilter/nf_tables.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netdiag_probe.filters.pings import Wanted
from netdiag_probe.netfilter.nfnetlink import (
    NLM_F_APPEND,
    NLM_F_CREATE,
    Request,
    attribute,
    nested,
    string,
    word,
)
from netdiag_probe.netfilter.shapes import (
    ETHERTYPES,
    ICMP_OF,
    TCP,
    TUNNEL_PROTOCOLS,
    UDP,
    Shape,
    shapes_behind,
    tunnel_ports,
)
from netdiag_probe.rtnetlink.netlink import NLM_F_REQUEST

NAME = "netdiag_trace"
"""What the name of each such table begins with."""

INET, IPV4, NETDEV, BRIDGE, IPV6 = 1, 2, 5, 7, 10
"""Families: NFPROTO_ numbers."""
VERSIONS = {IPV4: (4,), IPV6: (6,), BRIDGE: (4, 6), NETDEV: (4, 6)}

MARKING = "ours"
"""The chain that only our packets get to."""

MOST_RULES = 8192
LOGGED_BYTES = 256

_NEW_TABLE, _DELETE_TABLE, _NEW_CHAIN, _NEW_RULE = 0, 2, 3, 6
_OWNER = 0x2
"""NFT_TABLE_F_OWNER, since Linux 5.12: the kernel removes the table with the socket."""
_FIRST = -(1 << 31)
_BEHIND_REASSEMBLY = -399
"""Priorities of hooks. Connection tracking puts fragments together at -400, before the table raw:
the whole is another packet for the kernel, and its first fragment is marked only.
"""
_PREROUTING, _OUTPUT, _INGRESS = 0, 3, 0
_GOTO = -4
_VERDICT, _REGISTER = 0, 1
_TRANSPORT_HEADER = 2
_PROTOCOL, _NFTRACE, _TRANSPORT_PROTOCOL = 1, 12, 16
"""NFT_META_ numbers."""
_CREATE = NLM_F_REQUEST | NLM_F_CREATE


class TooManyRulesError(ValueError):
    """More was asked for than the kernel should compare each packet with."""


class Plan(NamedTuple):
    """A table that is to be made."""

    name: str
    family: int
    wanted: Wanted
    log_group: int | None
    """Where the packets are logged as well; None: nowhere."""
    devices: Sequence[str] = ()
    """Of NETDEV."""


def build_table(plan: Plan, *, is_owned: bool) -> list[Request]:
    """Return what makes the table. Raise TooManyRulesError."""
    return list(_Builder(plan).build(is_owned))


def build_removal(name: str, family: int) -> Request:
    """Return what removes a table."""
    return Request(_DELETE_TABLE, family, string(1, name))


class _Builder:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rules = 0

    def build(self, is_owned: bool) -> Iterator[Request]:
        plan = self._plan
        flags = _OWNER if is_owned else 0
        yield Request(_NEW_TABLE, plan.family, string(1, plan.name) + word(2, flags), _CREATE)
        yield self._chain(MARKING)
        yield from self._mark()
        for version in VERSIONS[plan.family]:
            for protocol in _protocols(version, plan.wanted):
                chain = _chain_name(version, protocol)
                yield self._chain(chain)
                for shape in shapes_behind(version, protocol, plan.wanted):
                    yield self._rule(chain, (*_compare(shape), _go_to(MARKING)))
        for name, hook in self._hooks():
            yield self._chain(name, hook)
            for version in VERSIONS[plan.family]:
                yield from self._dispatch(name, version)

    def _hooks(self) -> Iterator[tuple[str, bytes]]:
        """Yield names and places of the chains that packets enter by."""
        if self._plan.family == NETDEV:
            for number, device in enumerate(self._plan.devices):
                yield f"ingress{number}", _hook(_INGRESS) + string(3, device)
        else:
            yield "prerouting", _hook(_PREROUTING)
            yield "output", _hook(_OUTPUT)
            if self._plan.family != BRIDGE:
                yield "reassembled", _hook(_PREROUTING, _BEHIND_REASSEMBLY)

    def _mark(self) -> Iterator[Request]:
        """Yield what is done with a packet of ours: logged first, so that it is known when traced.

        They are two rules, for the log may have no room.
        """
        group = self._plan.log_group
        if group is not None:
            log = attribute(1, struct.pack("!H", group)) + word(3, LOGGED_BYTES)
            yield self._rule(MARKING, [_expression("log", log)])
        on = _expression("immediate", word(1, _REGISTER) + nested(2, attribute(1, b"\1")))
        yield self._rule(MARKING, [on, _expression("meta", word(2, _NFTRACE) + word(3, _REGISTER))])

    def _dispatch(self, chain: str, version: int) -> Iterator[Request]:
        """Yield the rules that lead a packet to the chain for its protocol."""
        begin: list[bytes] = []
        if len(VERSIONS[self._plan.family]) > 1:
            begin = [_load_meta(_PROTOCOL), _is_equal(ETHERTYPES[version])]
        for protocol in _protocols(version, self._plan.wanted):
            is_it = [*begin, _load_meta(_TRANSPORT_PROTOCOL), _is_equal(bytes([protocol]))]
            onward = _go_to(_chain_name(version, protocol))
            if protocol == UDP and not self._plan.wanted.ports:
                for port in tunnel_ports(self._plan.wanted):
                    is_tunnel = [_load(2, 2), _is_equal(port.to_bytes(2, "big"))]
                    yield self._rule(chain, [*is_it, *is_tunnel, onward])
            else:
                yield self._rule(chain, [*is_it, onward])

    def _chain(self, name: str, hook: bytes = b"") -> Request:
        body = string(1, self._plan.name) + string(3, name)
        if hook:
            body += nested(4, hook) + string(7, "filter")
        return Request(_NEW_CHAIN, self._plan.family, body, _CREATE)

    def _rule(self, chain: str, expressions: Sequence[bytes]) -> Request:
        self._rules += 1
        if self._rules > MOST_RULES:
            raise TooManyRulesError(
                f"that takes more than {MOST_RULES} rules: ask for fewer ids, tokens and ports"
            )
        body = string(1, self._plan.name) + string(2, chain) + nested(4, *expressions)
        return Request(_NEW_RULE, self._plan.family, body, _CREATE | NLM_F_APPEND)


def _protocols(version: int, wanted: Wanted) -> list[int]:
    """Return what may hold a packet of ours, directly or not."""
    return [ICMP_OF[version], UDP, *TUNNEL_PROTOCOLS, *([TCP] if wanted.ports else [])]


def _chain_name(version: int, protocol: int) -> str:
    return f"ip{version}_{protocol}"


def _hook(number: int, priority: int = _FIRST) -> bytes:
    return word(1, number) + word(2, priority)


def _compare(shape: Shape) -> Iterator[bytes]:
    for offset, value, mask in shape:
        yield _load(offset, len(value))
        if mask:
            yield _and(mask)
        yield _is_equal(value)


def _expression(name: str, data: bytes) -> bytes:
    return nested(1, string(1, name), nested(2, data))


def _load(offset: int, size: int) -> bytes:
    place = word(2, _TRANSPORT_HEADER) + word(3, offset) + word(4, size)
    return _expression("payload", word(1, _REGISTER) + place)


def _load_meta(key: int) -> bytes:
    return _expression("meta", word(2, key) + word(1, _REGISTER))


def _and(mask: bytes) -> bytes:
    registers = word(1, _REGISTER) + word(2, _REGISTER) + word(3, len(mask))
    nothing = bytes(len(mask))
    return _expression(
        "bitwise", registers + nested(4, attribute(1, mask)) + nested(5, attribute(1, nothing))
    )


def _is_equal(value: bytes) -> bytes:
    return _expression("cmp", word(1, _REGISTER) + word(2, 0) + nested(3, attribute(1, value)))


def _go_to(chain: str) -> bytes:
    verdict = nested(2, word(1, _GOTO), string(2, chain))
    return _expression("immediate", word(1, _VERDICT) + nested(2, verdict))
