"""Cilium's settings: the data of its ConfigMap ``cilium-config``.

https://docs.cilium.io/en/stable/network/concepts/routing/
"""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.facts.values import flag_of, size_of, text_of
from netdiag.model.facts.configuration import CiliumSettings
from netdiag.model.facts.source import Source


def read_cilium(data: Mapping[str, object], source: Source) -> CiliumSettings:
    """Return the settings; until version 1.14 ``tunnel`` said what two keys say since."""
    tunnel = _lower(data.get("tunnel"))
    mode = _lower(data.get("routing-mode"))
    protocol = _lower(data.get("tunnel-protocol"))
    if tunnel == "disabled":
        mode = mode or "native"
    elif tunnel:
        mode, protocol = mode or "tunnel", protocol or tunnel
    return CiliumSettings(
        source=source,
        routing_mode=mode,
        tunnel_protocol=protocol,
        tunnel_port=size_of(data.get("tunnel-port")),
        encryption=_encryption(data),
        direct_routing_skip_unreachable=flag_of(data.get("direct-routing-skip-unreachable"))
        or False,
        auto_direct_routes=flag_of(data.get("auto-direct-node-routes")),
    )


def _encryption(data: Mapping[str, object]) -> str | None:
    if flag_of(data.get("enable-wireguard")):
        return "wireguard"
    return "ipsec" if flag_of(data.get("enable-ipsec")) else None


def _lower(value: object) -> str | None:
    text = text_of(value)
    return text.strip().lower() if text else None
