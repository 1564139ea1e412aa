"""Addresses of devices in JSON and in all forms of text."""

from __future__ import annotations

import pytest

from netdiag.facts.kernel.ip_addr import parse_addresses_json
from netdiag.facts.kernel.ip_addr_text import parse_ip_addr
from netdiag.model.facts.kernel import Address
from tests.facts.kernel.network_documents import as_told

JSON = b"""[
{"ifindex":1,"ifname":"lo","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,
 "scope":"host"}]},
{},
{"ifindex":2,"ifname":"eth0","addr_info":[
  {"family":"inet","local":"10.1.10.9","prefixlen":24,"scope":"global"},{},
  {"family":"inet","local":"10.9.0.1","address":"10.9.0.2","prefixlen":32,"scope":"global"},
  {"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]},
{"ifindex":3,"ifname":"v1","addr_info":[]}]"""
TEXT = """\
1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0@if2: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether da:13:46:8a:6d:52 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 10.1.10.9/24 brd 10.1.10.255 scope global dynamic eth0
       valid_lft 86000sec preferred_lft 86000sec
    inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 fe80::1/64 scope link tentative \n\
       valid_lft forever preferred_lft forever
3: v1: <BROADCAST> mtu 1500 qdisc noop state DOWN
    link/ether da:13:46:8a:6d:53 brd ff:ff:ff:ff:ff:ff
"""
ONE_LINE = r"""1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever
2: eth0    inet 10.1.10.9/24 scope global eth0\       valid_lft forever preferred_lft forever
2: eth0    inet 10.9.0.1 peer 10.9.0.2/32 scope global eth0\       valid_lft forever
2: eth0    inet6 fe80::1/64 scope link tentative \       valid_lft forever preferred_lft forever
"""
BRIEF = """\
lo               UNKNOWN        127.0.0.1/8 \n\
eth0@if2         UP             10.1.10.9/24 metric 100 10.9.0.1 peer 10.9.0.2/32 fe80::1/64 \n\
v1               DOWN           \n\
"""
EXPECTED = [
    Address("lo", "127.0.0.1", 8, "", 0, "host"),
    Address("eth0", "10.1.10.9", 24, "", 0, "global"),
    Address("eth0", "10.9.0.1", 32, "", 0, "global", "10.9.0.2"),
    Address("eth0", "fe80::1", 64, "", 0, "link"),
]


def test_json() -> None:
    found = parse_addresses_json(JSON, "json")
    assert (as_told(found), found.problems) == (EXPECTED, ())
    assert [address.position for address in found.items] == [0, 2, 2, 2]


def test_text() -> None:
    found = parse_ip_addr(TEXT, "text", 11)
    assert (as_told(found), found.problems) == (EXPECTED, ())
    assert [address.position for address in found.items] == [13, 17, 19, 21]


def test_one_line_form() -> None:
    found = parse_ip_addr(ONE_LINE, "text")
    assert (as_told(found), found.problems) == (EXPECTED, ())


def test_brief_form_tells_no_scopes() -> None:
    found = parse_ip_addr(BRIEF, "text")
    assert as_told(found) == as_told(parse_addresses_json(JSON, ""), scope=None)
    assert found.problems == ()


def test_links_have_no_addresses() -> None:
    text = "lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP> \n"
    assert parse_ip_addr(text, "text") == ((), ())


@pytest.mark.parametrize(
    "line",
    [
        "    inet 10.1.10/24 scope global",
        "    inet 10.1.10.9/33 scope global",
        "    inet 10.1.10.9/ scope global",
        "    inet 10.1.10.9 peer",
        "    inet",
        "bash: ip: command not found",
        "4: v2: <BROADC",
        "4: v2    inet 10.1.10.900/24",
        "v2  UP  10.1.10.900/24",
    ],
)
def test_garbage(line: str) -> None:
    found = parse_ip_addr(TEXT + line, "text")
    assert (as_told(found), found.problems) == (EXPECTED, ("line 15 is not understood",))


def test_lines_without_a_device() -> None:
    found = parse_ip_addr("    inet 10.1.10.9/24 scope global\n", "text")
    assert found == ((), ("line 1 is not understood",))


def test_broken_json_items() -> None:
    document = (
        b'[{"ifname":"a","addr_info":[{"local":"10.0.0.1"},{"local":"x"}]},{"addr_info":[{}]}]'
    )
    addresses, problems = parse_addresses_json(document, "json")
    assert [(address.address, address.prefix_length) for address in addresses] == [("10.0.0.1", 32)]
    assert problems == ("item 1 is not understood", "item 0 is not understood")
