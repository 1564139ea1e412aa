"""Forwarding databases and ports of bridges in JSON, in text, and in that of brctl."""

from __future__ import annotations

import pytest

from netdiag.facts.kernel.brctl_text import parse_brctl_bridges, parse_brctl_show
from netdiag.facts.kernel.bridge_fdb import parse_bridge_fdb, parse_fdb_json
from netdiag.facts.kernel.bridge_link import parse_bridge_link, parse_bridge_ports_json
from netdiag.model.facts.kernel import BridgePort, FdbEntry
from tests.facts.kernel.network_documents import as_told

FDB_JSON = b"""[
{"mac":"33:33:00:00:00:01","ifname":"eth0","flags":["self"],"state":"permanent"},
{"mac":"5a:11:11:11:11:15","ifname":"v1","vlan":5,
 "flags":["sticky"],"master":"cni0","state":"static"},
{"mac":"5a:11:11:11:11:13","ifname":"v1","flags":[],"master":"cni0","state":""},
{"mac":"5a:11:11:11:11:11","ifname":"flannel.1","dst":"10.1.10.10",
 "flags":["self"],"state":"permanent"},
{"mac":"00:00:00:00:00:00","ifname":"vxx","dst":"10.1.10.10","port":99,
 "vni":55,"src_vni":44,"viaIf":"eth0","flags":["self"],"state":""},
{"mac":"00:00:00:00:00:00","ifname":"vxx","dst":"fd00::2","src_vni":44,
 "flags":["extern_learn","self"],"state":""}
]"""
FDB_TEXT = """\
33:33:00:00:00:01 dev eth0 self permanent
5a:11:11:11:11:15 dev v1 vlan 5 used 0/0 sticky master cni0 static
5a:11:11:11:11:13 dev v1 master cni0 \n\
5a:11:11:11:11:11 dev flannel.1 dst 10.1.10.10 self permanent
00:00:00:00:00:00 dev vxx dst 10.1.10.10 port 99 vni 55 src_vni 44 via eth0 self \n\
00:00:00:00:00:00 dev vxx dst fd00::2 src_vni 44 extern_learn self
"""
FDB = [
    FdbEntry("33:33:00:00:00:01", "eth0", "", 0, flags=("self",), state="permanent"),
    FdbEntry("5a:11:11:11:11:15", "v1", "", 0, None, "cni0", 5, None, None, ("sticky",), "static"),
    FdbEntry("5a:11:11:11:11:13", "v1", "", 0, master="cni0", state=""),
    FdbEntry("5a:11:11:11:11:11", "flannel.1", "", 0, "10.1.10.10", flags=("self",),
     state="permanent"),
    FdbEntry("00:00:00:00:00:00", "vxx", "", 0, "10.1.10.10", port=99, vni=55, flags=("self",),
     state=""),
    FdbEntry("00:00:00:00:00:00", "vxx", "", 0, "fd00::2", vni=44, flags=("extern_learn",
     "self"), state=""),
]  # fmt: skip

PORTS_JSON = b"""[
{"ifindex":5,"link":"v1p","ifname":"v1","flags":["UP"],"mtu":1500,
 "master":"cni0","state":"forwarding","hairpin":true,"isolated":false},
{"ifindex":6,"ifname":"v2","master":"cni0","state":"disabled","hairpin":"off"},
{"ifindex":7,"ifname":"eth0","hwmode":"VEB"}]"""
PORTS_TEXT = """\
5: v1@v1p: <BROADCAST,UP> mtu 1500 master cni0 state forwarding priority 32 cost 2 \n\
    hairpin on guard off isolated off locked off
6: v2 state UP @(null): <BROADCAST,UP> mtu 1500 master cni0 state disabled hairpin off
7: eth0: <BROADCAST,UP> mtu 1500 hwmode VEB
"""
PORTS = [
    BridgePort("v1", "cni0", "", 0, "forwarding", True, False),
    BridgePort("v2", "cni0", "", 0, "disabled", False, None),
]

BRCTL = """\
bridge name\tbridge id\t\tSTP enabled\tinterfaces
cni0\t\t8000.66b40e41976c\tno\t\tv1
\t\t\t\t\t\t\tv2
docker0\t\t8000.0242ac110001\tyes\t\t
"""


def test_fdb_json() -> None:
    found = parse_fdb_json(FDB_JSON, "json")
    assert (as_told(found), found.problems) == (FDB, ())


def test_fdb_text() -> None:
    found = parse_bridge_fdb(FDB_TEXT, "text", 3)
    assert (as_told(found), found.problems) == (FDB, ())
    assert [entry.position for entry in found.items] == [3, 4, 5, 6, 7, 8]


def test_a_master_of_old_versions_has_no_name() -> None:
    found = parse_bridge_fdb("33:33:00:00:00:01 dev v1 vlan 1 master permanent", "text")
    assert as_told(found) == [
        FdbEntry("33:33:00:00:00:01", "v1", "", 0, vlan=1, flags=("master",), state="permanent")
    ]


@pytest.mark.parametrize(
    "line",
    ["bash: bridge: command not found", "5a:11:11:11:11", "5a:11:11:11:11:12 dev",
     "5a:11:11:11:11:12 self",
     "5a:11:11:11:11:12 dev v1 dst 10.1.1.1 vlan many", "5a:11:11:11:11:12 dev v1 mast"],
)  # fmt: skip
def test_garbage_in_fdb(line: str) -> None:
    found = parse_bridge_fdb(f"{FDB_TEXT}{line}\n", "text")
    assert (as_told(found), found.problems) == (FDB, ("line 7 is not understood",))


def test_ports_json() -> None:
    found = parse_bridge_ports_json(PORTS_JSON, "json")
    assert (as_told(found), found.problems) == (PORTS, ())


def test_ports_text() -> None:
    found = parse_bridge_link(PORTS_TEXT, "text", 2)
    assert (as_told(found), found.problems) == (PORTS, ())
    assert [port.position for port in found.items] == [2, 4]


def test_what_follows_garbage_is_of_no_port() -> None:
    found = parse_bridge_link(PORTS_TEXT + "8: v3: <BRO\n    hairpin on\n", "text")
    assert as_told(found) == PORTS
    assert found.problems == ("line 5 and 1 more are not understood",)


def test_brctl() -> None:
    ports = parse_brctl_show(BRCTL, "text", 4)
    assert [(port.device, port.bridge, port.position) for port in ports.items] == [
        ("v1", "cni0", 5),
        ("v2", "cni0", 6),
    ]
    bridges = parse_brctl_bridges(BRCTL, "text", 4)
    assert [(link.name, link.kind, link.position) for link in bridges.items] == [
        ("cni0", "bridge", 5),
        ("docker0", "bridge", 7),
    ]
    assert ports.problems == bridges.problems == ()


@pytest.mark.parametrize(
    "line",
    ["bash: brctl: command not found", "eth0\t\tcan't get info Operation not supported", "\t\tv2"],
)
def test_garbage_in_brctl(line: str) -> None:
    text = BRCTL.splitlines()[0] + f"\n{line}\n"
    assert parse_brctl_show(text, "text") == ((), ("line 2 is not understood",))
    assert parse_brctl_bridges(text, "text") == ((), ("line 2 is not understood",))
