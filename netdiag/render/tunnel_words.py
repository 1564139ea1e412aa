"""Words for tunnels: ``vxlan 10.1.10.9→10.1.10.10 vni 1`` and the names that people use."""

from __future__ import annotations

from netdiag.model.report import Encapsulation

PLAIN = "plain"
NAMES = {
    "vxlan": "VXLAN",
    "ipip": "IPIP",
    "udp": "flannel's UDP tunnel",
    "geneve": "Geneve",
    "gre": "GRE",
    "wireguard": "WireGuard",
    "esp": "IPsec (ESP)",
}


def tunnel_name(kind: str) -> str:
    """Return how people write the kind."""
    return NAMES.get(kind, kind)


def tunnel_words(tunnel: Encapsulation) -> str:
    """Return the kind, its ends and its VNI."""
    words = tunnel.kind
    if tunnel.source or tunnel.destination:
        words += f" {tunnel.source or '?'}→{tunnel.destination or '?'}"
    return words if tunnel.vni is None else f"{words} vni {tunnel.vni}"


def short_stack(stack: tuple[Encapsulation, ...]) -> str:
    """Return the kinds and VNIs only, outermost first, or ``plain``."""
    kinds = (
        tunnel.kind if tunnel.vni is None else f"{tunnel.kind} vni {tunnel.vni}" for tunnel in stack
    )
    return " > ".join(kinds) or PLAIN


def full_stack(stack: tuple[Encapsulation, ...]) -> str:
    """Return the tunnels with their ends, outermost first, or ``plain``."""
    return " > ".join(tunnel_words(tunnel) for tunnel in stack) or PLAIN


def stack_sentence(stack: tuple[Encapsulation, ...]) -> str:
    """Return the tunnels for a sentence: ``VXLAN (VNI 1, 10.1.10.9 → 10.1.10.10, UDP 8472)``."""
    return " inside ".join(_in_sentence(tunnel) for tunnel in reversed(stack))


def _in_sentence(tunnel: Encapsulation) -> str:
    details = []
    if tunnel.vni is not None:
        details.append(f"VNI {tunnel.vni}")
    if tunnel.source or tunnel.destination:
        details.append(f"{tunnel.source or '?'} → {tunnel.destination or '?'}")
    if tunnel.port is not None:
        details.append(f"UDP {tunnel.port}")
    name = tunnel_name(tunnel.kind)
    return f"{name} ({', '.join(details)})" if details else name
