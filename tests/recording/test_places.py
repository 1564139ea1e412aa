"""What was typed for --on and -i becomes places, and globs of interfaces there."""

from __future__ import annotations

import pytest

from netdiag.model.report import Role
from netdiag.sources.inventory.places import InventoryError
from netdiag.sources.recording.places import all_places, globs_at, places_typed, read_pattern
from tests.live.test_inventories import PLACES

HERE: tuple[tuple[str, Role], ...] = (
    ("eth0", "physical"), ("flannel.1", "overlay"), ("tun*", "overlay"), ("veth1", "veth"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("n1", ["n1"]),
        ("n*", ["n1", "n2"]),
        ("10.0.1.1", ["n1"]),
        ("db", ["n2/db"]),
        ("10.1.1.4", ["n2/db"]),
        ("default/web", ["n1/default_web"]),
        ("pod/db", ["n2/db"]),
        ("node/web", ["web"]),
        ("web", ["web", "n1/default_web", "n2/kube-system_web"]),
        ("pod/web", ["n1/default_web", "n2/kube-system_web"]),
    ],
)
def test_places(typed: str, names: list[str]) -> None:
    assert [each.name for each in places_typed(PLACES, [typed], with_pods=False)] == names


def test_each_place_once_and_nodes_with_their_pods() -> None:
    found = places_typed(PLACES, ["db", "n2", "db"], with_pods=True)
    assert [each.name for each in found] == ["n2/db", "n2", "n2/kube-system_web", "n2/pod_odd"]
    assert [each.name for each in all_places(PLACES, with_pods=False)] == ["n1", "n2", "web"]
    assert len(all_places(PLACES, with_pods=True)) == 7


def test_what_is_no_place_is_told_with_what_is_like_it() -> None:
    with pytest.raises(InventoryError, match=r"'defualt/web' is no pod, .* default/web"):
        places_typed(PLACES, ["defualt/web"], with_pods=False)


@pytest.mark.parametrize(
    ("typed", "globs"),
    [
        ([], ()),
        (["any"], ("*",)),
        (["eth0", "veth*", "eth0"], ("eth0", "veth*")),
        (["@overlay"], ("flannel.1", "tun[*]")),
        (["n1/eth0", "n2/eth1"], ("eth0",)),
        (["n*/@veth"], ("veth1",)),
        (["n2/eth0"], None),
        (["@bridge"], None),
    ],
)
def test_interfaces_at_a_place(typed: list[str], globs: tuple[str, ...] | None) -> None:
    (place,) = places_typed(PLACES, ["n1"], with_pods=False)
    assert globs_at(place, [read_pattern(each) for each in typed], HERE) == globs


def test_interfaces_in_a_pod() -> None:
    (place,) = places_typed(PLACES, ["db"], with_pods=False)
    assert globs_at(place, [read_pattern("n2/db/eth0")], ()) == ("eth0",)
    assert globs_at(place, [read_pattern("n2/eth0")], ()) is None


@pytest.mark.parametrize("typed", ["", "n1/", "@", "@nic", "eth\0"])
def test_what_is_no_interface(typed: str) -> None:
    with pytest.raises(InventoryError, match=r"-i .* (names no interface|roles are @physical )"):
        read_pattern(typed)
