"""Network documents of real nodes: their forms tell the same, and each counts as far as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from netdiag.facts.kernel.ip_addr import parse_addresses_json
from netdiag.facts.kernel.ip_link import parse_links_json
from netdiag.facts.kernel.ip_link_text import parse_ip_link
from netdiag.facts.kernel.ip_route import parse_routes_json
from netdiag.facts.kernel.ip_route_text import parse_ip_route
from netdiag.facts.parsed import Parsed
from tests.facts.kernel.network_documents import JSON_PARSERS, as_told
from tests.real_captures import CAPTURES, needs_captures

FILES = {
    "ip_link.json": "link", "ip_addr.json": "addr", "ip_route.json": "route",
    "ip_rule.json": "rule", "ip_neigh.json": "neigh", "bridge_fdb.json": "fdb",
    "bridge_link.json": "bridge link",
}  # fmt: skip

pytestmark = needs_captures


def test_nothing_of_json_is_left_over() -> None:
    seen = 0
    for name, parser in FILES.items():
        for path in CAPTURES.glob(f"**/facts/**/{name}"):
            seen += 1
            assert JSON_PARSERS[parser](path.read_bytes(), name).problems == (), path
    assert seen > len(FILES)


def test_routes_in_text_are_those_in_json() -> None:
    for text, data in texts_with_json("ip_route_txt.txt", "ip_route.json"):
        in_text, in_json = parse_ip_route(text, "text"), parse_routes_json(data, "json")
        assert in_text.problems == in_json.problems == ()
        assert as_told(in_text) == [route for route in as_told(in_json) if route.table == "main"]


def test_links_in_text_are_those_in_json() -> None:
    """Text names the other namespace, or gives its number; statistics are of another moment."""
    for text, data in texts_with_json("ip_link_txt.txt", "ip_link.json"):
        in_text, in_json = parse_ip_link(text, "text"), parse_links_json(data, "json")
        assert in_text.problems == in_json.problems == ()
        unlike: dict[str, Any] = {"counters": None, "peer_namespace": None}
        assert as_told(in_text, **unlike) == as_told(in_json, **unlike)
        assert all(link.counters is not None for link in in_text.items)


def test_links_of_addresses_are_those_of_links() -> None:
    for path in CAPTURES.glob("**/facts/**/ip_addr.json"):
        addresses = parse_addresses_json(path.read_bytes(), "json").items
        links = parse_links_json((path.parent / "ip_link.json").read_bytes(), "json").items
        plain = parse_links_json(path.read_bytes(), "json")
        assert {address.device for address in addresses} <= {link.name for link in links}
        unlike: dict[str, Any] = {
            "kind": None,
            "vxlan": None,
            "mode": None,
            "port_kind": None,
            "counters": None,
        }
        assert as_told(plain) == as_told(Parsed(links), **unlike)


def test_what_breaks_off_counts_as_far_as_it_goes() -> None:
    for name, parser in FILES.items():
        path = max(CAPTURES.glob(f"**/facts/{name}"), key=lambda path: path.stat().st_size)
        data = path.read_bytes()
        whole = JSON_PARSERS[parser](data, name).items
        for end in range(1, len(data.rstrip()), max(1, len(data) // 300)):
            items, problems = JSON_PARSERS[parser](data[:end], name)
            assert items == whole[: len(items)]
            assert problems


@pytest.mark.parametrize(
    ("name", "parse"), [("ip_route_txt.txt", parse_ip_route), ("ip_link_txt.txt", parse_ip_link)]
)
def test_text_that_breaks_off_counts_as_far_as_it_goes(name: str, parse: Any) -> None:
    """Only the last item may be told in part."""
    path = max(CAPTURES.glob(f"**/facts/{name}"), key=lambda path: path.stat().st_size)
    text = path.read_text()
    whole = parse(text, name).items
    ends = {*range(0, len(text), max(1, len(text) // 300)), *ends_of_lines(text)}
    for end in sorted(ends):
        items = parse(text[:end], name).items
        assert items[:-1] == whole[: max(0, len(items) - 1)]
        assert len(items) <= len(whole)


def ends_of_lines(text: str) -> Iterator[int]:
    return (index + 1 for index, character in enumerate(text) if character == "\n")


def texts_with_json(text_name: str, json_name: str) -> list[tuple[str, bytes]]:
    paths = sorted(CAPTURES.glob(f"**/facts/{text_name}"))
    assert paths
    return [(path.read_text(), (path.parent / json_name).read_bytes()) for path in paths]
