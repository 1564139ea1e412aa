"""What people paste: ``ip`` without -j, ``route -n``, ifconfig, ``brctl show``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_interface, ip_network
from typing import Any

from tests.bundles.facts.documents import NodeFacts
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.facts.link_json import broadcast, flags, scope, state
from tests.bundles.facts.route_json import fdb_lines, local_routes, route_json


def ip_documents(node: NodeFacts) -> dict[str, str]:
    """Return the plain text of ``ip`` and ``bridge`` in place of JSON, by name in ``facts/``."""
    kernel = node.kernel
    return {
        "ip_link_txt.txt": ip_link(kernel.links),
        "ip_addr.txt": ip_addr(kernel.links),
        "ip_route_txt.txt": ip_route(kernel),
        "ip_rule.txt": _lines(kernel.rules),
        "ip_neigh.txt": "".join(f"{line} \n" for line in kernel.neighbours),
        "bridge_fdb.txt": _lines(fdb_lines(kernel)),
    }


def net_tools_documents(node: NodeFacts) -> dict[str, str]:
    """Return what older tools print: they know neither VXLAN settings nor forwarding entries."""
    return {
        "ifconfig.txt": ifconfig(node.kernel.links),
        "route_n.txt": route_n(node.kernel),
        "brctl_show.txt": brctl_show(node.kernel.links),
    }


def ip_route(namespace: Namespace, *, all_tables: bool = False) -> str:
    """Return ``ip route``, or with all tables."""
    lines = [line for line in namespace.routes if all_tables or _is_main_ipv4(line)]
    lines += local_routes(namespace.links) if all_tables else ()
    return "".join(f"{line} \n" for line in lines)


def _is_main_ipv4(line: str) -> bool:
    words = line.split()
    return "table" not in words and ":" not in "".join(words[:2])


def ip_link(links: Sequence[Link]) -> str:
    """Return ``ip -d link``."""
    return "".join(f"{_head(link, 'mode DEFAULT ')}{_details(link)}" for link in links)


def ip_addr(links: Sequence[Link]) -> str:
    """Return ``ip a``."""
    return "".join(_head(link, "") + "".join(_addresses(link)) for link in links)


def _head(link: Link, mode: str) -> str:
    at = f"@if{link.peer_index}" if link.peer_index else ""
    if link.lower is not None:
        at = f"@{link.lower or 'NONE'}"
    master = f" master {link.master}" if link.master else ""
    text = (
        f"{link.index}: {link.name}{at}: <{','.join(flags(link))}> mtu {link.mtu} "
        f"qdisc {link.qdisc}{master} state {state(link)} {mode}group default "
        f"qlen {link.queue_length}\n    link/{link.link_type} "
    )
    if link.mac:
        peer = "peer" if "POINTOPOINT" in link.flags else "brd"
        text += f"{link.mac} {peer} {link.extra.get('broadcast', broadcast(link))}"
    namespace = link.peer_namespace
    return text + (f" link-netnsid {namespace}" if namespace is not None else "") + "\n"


def _details(link: Link) -> str:
    words = " ".join(_kind_words(link))
    return f"    {words} addrgenmode eui64 numtxqueues 1 numrxqueues 1 \n" if words else ""


def _kind_words(link: Link) -> Iterator[str]:
    data: dict[str, Any] = dict(link.data)
    yield link.kind
    if link.kind == "vxlan":
        yield "external id 0" if "external" in data else f"id {data['id']}"
        for name in ("local", "local6"):
            if name in data:
                yield f"local {data[name]}"
        if "link" in data:
            yield f"dev {data['link']}"
        yield f"srcport 0 0 dstport {data['port']} nolearning ttl auto ageing 300 udpcsum"
        yield "noudp6zerocsumtx noudp6zerocsumrx"
    elif link.kind == "ipip":
        yield f"{data['proto']} remote {data['remote']} local {data['local']}"
        yield f"ttl {data['ttl'] or 'inherit'} {'' if data['pmtudisc'] else 'no'}pmtudisc"
    elif link.kind == "tun":
        yield "type tun pi off vnet_hdr off persist off"
    elif link.kind == "bridge":
        yield f"forward_delay 1500 hello_time 200 max_age 2000 bridge_id {data['bridge_id']}"
    elif link.kind == "veth" and link.master:
        yield "\n    bridge_slave state forwarding priority 32 cost 2 hairpin on"


def _addresses(link: Link) -> Iterator[str]:
    for text in link.addresses:
        interface = ip_interface(text)
        if interface.version == 6:
            yield f"    inet6 {text} scope {scope(link, text)} \n"
        else:
            brd = ""
            if interface.network.prefixlen < 31 and link.name != "lo":
                brd = f"brd {interface.network.broadcast_address} "
            yield f"    inet {text} {brd}scope {scope(link, text)} {link.name}\n"
        yield "       valid_lft forever preferred_lft forever\n"


def route_n(namespace: Namespace) -> str:
    """Return ``route -n`` of net-tools."""
    head = "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface"
    lines = ["Kernel IP routing table", head]
    for line in filter(_is_main_ipv4, namespace.routes):
        lines.append(_route_n_line(route_json(line)))
    return _lines(lines)


def _route_n_line(route: dict[str, Any]) -> str:
    to = "0.0.0.0/0" if route["dst"] == "default" else route["dst"]
    network = ip_network(to)
    gateway = route.get("gateway", "0.0.0.0")
    marks = "U" + ("G" if "gateway" in route else "") + ("H" if network.prefixlen == 32 else "")
    device = route.get("dev", "*")
    if route.get("type") in ("blackhole", "unreachable"):
        marks, gateway, device = "!", "-", "-"
    return (
        f"{network.network_address!s:<15} {gateway:<15} {network.netmask!s:<15} {marks:<5} "
        f"{route.get('metric', 0):<6} 0        0 {device}"
    )


def ifconfig(links: Sequence[Link]) -> str:
    """Return ``ifconfig`` of net-tools 2.10; down links are not printed."""
    return "\n".join("".join(_ifconfig(link)) for link in links if link.up)


def _ifconfig(link: Link) -> Iterator[str]:
    names = ",".join(["UP", *link.flags, "RUNNING"])
    number = 73 if link.name == "lo" else 4163
    yield f"{link.name}: flags={number}<{names}>  mtu {link.mtu}\n"
    for text in link.addresses:
        interface = ip_interface(text)
        if interface.version == 6:
            kind = "0x10<host>" if link.name == "lo" else "0x0<global>"
            length = interface.network.prefixlen
            yield f"        inet6 {interface.ip}  prefixlen {length}  scopeid {kind}\n"
        else:
            yield f"        inet {interface.ip}  netmask {interface.network.netmask}"
            yield f"{_ifconfig_broadcast(link, text)}\n"
    yield f"        {_ifconfig_hardware(link)}\n"
    for way in ("RX", "TX"):
        yield f"        {way} packets 412  bytes 36544 (35.6 KiB)\n"
        yield f"        {way} errors 0  dropped 0 overruns 0  "
        yield "frame 0\n" if way == "RX" else "carrier 0  collisions 0\n"


def _ifconfig_broadcast(link: Link, text: str) -> str:
    network = ip_interface(text).network
    if "BROADCAST" not in link.flags:
        return ""
    return f"  broadcast {network.broadcast_address if network.prefixlen < 31 else '0.0.0.0'}"


def _ifconfig_hardware(link: Link) -> str:
    length = f"txqueuelen {link.queue_length}"
    if link.name == "lo":
        return f"loop  {length}  (Local Loopback)"
    if link.link_type == "ether":
        return f"ether {link.mac}  {length}  (Ethernet)"
    if link.link_type == "ipip":
        return f"tunnel   {length}  (IPIP Tunnel)"
    return f"unspec {'-'.join(['00'] * 16)}  {length}  (UNSPEC)"


def brctl_show(links: Sequence[Link]) -> str:
    """Return ``brctl show``."""
    lines = ["bridge name\tbridge id\t\tSTP enabled\tinterfaces"]
    for link in (link for link in links if link.kind == "bridge"):
        ports = [port.name for port in links if port.master == link.name] or [""]
        lines.append(f"{link.name}\t\t8000.{link.mac.replace(':', '')}\tno\t\t{ports[0]}")
        lines += [f"\t\t\t\t\t\t\t{port}" for port in ports[1:]]
    return _lines(lines)


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
