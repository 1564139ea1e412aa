"""Routes in JSON and in text."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.kernel.ip_route import parse_routes_json
from netdiag.facts.kernel.ip_route_text import parse_ip_route
from netdiag.model.facts.kernel import NextHop, Route
from tests.facts.kernel.network_documents import as_told, values


def hop(device: str | None = None, gateway: str | None = None, **more: Any) -> NextHop:
    return NextHop(device, gateway, **more)


LINES: dict[str, dict[str, Any]] = {
    "default via 10.1.10.1 dev ens33 ": {
        "destination": "0.0.0.0/0", "next_hops": (hop("ens33", "10.1.10.1"),)},
    "default via fe80::1 dev eth0 proto ra metric 100 expires 1799sec pref medium": {
        "destination": "::/0", "next_hops": (hop("eth0", "fe80::1"),), "protocol": "ra",
         "metric": 100},
    "default dev tun0 metric 1024 pref medium": {
        "destination": "::/0", "next_hops": (hop("tun0"),), "metric": 1024},
    "default dev tun0 scope link": {
        "destination": "0.0.0.0/0", "next_hops": (hop("tun0"),), "scope": "link"},
    "unreachable default dev lo metric 4294967295 error -101": {
        "destination": "::/0", "type": "unreachable", "metric": 4294967295},
    "default via inet6 fe80::1 dev eth0": {
        "destination": "0.0.0.0/0", "next_hops": (hop("eth0", "fe80::1"),)},
    "10.1.10.0/24 dev ens33 proto kernel scope link src 10.1.10.9 ": {
        "destination": "10.1.10.0/24", "next_hops": (hop("ens33"),), "protocol": "kernel",
        "scope": "link", "source": "10.1.10.9"},
    "blackhole 192.168.84.128/26 proto bird ": {
        "destination": "192.168.84.128/26", "type": "blackhole", "protocol": "bird"},
    "blackhole fd00:7::/64 dev lo metric 1024 pref medium": {
        "destination": "fd00:7::/64", "type": "blackhole", "metric": 1024},
    "192.168.84.129 dev cali5e1c4d6c68c scope link ": {
        "destination": "192.168.84.129/32", "next_hops": (hop("cali5e1c4d6c68c"),),
         "scope": "link"},
    "10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink ": {
        "destination": "10.244.1.0/24",
        "next_hops": (hop("flannel.1", "10.244.1.0", flags=("onlink",)),)},
    "10.244.1.0/24 via 10.1.10.10 dev eth0 dead linkdown rt_trap": {
        "destination": "10.244.1.0/24", "flags": ("rt_trap",),
        "next_hops": (hop("eth0", "10.1.10.10", flags=("dead", "linkdown")),)},
    "10.244/16 dev cni0": {"destination": "10.244.0.0/16", "next_hops": (hop("cni0"),)},
    "local 10.1.10.9 dev eth0 table 255 proto 80": {
        "destination": "10.1.10.9/32", "type": "local", "table": "local", "protocol": "80",
        "next_hops": (hop("eth0"),)},
    "10.2.0.0/16 tos 0x10 via 10.1.1.1 dev eth0 table 77 src 10.1.1.9"
    " metric 5 mtu lock 1400 advmss 9": {
        "destination": "10.2.0.0/16", "table": "77", "source": "10.1.1.9", "metric": 5,
        "mtu": 1400, "next_hops": (hop("eth0", "10.1.1.1"),)},
    "10.4.0.0/24 nhid 5 encap ip id 4 src 0.0.0.0 dst 10.1.10.44 ttl 0 tos 0 dev vxx scope link": {
        "destination": "10.4.0.0/24", "scope": "link",
        "next_hops": (hop("vxx", encapsulation="ip"),)},
    "10.5.0.0/24 encap mpls 100/200 via 10.1.10.2 dev eth0": {
        "destination": "10.5.0.0/24",
        "next_hops": (hop("eth0", "10.1.10.2", encapsulation="mpls"),)},
    "throw 10.6.0.0/24 table 254": {"destination": "10.6.0.0/24", "type": "throw"},
}  # fmt: skip
"""What each line tells besides defaults."""

MULTIPATH = """\
default proto static metric 9
\tnexthop via 10.1.10.10 dev eth0 weight 2 onlink
\tnexthop via 10.1.10.11 dev eth1 weight 1 dead linkdown
10.1.10.0/24 dev eth0
"""
GARBAGE = [
    "bash: ip: command not found",
    "Error: argument \"foo\" is wrong: Invalid prefix",
    "10.0.0.0/24 via 10.1.1.1",
    "10.0.0.0/24 via",
    "10.0.0.0/24",
    "10.0.0.0/24 de",
    "\tnexthop via 10.1.10.10 dev eth0 weight 2",
    "10.0.0.0/24 dev eth0 metric many",
    "default",
    "local",
    "10.0.0.0/24 dev " + "x" * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_text(line: str) -> None:
    routes, problems = parse_ip_route(line, "text")
    assert problems == ()
    assert [values(route) for route in routes] == [LINES[line]]


def test_several_next_hops() -> None:
    routes, problems = parse_ip_route(MULTIPATH, "text", first_line=10)
    assert problems == ()
    assert [(route.destination, route.position) for route in routes] == [
        ("0.0.0.0/0", 10),
        ("10.1.10.0/24", 13),
    ]
    assert routes[0].next_hops == (
        hop("eth0", "10.1.10.10", weight=2, flags=("onlink",)),
        hop("eth1", "10.1.10.11", flags=("dead", "linkdown")),
    )


def test_several_next_hops_on_one_line() -> None:
    line = MULTIPATH.replace("\n\t", "\\\t")
    assert as_told(parse_ip_route(line, "text")) == as_told(parse_ip_route(MULTIPATH, "text"))


@pytest.mark.parametrize("line", GARBAGE)
def test_garbage_costs_only_itself(line: str) -> None:
    routes, problems = parse_ip_route(f"10.9.0.0/16 dev a\n{line}\n10.8.0.0/16 dev b\n", "text")
    assert [route.destination for route in routes] == ["10.9.0.0/16", "10.8.0.0/16"]
    assert problems == ("line 2 is not understood",)


def test_a_word_of_a_later_version_does_not_cost_the_route() -> None:
    routes, problems = parse_ip_route("10.9.0.0/16 dev a shiny", "text")
    assert [route.device for route in routes] == ["a"]
    assert problems == ("line 1 is not understood",)


@pytest.mark.parametrize("text", ["", "\n", " \r\n\n"])
def test_an_empty_text_has_no_routes(text: str) -> None:
    assert parse_ip_route(text, "text") == ((), ())
    assert parse_routes_json(text.encode(), "json") == ((), ())


def test_json() -> None:
    document = [
        {"dst": "default", "gateway": "10.1.10.1", "dev": "ens33", "flags": []},
        {},
        {"dst": "10.2.0.0/16", "table": 254, "protocol": 80, "dev": "a",
         "metrics": [{"mtu": 1400}]},
        {"type": "blackhole", "dst": "10.3.0.0/26", "flags": []},
        {"dst": "10.4.0.0/24", "via": {"family": "inet6", "host": "fd00::5"}, "dev": "eth0"},
        {"dst": "default", "nexthops": [{"gateway": "fd00::1", "dev": "a", "weight": 2,
         "flags": ["dead"]}]},
        {"type": "sideways", "dst": "10.5.0.0/24"},
        {"dev": "eth0"},
        {"dst": ["10.6.0.0/24"]},
        {"dst": "10.7.0.0/24", "dev": "b", "flags": ["offload", "rt_offload"]},
    ]  # fmt: skip
    routes, problems = parse_routes_json(json.dumps(document).encode(), "ip_route.json")
    assert [(route.position, values(route)) for route in routes] == [
        (0, {"destination": "0.0.0.0/0", "next_hops": (hop("ens33", "10.1.10.1"),)}),
        (2, {"destination": "10.2.0.0/16", "protocol": "80", "mtu": 1400,
         "next_hops": (hop("a"),)}),
        (3, {"destination": "10.3.0.0/26", "type": "blackhole"}),
        (4, {"destination": "10.4.0.0/24", "next_hops": (hop("eth0", "fd00::5"),)}),
        (5, {"destination": "::/0", "next_hops": (hop("a", "fd00::1", weight=2,
         flags=("dead",)),)}),
        (9, {"destination": "10.7.0.0/24", "next_hops": (hop("b", flags=("offload",)),),
         "flags": ("rt_offload",)}),
    ]  # fmt: skip
    assert problems == ("item 8 is not understood", "item 6 and 1 more are not understood")
    assert {route.document for route in routes} == {"ip_route.json"}


def test_json_that_breaks_off() -> None:
    routes, problems = parse_routes_json(b'[{"dst":"10.0.0.0/8","dev":"a"},{"dst":"10', "json")
    assert [route.destination for route in routes] == ["10.0.0.0/8"]
    assert len(problems) == 1


names = st.sampled_from(["eth0", "flannel.1", "cali5e1c4d6c68c", "via", "dev"])
ipv4 = st.ip_addresses(v=4).map(str)
hops = st.builds(
    NextHop,
    device=names,
    gateway=st.none() | ipv4,
    flags=st.sampled_from([(), ("onlink",), ("dead", "linkdown")]),
)
routes = st.builds(
    Route,
    destination=st.just("0.0.0.0/0") | ipv4.map(lambda address: f"{address}/32"),
    document=st.just(""),
    position=st.just(0),
    next_hops=st.lists(hops, min_size=1, max_size=3).map(tuple),
    type=st.sampled_from(["unicast", "local"]),
    table=st.sampled_from(["main", "local", "77"]),
    protocol=st.none() | st.sampled_from(["kernel", "bird", "80"]),
    scope=st.none() | st.sampled_from(["link", "host"]),
    metric=st.none() | st.integers(0, 4294967295),
    source=st.none() | ipv4,
    mtu=st.none() | st.integers(68, 65535),
)


@given(st.lists(routes, max_size=5))
def test_lines_that_iproute2_would_print_read_back(expected: list[Route]) -> None:
    text = "".join(map(printed, expected))
    assert (as_told(parse_ip_route(text, "text")), parse_ip_route(text, "text").problems) == (
        expected,
        (),
    )


def printed(route: Route) -> str:
    """Return the lines of ``ip route`` for a route."""
    words: list[str] = [] if route.type == "unicast" else [route.type]
    words.append("default" if route.destination == "0.0.0.0/0" else route.destination[:-3])
    first, *more = route.next_hops
    if not more:
        words += hop_words(first)[: -len(first.flags) or None]
    words += pair("table", None if route.table == "main" else route.table)
    words += pair("proto", route.protocol) + pair("scope", route.scope)
    words += pair("src", route.source) + pair("metric", route.metric)
    words += list(first.flags) if not more else []
    words += pair("mtu", route.mtu)
    lines = [" ".join(words)]
    if more:
        lines += ["\tnexthop " + " ".join(hop_words(one)) for one in route.next_hops]
    return " \n".join(lines) + " \n"


def hop_words(one: NextHop) -> list[str]:
    return [*pair("via", one.gateway), *pair("dev", one.device), *one.flags]


def pair(name: str, value: object) -> list[str]:
    return [] if value is None else [name, str(value)]


TUNNELS = """[
{"dst":"10.8.0.0/24","encap":"ip6","id":7,"src":"::","dst":"fd00::1","hoplimit":0,"tc":0,
 "gateway":"10.1.1.2","dev":"vx","flags":[]},
{"dst" : "10.9.0.0/24" , "encap" : "ip" , "id":7,"src":"192.0.2.9","dst" : "192.0.2.1","ttl":0,
 "tos":0,"dev":"vx","scope":"link","flags":[]},
{"dst":"10.7.0.0/24","encap":"mpls","dst":"100/200","gateway":"10.1.1.2","dev":"a","flags":[]},
{"dst":"default","flags":[],"nexthops":[
 {"encap":"ip","id":1,"src":"0.0.0.0","dst":"192.0.2.7","dev":"vx","weight":1,"flags":[]}]}]"""
"""As iproute2 6.1 prints them, with two keys of one name."""


def test_json_of_a_route_into_a_tunnel() -> None:
    routes, problems = parse_routes_json(TUNNELS.encode(), "json")
    assert problems == ()
    assert [
        (route.destination, *((hop.device, hop.encapsulation) for hop in route.next_hops))
        for route in routes
    ] == [
        ("10.8.0.0/24", ("vx", "ip6")),
        ("10.9.0.0/24", ("vx", "ip")),
        ("10.7.0.0/24", ("a", "mpls")),
        ("0.0.0.0/0", ("vx", "ip")),
    ]


def test_json_of_many_tunnels_in_one_object_takes_no_longer_for_it() -> None:
    began = time.process_time()
    parse_routes_json(b"[{" + b'"encap":"ip",' * 300_000 + b'"dst":"10.0.0.0/8"}]', "json")
    assert time.process_time() - began < 30
