"""Routes, rules, neighbours and forwarding databases as iproute2 6.1 prints them as JSON.

What is read are the lines that it prints as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_interface

from tests.bundles.facts.kernel import Link, Namespace

Json = dict[str, object]
ROUTE_TYPES = ("local", "broadcast", "multicast", "blackhole", "unreachable", "prohibit", "throw")
NAMES = {"via": "gateway", "dev": "dev", "table": "table", "proto": "protocol", "scope": "scope",
         "src": "prefsrc", "metric": "metric", "pref": "pref"}  # fmt: skip
ORDER = ("type", "dst", "gateway", "dev", "table", "protocol", "scope", "prefsrc", "metric",
         "flags", "metrics", "nexthops", "pref")  # fmt: skip
ROUTE_FLAGS = ("onlink", "linkdown", "dead", "pervasive", "offload")


def routes_json(namespace: Namespace) -> list[Json]:
    """Return the routes of all tables."""
    return [route_json(line) for line in (*namespace.routes, *local_routes(namespace.links))]


def local_routes(links: Sequence[Link]) -> Iterator[str]:
    """Yield the lines of table ``local``."""
    for link in (link for link in links if link.up):
        for text in link.addresses:
            interface = ip_interface(text)
            end = f"dev {link.name} table local proto kernel"
            if interface.version == 6:
                yield f"local {interface.ip} {end} metric 0 pref medium"
                continue
            if link.name == "lo" and text.startswith("127."):
                yield f"local 127.0.0.0/8 {end} scope host src {interface.ip}"
            yield f"local {interface.ip} {end} scope host src {interface.ip}"
            if interface.network.prefixlen < 31:
                at = interface.network.broadcast_address
                yield f"broadcast {at} {end} scope link src {interface.ip}"


def route_json(line: str) -> Json:
    first, *hops = line.split(" nexthop ")
    words = first.split()
    found: Json = {}
    if words[0] in ROUTE_TYPES:
        found["type"] = words.pop(0)
    found["dst"] = words.pop(0)
    found |= _settings(words)
    if hops:
        found["nexthops"] = [_hop(hop.split()) for hop in hops]
    return {name: found[name] for name in ORDER if name in found}


def _settings(words: list[str]) -> Json:
    found: Json = {"flags": [word for word in words if word in ROUTE_FLAGS]}
    rest = [word for word in words if word not in ROUTE_FLAGS]
    for name, value in zip(rest[::2], rest[1::2], strict=True):
        if name == "mtu":
            found["metrics"] = [{"mtu": int(value)}]
        else:
            found[NAMES[name]] = int(value) if name == "metric" else value
    return found


def _hop(words: list[str]) -> Json:
    found = _settings([word for word in words if word != "weight" and not word.isdigit()])
    return {**{name: found[name] for name in ("gateway", "dev") if name in found}, "weight": 1,
            "flags": found["flags"]}  # fmt: skip


def rules_json(rules: Sequence[str]) -> list[Json]:
    return [_rule(line) for line in rules]


def _rule(line: str) -> Json:
    priority, words = line.split(":")[0], line.split(":", 1)[1].split()
    found: Json = {"priority": int(priority)}
    if words[0] == "not":
        found["not"] = words.pop(0) and None
    for name, value in zip(words[::2], words[1::2], strict=True):
        if name == "from":
            prefix, _, length = value.partition("/")
            found |= {"src": prefix} | ({"srclen": int(length)} if length else {})
        elif name == "fwmark":
            mark, _, mask = value.partition("/")
            found |= {"fwmark": mark} | ({"fwmask": mask} if mask else {})
        else:
            found[{"lookup": "table"}.get(name, name)] = value
    return found


def neighbours_json(lines: Sequence[str]) -> list[Json]:
    return [_neighbour(line.split()) for line in lines]


def _neighbour(words: list[str]) -> Json:
    found: Json = {"dst": words[0], "dev": words[2]}
    if "lladdr" in words:
        found["lladdr"] = words[4]
    if "extern_learn" in words:
        found["extern_learn"] = None
    return found | {"state": [words[-1]]}


def fdb_lines(namespace: Namespace) -> tuple[str, ...]:
    """Return ``bridge fdb``: what devices, bridges and their ports have, then the VTEPs."""
    return (*(line for link in namespace.links for line in _own_fdb(link)), *namespace.fdb)


def _own_fdb(link: Link) -> Iterator[str]:
    if link.link_type != "ether":
        return
    for mac in ("33:33:00:00:00:01", "01:00:5e:00:00:01"):
        yield f"{mac} dev {link.name} self permanent"
    if link.kind == "bridge":
        yield f"{link.mac} dev {link.name} master {link.name} permanent"
    if link.master:
        yield f"{link.mac} dev {link.name} master {link.master} permanent"


def fdb_json(namespace: Namespace) -> list[Json]:
    return [_fdb(line.split()) for line in fdb_lines(namespace)]


def _fdb(words: list[str]) -> Json:
    found: Json = {"mac": words[0], "ifname": words[2]}
    if "dst" in words:
        found["dst"] = words[words.index("dst") + 1]
    found["flags"] = [word for word in words if word in ("self", "extern_learn")]
    if "master" in words:
        found["master"] = words[words.index("master") + 1]
    return found | {"state": "permanent" if "permanent" in words else ""}


def bridge_ports_json(links: Sequence[Link]) -> list[Json]:
    return [
        {"ifindex": link.index, "ifname": link.name,
         "flags": ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"], "mtu": link.mtu,
         "master": link.master, "state": "forwarding", "priority": 32, "cost": 2, "hairpin": True,
         "guard": False, "root_block": False, "fastleave": False, "learning": True, "flood": True,
         "mcast_flood": True, "bcast_flood": True, "mcast_router": 1, "mcast_to_unicast": False,
         "neigh_suppress": False, "vlan_tunnel": False, "isolated": False, "locked": False}
        for link in links
        if link.master
    ]  # fmt: skip
