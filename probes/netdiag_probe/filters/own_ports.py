"""The UDP ports of the tunnels that end in this network namespace: they may be any."""

from __future__ import annotations

from netdiag_probe.rtnetlink.links import Links, describe_link
from netdiag_probe.rtnetlink.netlink import Netlink

TUNNELS = ("vxlan", "geneve")
MOST = 16


def own_tunnel_ports() -> list[int]:
    """Return the ports of the namespace's VXLAN and GENEVE devices; none if it does not say."""
    try:
        with Netlink() as netlink:
            links = Links(netlink)
    except OSError:
        return []
    found = set()
    for link in links.all:
        info = describe_link(link, links).get("linkinfo", {})
        port = info.get("info_data", {}).get("port")
        if info.get("info_kind") in TUNNELS and port:
            found.add(int(port))
    return sorted(found)[:MOST]
