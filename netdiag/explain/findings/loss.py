"""A dead direction between two addresses: what the rules for losses are asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.rare_packets import IcmpError
from netdiag.explain.names import Names
from netdiag.explain.path_view import TrackView
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Status


class Loss(NamedTuple):
    """The pings between two addresses that got lost on the same way."""

    view: TrackView
    """The track that most of them took."""
    last: Crossing
    """Where they were seen last, unencrypted."""
    where: CapturePoint
    """Where they were seen last."""
    lost: int
    answered: int
    """Pings of the same pair and size that were answered."""
    errors: tuple[IcmpError, ...]
    """ICMP errors about them."""
    names: Names

    @property
    def status(self) -> Status:
        """Return how they ended."""
        return self.view.judgement.status

    @property
    def packet(self) -> str:
        """Return which packet is lost."""
        return "reply" if self.status == "reply-lost" else "request"

    @property
    def sent(self) -> Sequence[Crossing]:
        """Return where the lost packet was seen."""
        track = self.view.track
        return track.reply if self.status == "reply-lost" else track.request

    @property
    def noun(self) -> str:
        """Return what they are, in the singular."""
        return {"tcp": "TCP connection", "udp": "UDP datagram"}.get(self.protocol, "ping")

    @property
    def protocol(self) -> str:
        """Return what they are of: icmp, tcp or udp."""
        return self.view.track.protocol

    @property
    def port(self) -> int | None:
        """Return the port that TCP or UDP asked."""
        return self.view.track.first.lane.port

    @property
    def way(self) -> str:
        """Return from where to where they went, pods by name."""
        way = self.names.way(*self.view.track.pair)
        return way if self.port is None else f"{way} {self.protocol.upper()} port {self.port}"
