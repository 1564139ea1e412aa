"""A bundle with facts, and the three truths that must be found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bundles.facts.documents import Facts
from tests.bundles.network import Bundle, Network, Stream

BETWEEN_STREAMS_US = 400_000


@dataclass(frozen=True, kw_only=True)
class FactsCase:
    """Packets, facts, and what follows from both."""

    name: str
    why: str
    """One line: why this is expected."""
    facts: Facts
    bundle: Bundle | None = None
    """None = no captures."""
    mode: Mapping[str, object] = field(default_factory=dict)
    """By key below ``mode``, with dots; what is left out is open."""
    pairs: Mapping[str, str] = field(default_factory=dict)
    """``node > node``: configured, programmed, observed, agree; ``?`` = open."""
    found: tuple[str, ...] = ()
    """``code node`` of every error and warning, without a node = several; ``*`` = any."""
    told: tuple[str, ...] = ()
    """``code node`` that must be among the information."""
    status: str = "answered"
    """Of all pings."""


def packets(*networks: Network) -> Bundle:
    """Return three pings through each network, the first network's first."""
    return Bundle(
        streams=tuple(
            Stream(network=network, offset_us=at * BETWEEN_STREAMS_US)
            for at, network in enumerate(networks)
        )
    )


def truths(
    backend: str | None,
    configured: str | None,
    programmed: str | None,
    observed: str | None,
    *,
    agree: bool | None,
) -> dict[str, object]:
    """Return all of a mode; ``backend`` is the configured one."""
    return {
        "backend": backend,
        "configured.backend": backend,
        "configured.encapsulation": configured,
        "programmed.encapsulation": programmed,
        "observed.encapsulation": observed,
        "agree": agree,
    }


def agreed(backend: str, encapsulation: str) -> dict[str, object]:
    """Return the mode in which all three truths are known and say the same."""
    return truths(backend, encapsulation, encapsulation, encapsulation, agree=True)


def disagreed(
    backend: str, configured: str, programmed: str | None, observed: str | None
) -> dict[str, object]:
    return truths(backend, configured, programmed, observed, agree=False)


def but(mode: Mapping[str, object], *left_open: str) -> dict[str, object]:
    """Return a mode with some keys left open."""
    return {key: value for key, value in mode.items() if key not in left_open}


def both_ways(words: str) -> dict[str, str]:
    """Return the rows of the pair node-1 and node-2, the same in both directions."""
    return {"node-1 > node-2": words, "node-2 > node-1": words}
