"""Links and addresses as ``ip -d -j link`` and ``ip -j addr`` of iproute2 6.1 print them."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_interface

from tests.bundles.facts.kernel import Link

Json = dict[str, object]
FOREVER = 4294967295


def flags(link: Link) -> list[str]:
    """Return what is between < and >."""
    if not link.up:
        return list(link.flags)
    return [*link.flags, "UP", "LOWER_UP"] if link.carrier else ["NO-CARRIER", *link.flags, "UP"]


def state(link: Link) -> str:
    if not link.up or not link.carrier:
        return "DOWN"
    knows = link.kind in ("", "veth", "bridge", "macvlan") and link.name != "lo"
    return "UP" if knows else "UNKNOWN"


def links_json(links: Sequence[Link]) -> list[Json]:
    return [_link(link, [port for port in links if port.master]) for link in links]


def addresses_json(links: Sequence[Link]) -> list[Json]:
    return [
        _head(link, detailed=False) | {"addr_info": [_address(link, at) for at in link.addresses]}
        for link in links
    ]


def _head(link: Link, *, detailed: bool) -> Json:
    found: Json = {"ifindex": link.index}
    if link.peer_index:
        found["link_index"] = link.peer_index
    if link.lower is not None:
        found["link"] = link.lower or None
    found |= {"ifname": link.name, "flags": flags(link), "mtu": link.mtu, "qdisc": link.qdisc}
    if link.master:
        found["master"] = link.master
    found["operstate"] = state(link)
    if detailed:
        found["linkmode"] = "DEFAULT"
    found |= {"group": "default", "txqlen": link.queue_length, "link_type": link.link_type}
    if link.mac:
        found["address"] = link.mac
    if "POINTOPOINT" in link.flags and link.mac:
        found["link_pointtopoint"] = True
    if link.mac:
        found["broadcast"] = link.extra.get("broadcast", broadcast(link))
    if link.peer_namespace is not None:
        found["link_netnsid"] = link.peer_namespace
    return found


def broadcast(link: Link) -> str:
    if link.link_type == "ipip":
        return "0.0.0.0"
    return "00:00:00:00:00:00" if link.name == "lo" else "ff:ff:ff:ff:ff:ff"


def _link(link: Link, ports: Sequence[Link]) -> Json:
    low, high = (0, 0) if link.name == "lo" else (68, 65535)
    found = _head(link, detailed=True)
    is_port = int(bool(link.master))
    found |= {"promiscuity": is_port, "allmulti": is_port, "min_mtu": low, "max_mtu": high}
    if link.kind:
        found["linkinfo"] = _info(link, ports)
    found |= {"inet6_addr_gen_mode": "eui64", "num_tx_queues": 1, "num_rx_queues": 1,
              "gso_max_size": 65536, "gso_max_segs": 65535, "tso_max_size": 524280,
              "tso_max_segs": 65535, "gro_max_size": 65536}  # fmt: skip
    return found | {name: value for name, value in link.extra.items() if name != "broadcast"}


def _info(link: Link, ports: Sequence[Link]) -> Json:
    info: Json = {"info_kind": link.kind}
    if link.data:
        info["info_data"] = dict(link.data)
    if link.master:
        at = 1 + [port.name for port in ports if port.master == link.master].index(link.name)
        info["info_slave_kind"] = "bridge"
        info["info_slave_data"] = {
            "state": "forwarding", "priority": 32, "cost": 2, "hairpin": True, "guard": False,
            "root_block": False, "fastleave": False, "learning": True, "flood": True,
            "id": f"0x{0x8000 + at:x}", "no": f"0x{at:x}", "designated_port": 0x8000 + at,
            "designated_cost": 0, "proxy_arp": False, "proxy_arp_wifi": False,
            "multicast_router": 1, "mcast_flood": True, "bcast_flood": True,
            "neigh_suppress": False, "vlan_tunnel": False, "isolated": False, "locked": False,
        }  # fmt: skip
    return info


def _address(link: Link, text: str) -> Json:
    interface = ip_interface(text)
    family = "inet" if interface.version == 4 else "inet6"
    found: Json = {
        "family": family,
        "local": str(interface.ip),
        "prefixlen": interface.network.prefixlen,
    }
    if family == "inet" and interface.network.prefixlen < 31 and link.name != "lo":
        found["broadcast"] = str(interface.network.broadcast_address)
    found["scope"] = scope(link, text)
    if family == "inet":
        found["label"] = link.name
    return found | {"valid_life_time": FOREVER, "preferred_life_time": FOREVER}


def scope(link: Link, text: str) -> str:
    if link.name == "lo" and text.startswith(("127.", "::1")):
        return "host"
    return "link" if text.startswith("fe80:") else "global"
