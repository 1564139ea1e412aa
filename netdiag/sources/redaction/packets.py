"""One captured packet with all addresses in it mapped, and what else it carries cleared.

Headers are walked from the outside in, and checksums moved from the inside out, for an outer one
covers what changed inside. What is not understood is zero from there on.
"""

from __future__ import annotations

from typing import Final

from netdiag.model.link_types import LINKTYPE_ETHERNET, LINKTYPE_RAW
from netdiag.sources.redaction.mapping import Mapping
from netdiag.sources.redaction.packet_tunnels import TunnelRewriter


class PacketRewriter:
    """Rewrites packets by a mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping

    def packet(self, link_type: int, data: bytes) -> bytes:
        """Return a packet as long as it was; of other link types than Ethernet and IP, zeros."""
        walk = TunnelRewriter(self._mapping, data)
        if link_type == LINKTYPE_ETHERNET:
            walk.ethernet(0, len(data))
        elif link_type in _BARE_IP:
            walk.bare_ip(0, len(data))
        else:
            walk.clear(0, len(data))
        return bytes(walk.new)


_BARE_IP: Final = frozenset({LINKTYPE_RAW, 12, 14, 228, 229})
"""LINKTYPE_RAW and what systems wrote before it, LINKTYPE_IPV4, LINKTYPE_IPV6."""
