"""Why a packet does not get over the last link: an interface is down, a gateway does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.expected.world import End, is_failed
from netdiag.explain.shell_words import shell_word, where_to_run
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import kernel_evidence
from netdiag.model.facts.kernel import Link, Neighbour
from netdiag.model.prefixes import parse_address


def pod_link_down(node: ClusterNode, port: Link, inside: Link | None, end: End) -> Obstacle | None:
    """One end of a pod's veth is down: nobody answers for the pod, and nothing passes."""
    down = port if port.is_down else inside if inside is not None and inside.is_down else None
    if down is None:
        return None
    what = "its own interface" if down is inside else f"the veth of {end.pod}"
    name = shell_word(down.name)
    place = where_to_run(node.name, end.pod if down is inside else None)
    return Obstacle(
        "nexthop-unreachable",
        node.name,
        port.name,
        f"{node.name} cannot reach its pod {end.pod}: {down.name}, {what}, is down",
        f"Both ends of the veth between {node.name} and {end.pod} must be up, and {down.name} was "
        "switched off: ARP for the pod is not answered, and frames for it get nowhere.",
        f"ip link set dev {name} up  # {place}; its routes do not come back by themselves: delete "
        "the pod so that it is made anew",
        (kernel_evidence(node.name, down, end.pod if down is inside else None),),
    )


def gateway_silent(node: ClusterNode, port: Link, end: End, gateway: str | None) -> Obstacle | None:
    """Nobody answers a pod's ARP for the gateway of its route."""
    if gateway is None or not _is_whole(node, port):
        return None
    entries = [entry for entry in _neighbours(node, end) if entry.address == gateway]
    if not entries or not all(is_failed(entry) for entry in entries):
        return None
    wanted = parse_address(gateway)
    own = [a for a in node.host.addresses or () if parse_address(a.address) == wanted]
    why = (
        f"{own[0].device} of {node.name} has it, and yet nothing answers: something between drops "
        "ARP."
        if own
        else f"{node.name} does not have that address, and no other pod answers for it."
    )
    return Obstacle(
        "nexthop-unreachable",
        node.name,
        port.name,
        f"Nobody answers {end.pod}'s ARP for its gateway {gateway}",
        f"The pod sends to {gateway}, and its neighbour entry for that is "
        f"{' '.join(entries[0].states) or 'empty'}. {why} The CNI plugin sets address and route "
        "when the pod starts.",
        f"ip route; ip neigh  # {where_to_run(node.name, end.pod)}: is {gateway} what the pod's "
        "bridge has? Else delete the pod so that it is made anew",
        (
            kernel_evidence(node.name, entries[0], end.pod),
            *(kernel_evidence(node.name, address) for address in own[:1]),
        ),
    )


def receiver_down(
    node: ClusterNode, device: str, receiver: ClusterNode, address: str
) -> Obstacle | None:
    """The NIC that has the address which another node sends to is down."""
    nic = nic_down(receiver, address)
    if nic is None:
        return None
    return Obstacle(
        "nexthop-unreachable",
        node.name,
        device,
        f"{node.name} cannot reach {receiver.name}: its {nic.name} with {address} is down",
        f"{node.name} sends to {address}, and {nic.name} of {receiver.name}, which has that "
        "address, was switched off: nobody takes the frames, and switches send them to all.",
        f"ip link set dev {shell_word(nic.name)} up  # on {shell_word(receiver.name)}; then its "
        "default route, if that does not come back",
        (kernel_evidence(receiver.name, nic),),
    )


def nic_down(node: ClusterNode | None, address: str) -> Link | None:
    """Return the interface of a node that has an address, if it is down."""
    wanted = parse_address(address)
    for told in node.host.addresses or () if node is not None else ():
        link = node.links.get(told.device) if node is not None else None
        if wanted is not None and parse_address(told.address) == wanted and link is not None:
            return link if link.is_down else None
    return None


def _neighbours(node: ClusterNode, end: End) -> Iterator[Neighbour]:
    """Yield a pod's neighbour entries, those that were there only later last."""
    after = node.facts.after if node.facts is not None else None
    later = after.pods.get(end.pod or "") if after is not None else None
    for namespace in (end.namespace, later):
        yield from namespace.neighbours or () if namespace is not None else ()


def _is_whole(node: ClusterNode, port: Link) -> bool:
    """Return True if nothing else is known to keep the pod's ARP from being answered."""
    bridge = node.links.get(port.master or "")
    return bridge is not None and not port.is_down and not bridge.is_down
