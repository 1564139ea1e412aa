"""Routes by BGP: a real bird on every node, as Calico runs it.

In one subnet the nodes peer with each other (Calico's node-to-node mesh). In subnets of their own
they peer with their router instead, as with a top-of-rack switch: it reflects their routes and has
them itself. Source of the configuration's shape: confd's templates in Calico's calico/node.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from netdiag.lab.blocks.underlay import ROUTER
from netdiag.lab.cluster import Cluster, Node
from netdiag.lab.errors import LabError
from netdiag.lab.site import Site, find_program

AS_NUMBER: Final = 64512
CONFIGURATION: Final = "/etc/bird/bird.conf"
CONTROL: Final = "/run/bird.ctl"
"""Where ``birdc -s`` finds the daemon of a place."""

LOG: Final = "/run/bird.log"
WAIT_SECONDS: Final = 15.0
"""How long routes may take: one second is usual, which bird waits before it connects."""

_POLL_SECONDS: Final = 0.02

# bird 2.0 sends its first UPDATE only when something wakes it up: the device scan of each second.
_START: Final = """\
router id {router_id};
log "{log}" {{ remote, warning, error, auth, fatal, bug }};

filter calico_export_to_bgp_peers {{
  if ( net ~ {network} && net.len <= 26 ) then accept;
  reject;
}}

protocol device {{ scan time 1; }}

protocol direct {{
  ipv4;
  interface -"cali*", "*";
}}

protocol kernel {{
  learn;
  persist;
  scan time 2;
  metric 0;
  ipv4 {{ import all; export where source != RTS_DEVICE; }};
  graceful restart;
  merge paths on;
}}

template bgp peer_template {{
  multihop;
  connect delay time 1;
  connect retry time 1;
  error wait time 1, 5;
  graceful restart;
  ipv4 {{
    gateway recursive;
    import all;
    export filter calico_export_to_bgp_peers;
    next hop self;
  }};
}}
"""
_BLOCK: Final = """
protocol static {{ ipv4; route {block} blackhole; }}
"""
_PEER: Final = """
protocol bgp {name} from peer_template {{
  local {local} as {number};
  neighbor {neighbour} as {number};
{options}}}
"""


@dataclass(frozen=True)
class Bgp:
    """Plain routes to the other nodes' blocks, which bird brings."""

    mtu: int = 1500
    encapsulation: str = "none"
    device: str | None = None

    def lacking(self) -> str | None:
        """Return what to install if bird is missing."""
        return None if find_program("bird") else "bird is not installed (Debian: apt install bird2)"

    def stand_in(self) -> str | None:
        """Return None: it is the real one."""
        return None

    def daemon(self, place: str) -> str:
        """Return the name of a place's daemon, as the keeper knows it."""
        return f"bird-{place}"

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Start the node's bird, and with the first node's the router's."""
        if cluster.routed and node == cluster.nodes[0]:
            self.start(site, ROUTER, _router_configuration(cluster))
        self.start(site, node.name, _node_configuration(cluster, node))

    def start(self, site: Site, place: str, configuration: str) -> None:
        """Start a bird."""
        site.write_file(place, CONFIGURATION, configuration)
        command = [find_program("bird") or "bird", "-f", "-c", CONFIGURATION, "-s", CONTROL]
        site.start(self.daemon(place), place, command)

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add nothing: the route comes by BGP."""

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Wait until all routes are there. Raises LabError if they don't come."""
        deadline = time.monotonic() + WAIT_SECONDS
        while missing := _missing_route(site, cluster):
            if time.monotonic() > deadline:
                node, peer = missing
                raise LabError(
                    f"{node.name} got no route to {peer.pod_subnet} by BGP in "
                    f"{WAIT_SECONDS:.0f} s; its bird says: {_complaint(site, node)}"
                )
            time.sleep(_POLL_SECONDS)


def _missing_route(site: Site, cluster: Cluster) -> tuple[Node, Node] | None:
    """Return the first pair of nodes of which one has no route to the other's block."""
    for node in cluster.nodes:
        known = site.netlink(node.name).routed_networks()
        for peer in cluster.peers(node):
            if peer.pod_subnet not in known:
                return node, peer
    return None


def _complaint(site: Site, node: Node) -> str:
    lines = (site.read_file(node.name, LOG) or b"").decode().splitlines()
    return lines[-1] if lines else "nothing"


def _node_configuration(cluster: Cluster, node: Node) -> str:
    """Return a node's: its block, and a session with each node or with its router."""
    if cluster.routed:
        peers = [_peer("Router", node.address, node.gateway)]
    else:
        peers = [
            _peer(
                f"Mesh_{str(peer.address).replace('.', '_')}", node.address, peer.address,
                # of two nodes one connects, as in Calico's mesh
                *(["passive on"] if peer.number < node.number else []),
            )
            for peer in cluster.peers(node)
        ]  # fmt: skip
    block = _BLOCK.format(block=node.pod_subnet)
    return "".join((_start(node.address, cluster), block, *peers))


def _router_configuration(cluster: Cluster) -> str:
    """Return the router's: a route reflector that nodes connect to."""
    peers = (
        _peer(node.name.replace("-", "_"), node.gateway, node.address, "rr client", "passive on")
        for node in cluster.nodes
    )
    return "".join((_start(cluster.nodes[0].gateway, cluster), *peers))


def _start(router_id: IPv4Address, cluster: Cluster) -> str:
    return _START.format(router_id=router_id, log=LOG, network=cluster.network)


def _peer(name: str, local: IPv4Address, neighbour: IPv4Address, *options: str) -> str:
    return _PEER.format(
        name=name, local=local, neighbour=neighbour, number=AS_NUMBER,
        options="".join(f"  {option};\n" for option in options),
    )  # fmt: skip
