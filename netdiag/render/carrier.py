"""What carries pings: a tunnel, plain routing, or a node's inside; only what captures prove."""

from __future__ import annotations

from netdiag.model.report import Hop, Ping
from netdiag.render.tunnel_words import stack_sentence, tunnel_name

PLAIN_ROUTING = "plain routing (no tunnel)"


def carrier_words(pings: list[Ping]) -> str:
    """Return what carries the pings, to stand in a sentence; nothing if no capture shows it."""
    there = _distinct([carrier(ping.request) for ping in pings])
    back = _distinct([carrier(ping.reply) for ping in pings])
    if not there:
        return ""
    words = " or ".join(there)
    if len(there) == 1:
        words = next(_in_detail(ping.request) for ping in pings if carrier(ping.request))
    if back and set(back) != set(there):
        return f"{words}, the reply {' or '.join(back)}"
    return words


def carrier(hops: tuple[Hop, ...]) -> str:
    """Return ``over VXLAN``, ``over plain routing (no tunnel)``, ``within node-1`` or nothing."""
    stack = max((hop.encapsulation for hop in hops), key=len, default=())
    if stack:
        return f"over {' inside '.join(tunnel_name(tunnel.kind) for tunnel in reversed(stack))}"
    if any(hop.role == "physical" for hop in hops):
        return f"over {PLAIN_ROUTING}"
    return f"within {hops[0].node or 'one node'}" if _within_a_node(hops) else ""


def _within_a_node(hops: tuple[Hop, ...]) -> bool:
    """Return whether hops prove it: two pods' interfaces, or their two veths, on one node."""
    pods = {hop.pod for hop in hops if hop.pod}
    veths = {hop.interface for hop in hops if hop.role == "veth"}
    return len({hop.node for hop in hops}) == 1 and (len(pods) > 1 or len(veths) > 1)


def _in_detail(hops: tuple[Hop, ...]) -> str:
    stack = max((hop.encapsulation for hop in hops), key=len, default=())
    return f"over {stack_sentence(stack)}" if stack else carrier(hops)


def _distinct(carriers: list[str]) -> list[str]:
    return sorted(filter(None, set(carriers)))
