"""A fault in the facts and in the packets, and the one error that it must make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bundles.facts.documents import Facts
from tests.bundles.network import Bundle, Extra, Fate, IcmpError, Network, Stream
from tests.bundles.packets import arp_request
from tests.bundles.paths import Place, place_of

REQUEST_LOST, REPLY_LOST, UNANSWERED = "request-lost", "reply-lost", "unanswered"


@dataclass(frozen=True, kw_only=True)
class FaultCase:
    """Facts and packets of one fault, or of what looks like one."""

    name: str
    why: str
    """One line: why this is expected."""
    facts: Facts
    bundle: Bundle
    found: str = ""
    """``code node`` of the first and only error; words stand side by side as in ``case``."""
    beside: tuple[str, ...] = ()
    """``code node`` of errors and warnings that may be there as well."""
    told: tuple[str, ...] = ()
    """``code node`` that must be among the information."""
    status: str = "answered"
    """Of all pings; several words: each of them is one."""

    @property
    def is_healthy(self) -> bool:
        return not self.found and self.status == "answered"


def lost(
    network: Network,
    request: str = "",
    reply: str = "",
    *,
    silent: bool = False,
    error: IcmpError | None = None,
    data_bytes: int = 56,
    only: Sequence[str] = ("*",),
    without: Sequence[str] = (),
    any_only: Sequence[str] = (),
    idle: Sequence[str] = (),
    extras: Sequence[Extra] = (),
) -> Bundle:
    """Return three pings of which request or reply come no further than a place."""
    fate = Fate(request_lost_after=request, reply_lost_after=reply, silent=silent, error=error)
    return Bundle(
        streams=(Stream(network=network, fate=fate, data_bytes=data_bytes),),
        only=tuple(only),
        without=tuple(without),
        any_only=tuple(any_only),
        idle=tuple(idle),
        extras=tuple(extras),
    )


def answered(*networks: Network) -> Bundle:
    """Return three pings through each network, all answered."""
    streams = tuple(
        Stream(network=network, offset_us=at * 400_000, identifier=0x491C + at)
        for at, network in enumerate(networks)
    )
    return Bundle(streams=streams)


def sometimes(network: Network, fates: Mapping[int, Fate], count: int = 6) -> Bundle:
    return Bundle(streams=(Stream(network=network, count=count, fates=fates),))


def arp_asked(place: str, sender: tuple[str, str], wanted: str) -> tuple[Extra, ...]:
    """Return ARP requests that nobody answers, one with each of three pings."""
    where: Place = place_of(place)
    return tuple(Extra(where, at * 1_000_000 + 40, arp_request(sender, wanted)) for at in range(3))
