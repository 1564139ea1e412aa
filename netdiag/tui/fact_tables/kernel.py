"""What the kernel was told: devices, addresses, routes, rules, neighbours, FDB, bridge ports."""

from __future__ import annotations

from netdiag.model.facts.kernel import (
    Address,
    BridgePort,
    FdbEntry,
    Link,
    Neighbour,
    NextHop,
    Route,
    RoutingRule,
)
from netdiag.model.facts.node import NodeFacts
from netdiag.tui.fact_tables.table import (
    FactTable,
    Tone,
    Within,
    joined,
    told,
    within_all,
    within_source,
)

DEAD_NEIGHBOURS = frozenset({"FAILED", "INCOMPLETE"})
LINK_TITLES = (
    "device", "in", "kind", "state", "mtu", "mac", "master", "rx pkts", "tx pkts", "drops", "about",
)  # fmt: skip


def kernel_tables(node: NodeFacts) -> list[FactTable]:
    """Return the tables of a node's namespaces."""
    return [
        FactTable(
            "Interfaces", LINK_TITLES, within_all(node, "links"), _link, within_source, _link_tone,
            frozenset({4, 7, 8, 9}),
        ),
        FactTable(
            "Addresses", ("device", "in", "address", "scope", "peer"),
            within_all(node, "addresses"), _address, within_source,
        ),
        FactTable(
            "Routes", ("destination", "in", "via", "device", "table", "protocol", "about"),
            within_all(node, "routes"), _route, within_source, _route_tone,
        ),
        FactTable(
            "Routing rules", ("priority", "in", "from", "to", "selects", "action"),
            within_all(node, "rules"), _rule, within_source, right=frozenset({0}),
        ),
        FactTable(
            "Neighbours", ("address", "in", "device", "mac", "state"),
            within_all(node, "neighbours"), _neighbour, within_source, _neighbour_tone,
        ),
        FactTable(
            "FDB", ("mac", "in", "device", "to", "master", "vlan", "state"),
            within_all(node, "fdb"), _fdb, within_source,
        ),
        FactTable(
            "Bridge ports", ("device", "in", "bridge", "state", "about"),
            within_all(node, "bridge_ports"), _port, within_source,
        ),
    ]  # fmt: skip


def _link(within: Within) -> tuple[str, ...]:
    link: Link = within.item
    counters = link.counters
    counted = (
        told(
            counters.rx_packets, counters.tx_packets, counters.rx_dropped + counters.tx_dropped
        ) if counters else ("", "", "")
    )  # fmt: skip
    state = "up" if link.is_up else "DOWN"
    kind = "hardware" if link.kind == "" else link.kind
    return (
        *told(link.name, within.pod, kind, state, link.mtu, link.mac, link.master),
        *counted,
        _link_about(link),
    )


def _link_about(link: Link) -> str:
    parts: list[object] = []
    if link.vxlan is not None:
        vxlan = link.vxlan
        parts += [f"VNI {vxlan.vni}", f"UDP {vxlan.port}", vxlan.local and f"from {vxlan.local}"]
        parts += [vxlan.lower and f"by {vxlan.lower}"]
    if link.tunnel is not None:
        parts += [f"from {link.tunnel.local or 'any'} to {link.tunnel.remote or 'any'}"]
    if link.lower:
        parts.append(f"on {link.lower}")
    if link.vlan_id is not None:
        parts.append(f"VLAN {link.vlan_id}")
    return joined([*parts, link.mode, link.alias])


def _link_tone(within: Within) -> Tone:
    return "" if within.item.is_up else "quiet"


def _address(within: Within) -> tuple[str, ...]:
    address: Address = within.item
    words = f"{address.address}/{address.prefix_length}"
    return told(address.device, within.pod, words, address.scope, address.peer)


def _route(within: Within) -> tuple[str, ...]:
    route: Route = within.item
    destination = "default" if route.destination in ("0.0.0.0/0", "::/0") else route.destination
    kind = "" if route.type == "unicast" else route.type
    source = route.source and f"src {route.source}"
    metric = None if route.metric is None else f"metric {route.metric}"
    mtu = None if route.mtu is None else f"mtu {route.mtu}"
    more = [_next_hop(hop) for hop in route.next_hops[1:]]
    flags = route.next_hops[0].flags if route.next_hops else ()
    about = joined([kind, route.scope and f"scope {route.scope}", source, metric, mtu, *flags,
                    *route.flags, *more])  # fmt: skip
    return told(
        destination, within.pod, route.gateway, route.device, route.table, route.protocol, about
    )


def _next_hop(hop: NextHop) -> str:
    return joined(["or", hop.gateway and f"via {hop.gateway}", hop.device and f"dev {hop.device}"])


def _route_tone(within: Within) -> Tone:
    route: Route = within.item
    if route.type in ("blackhole", "unreachable", "prohibit"):
        return "warning"
    is_dead = any({"dead", "linkdown"} & set(hop.flags) for hop in route.next_hops)
    return "warning" if is_dead else "quiet" if route.table == "local" else ""


def _rule(within: Within) -> tuple[str, ...]:
    rule: RoutingRule = within.item
    mask = f"/{rule.mask:#x}" if rule.mask is not None else ""
    selects = joined(
        [
            "not" if rule.inverted else "",
            None if rule.mark is None else f"fwmark {rule.mark:#x}{mask}",
            rule.input_device and f"iif {rule.input_device}",
            rule.output_device and f"oif {rule.output_device}",
            rule.protocol,
            "and more" if rule.has_other_selectors else "",
        ]
    )
    length = rule.suppressed_length
    suppressed = None if length is None else f"suppress_prefixlength {length}"
    goto = None if rule.goto is None else str(rule.goto)
    action = joined([rule.action, rule.table, goto, suppressed])
    return told(
        rule.priority, within.pod, rule.source or "all", rule.destination or "all", selects, action
    )


def _neighbour(within: Within) -> tuple[str, ...]:
    entry: Neighbour = within.item
    state = joined([*entry.states, "proxy" if entry.is_proxy else ""])
    return told(entry.address, within.pod, entry.device, entry.mac, state)


def _neighbour_tone(within: Within) -> Tone:
    return "warning" if DEAD_NEIGHBOURS & set(within.item.states) else ""


def _fdb(within: Within) -> tuple[str, ...]:
    entry: FdbEntry = within.item
    state = joined([entry.state, *entry.flags])
    place = (entry.mac, within.pod, entry.device, entry.destination, entry.master, entry.vlan)
    return told(*place, state)


def _port(within: Within) -> tuple[str, ...]:
    port: BridgePort = within.item
    about = joined(["hairpin" if port.hairpin else "", "isolated" if port.isolated else ""])
    return told(port.device, within.pod, port.bridge, port.state, about)
