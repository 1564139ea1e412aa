"""Settings of devices that a test's kernel may not be able to make."""

from __future__ import annotations

import socket
import struct

import pytest

from netdiag_probe.rtnetlink.link_kinds import describe_kind
from netdiag_probe.rtnetlink.netlink import Attributes

LOCAL, REMOTE = socket.inet_aton("10.1.10.9"), socket.inet_aton("10.1.10.10")
LOCAL6 = socket.inet_pton(socket.AF_INET6, "fd00::9")
ANY = bytes(4)
LINK = struct.pack("=I", 2)


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("ipip", {1: LINK, 2: LOCAL, 3: ANY},
         {"remote": "any", "local": "10.1.10.9", "link": "ens33"}),
        ("ipip", {2: ANY, 3: ANY, 19: b""}, {"external": True, "remote": "any", "local": "any"}),
        ("gre", {6: LOCAL, 7: REMOTE}, {"remote": "10.1.10.10", "local": "10.1.10.9"}),
        ("vti", {4: LOCAL, 5: REMOTE}, {"remote": "10.1.10.10", "local": "10.1.10.9"}),
        ("ip6tnl", {2: LOCAL6, 3: bytes(16)}, {"remote": "any", "local": "fd00::9"}),
        ("vxlan", {1: struct.pack("=I", 1), 3: LINK, 4: LOCAL, 7: b"\0", 15: b"\x21\x18"},
         {"id": 1, "local": "10.1.10.9", "link": "ens33", "port": 8472, "learning": False}),
        ("vxlan", {1: bytes(4), 17: LOCAL6, 25: b"\1"},
         {"external": True, "id": 0, "local6": "fd00::9"}),
        ("geneve", {1: struct.pack("=I", 5), 2: REMOTE, 5: b"\x17\xc1"},
         {"id": 5, "remote": "10.1.10.10", "port": 6081}),
        ("tun", {3: b"\1"}, {"type": "tun"}),
        ("tun", {3: b"\2"}, {"type": "tap"}),
        ("macvlan", {1: struct.pack("=I", 4)}, {"mode": "bridge"}),
        ("ipvlan", {1: struct.pack("=H", 1)}, {"mode": "l3"}),
        ("vlan", {1: struct.pack("=H", 100)}, {"id": 100}),
        ("wireguard", {1: b"private!"}, None),
    ],
)  # fmt: skip
def test_settings_have_the_names_of_iproute2(
    kind: str, data: Attributes, told: dict[str, object] | None
) -> None:
    assert describe_kind(kind, data, {2: "ens33"}.__getitem__) == told
