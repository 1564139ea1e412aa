"""Why a VXLAN device does not send, or the other end does not take it: neighbours, FDB, VNI, port.

M is the MAC address that the sender's neighbour entry gives for the peer's VTEP, R the one that the
peer's device has. flannel and Calico write neighbours and FDB entries; nothing is learned.
"""

from __future__ import annotations

from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.expected.world import (
    World,
    is_failed,
    neighbour,
    remote_entry,
    vxlan_device,
)
from netdiag.explain.shell_words import shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import fact_evidence, kernel_evidence
from netdiag.model.facts.kernel import FdbEntry, Link, Neighbour, Route
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import Prefix, parse_address
from netdiag.model.report import Evidence

RESTART = "restart the network plugin's pod on"
MULTICAST = "00:00:00:00:00:00"


def vtep_obstacle(
    world: World, node: ClusterNode, link: Link, route: Route, peer: ClusterNode, gateway: str
) -> Obstacle | None:
    """Return what is wrong with a sender's entries for its peer's VTEP; None if all fits."""
    if node.host.neighbours is None or "neighbours" in node.host.partial:
        return None
    entry = neighbour(node, gateway, link.name)
    device = vxlan_device(peer, link)
    real = device.mac if device is not None else None
    if entry is None and (_floods(link) or remote_entry(node, link.name, MULTICAST)):
        return None  # it asks by ARP
    if entry is None or is_failed(entry):
        return _no_neighbour(node, link, route, peer, gateway, entry, real)
    mac = entry.mac or ""
    if node.host.fdb is None or "fdb" in node.host.partial:
        return None
    found = remote_entry(node, link.name, mac)
    if found is None:
        if remote_entry(node, link.name, MULTICAST) is not None or _floods(link):
            return None
        if real is not None and mac != real:
            return _wrong_mac(node, link, peer, entry, real, None)
        return _no_fdb(node, link, peer, entry)
    reaches = _is_of(peer, found.destination)
    if real is None or mac == real:
        remote = parse_address(found.destination)
        is_known = _is_near(node, remote) or world.node_at(remote) is not None
        if reaches in (True, None) or not is_known:
            return None
        return _wrong_remote(node, link, peer, entry, found)
    if reaches:
        return _wrong_mac(node, link, peer, entry, real, found)
    return _wrong_mac(node, link, peer, entry, real, None)


def _floods(link: Link) -> bool:
    return link.vxlan is not None and (link.vxlan.group is not None or link.vxlan.external)


def _is_of(node: ClusterNode, address: str | None) -> bool | None:
    """Return whether an address is a node's own; None if its addresses are not known."""
    wanted = parse_address(address)
    if wanted is None or not node.addresses:
        return None
    return wanted in node.addresses


def _is_near(node: ClusterNode, wanted: Prefix | None) -> bool:
    """Return True if an address is in the sender's own network, so that no NAT is in between."""
    return wanted is not None and any(net.covers(wanted) for _, net, _ in node.underlay)


def _no_neighbour(
    node: ClusterNode,
    link: Link,
    route: Route,
    peer: ClusterNode,
    gateway: str,
    entry: Neighbour | None,
    real: str | None,
) -> Obstacle:
    state = "has failed" if entry is not None else "is missing"
    return Obstacle(
        "vtep-neighbour-missing",
        node.name,
        link.name,
        f"{node.name} does not know the MAC address of {peer.name}'s VTEP {gateway}",
        f"The route {route.destination} leads to {gateway} on {link.name}, and the neighbour entry "
        f"for it {state}. On a VXLAN device without learning nobody answers ARP: the network "
        "plugin must write it.",
        _entries(node, _neighbour(link, gateway, real)),
        (
            kernel_evidence(node.name, route),
            kernel_evidence(node.name, entry)
            if entry is not None
            else fact_evidence(node.name, Source("ip_neigh.json"), f"no entry for {gateway}"),
        ),
    )


def _no_fdb(node: ClusterNode, link: Link, peer: ClusterNode, entry: Neighbour) -> Obstacle:
    return Obstacle(
        "fdb-missing",
        node.name,
        link.name,
        f"{node.name}'s {link.name} has no FDB entry for {peer.name}'s VTEP {entry.mac}",
        f"Packets for {peer.name} go to {entry.address} at {entry.mac}, which is right, but the "
        f"forwarding database of {link.name} does not say which node has that MAC address: the "
        "kernel drops them in the device (tx_dropped counts them).",
        _entries(node, _forwarding("append", link, entry.mac, peer)),
        (
            kernel_evidence(node.name, entry),
            fact_evidence(node.name, Source("bridge_fdb.json"), f"no entry for {entry.mac}"),
            kernel_evidence(node.name, link),
        ),
    )


def _wrong_remote(
    node: ClusterNode, link: Link, peer: ClusterNode, entry: Neighbour, found: FdbEntry
) -> Obstacle:
    remote = peer.main_address
    own = f" ({remote})" if remote else ""
    return Obstacle(
        "fdb-wrong-remote",
        node.name,
        link.name,
        f"{node.name}'s {link.name} sends to {found.destination} what is for {peer.name}",
        f"The FDB entry for {peer.name}'s VTEP {entry.mac} names {found.destination}, which is not "
        f"an address of {peer.name}{own}: its tunnel packets go to another node, or nowhere.",
        _entries(node, _forwarding("replace", link, found.mac, peer)),
        (kernel_evidence(node.name, found), kernel_evidence(node.name, entry)),
    )


def _wrong_mac(
    node: ClusterNode,
    link: Link,
    peer: ClusterNode,
    entry: Neighbour,
    real: str,
    found: FdbEntry | None,
) -> Obstacle:
    """The neighbour entry gives another MAC address than the peer's device has."""
    device = vxlan_device(peer, link)
    own = (kernel_evidence(peer.name, device),) if device is not None else ()
    if found is not None:
        code, what = (
            "vtep-mac-stale",
            (
                f"The packets do reach {peer.name} ({found.destination}), whose device then drops "
                "them because they are for another MAC address: it was made anew, and this node "
                "was not told."
            ),
        )
    else:
        code, what = (
            "vtep-neighbour-wrong",
            (
                f"No FDB entry of {link.name} leads with that MAC address to {peer.name}, so the "
                "packets never leave the device."
            ),
        )
    evidence: tuple[Evidence, ...] = (kernel_evidence(node.name, entry), *own)
    if found is not None:
        evidence += (kernel_evidence(node.name, found),)
    return Obstacle(
        code,
        node.name,
        link.name,
        f"{node.name} takes {entry.mac} for the MAC address of {peer.name}'s VTEP, not {real}",
        f"The neighbour entry for {entry.address} on {link.name} says {entry.mac}, but "
        f"{peer.name}'s device has {real}. {what}",
        _entries(
            node, _neighbour(link, entry.address, real), _forwarding("append", link, real, peer)
        ),
        evidence,
    )


def _neighbour(link: Link, address: str, mac: str | None) -> str | None:
    """Return the command that writes a neighbour entry; None if the MAC address is not known."""
    if mac is None:
        return None
    device = shell_word(link.name)
    entry = f"{shell_word(address)} lladdr {shell_word(mac)} dev {device}"
    return f"ip neigh replace {entry} nud permanent"


def _forwarding(verb: str, link: Link, mac: str | None, peer: ClusterNode) -> str | None:
    """Return the command that writes an FDB entry; None if not all that it needs is known."""
    if mac is None or peer.main_address is None:
        return None
    device = shell_word(link.name)
    return (
        f"bridge fdb {verb} {shell_word(mac)} dev {device} dst {peer.main_address} self permanent"
    )


def _entries(node: ClusterNode, *commands: str | None) -> str:
    """Return commands that write a sender's entries, and who writes all of them."""
    known = [command for command in commands if command is not None]
    name = shell_word(node.name)
    if len(known) < len(commands):
        return f"{RESTART} {name}, which writes these entries; safe"
    return f"{'; '.join(known)}  # on {name}; or {RESTART} it, which writes all of them; safe"


def other_end_differs(
    node: ClusterNode, link: Link, peer: ClusterNode, told: dict[str, object]
) -> Obstacle | None:
    """The peer's VXLAN device has another VNI or port; ``told`` is what is configured."""
    device = vxlan_device(peer, link) or _only_vxlan(peer)
    if device is None or link.vxlan is None or device.vxlan is None:
        return None
    for code, name, own, other in (
        ("vxlan-port-mismatch", "UDP port", link.vxlan.port, device.vxlan.port),
        ("vni-mismatch", "VNI", link.vxlan.vni, device.vxlan.vni),
    ):
        if own is None or other is None or own == other:
            continue
        wanted = told.get("port" if code.startswith("vxlan") else "vni")
        wrong, shown = (node, link) if other == wanted else (peer, device)
        is_told = f" The configuration says {wanted}." if wanted in (own, other) else ""
        return Obstacle(
            code,
            wrong.name,
            shown.name,
            f"{node.name} and {peer.name} use different VXLAN {name}s: {own} and {other}",
            f"{link.name} on {node.name} has {name} {own}, {device.name} on {peer.name} {other}: "
            f"what one sends is not taken by the other's device.{is_told} The device keeps what "
            "it was made with: the daemon there was not restarted after a change, or reads "
            "another configuration.",
            f"restart the network plugin's pod on {shell_word(wrong.name)}; if the device stays "
            f"as it is: ip link delete {shell_word(shown.name)}, and restart it again; the "
            "node's pods lose the others for a few seconds",
            (
                *((kernel_evidence(node.name, link),) if link.document else ()),
                kernel_evidence(peer.name, device),
            ),
        )
    return None


def _only_vxlan(node: ClusterNode) -> Link | None:
    devices = [link for link in node.links.values() if link.kind == "vxlan" and link.is_up]
    return devices[0] if len(devices) == 1 else None
