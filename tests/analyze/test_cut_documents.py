"""Documents that break off: nothing is raised, and what is told of a healthy network stays true."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import filterfalse
from pathlib import Path

import pytest

from netdiag.sources.layout import DocumentPlace, document_of_place
from tests.analyze.cutting import (
    Documents,
    documents_of,
    each_cut,
    explained,
    read_once,
    wrong,
)
from tests.analyze.known import CAPTURES, FOLDERS, expected
from tests.analyze.test_facts_cases import CASES
from tests.bundles.facts.documents import documents

__all__ = ["read_once"]

BUNDLES = [folder for folder in FOLDERS if folder.parent.name != "articles"]
HEALTHY = [folder for folder in BUNDLES if expected(folder).get("finding", "?") is None]
FAULTY = [folder for folder in BUNDLES if folder not in HEALTHY]

POOL_FILE = "files/var/lib/calico/ippool.yaml"
"""YAML that ends between two lines is whole YAML: its pool's modes are then those by default."""

JSON_FORMS = ("ip_*.json", "bridge_*.json")
SIMULATED = (
    "calico wireguard",
    "calico ipip crosssubnet, same subnet",
    "flannel udp",
    "bridge plugin with static routes",
    "kube-router, overlay between subnets only, same subnet",
)
needs_captures = pytest.mark.skipif(not BUNDLES, reason=f"no captures with answers in {CAPTURES}")


def named(folder: Path) -> str:
    return str(folder.relative_to(CAPTURES))


def is_pool(place: DocumentPlace) -> bool:
    return place.name == POOL_FILE


def found_wrong(whole: Documents, cut: Iterable[DocumentPlace]) -> list[str]:
    before = explained(whole)
    return [text for one in each_cut(whole, cut) for text in wrong(before, one)]


@needs_captures
@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("without", [(), JSON_FORMS], ids=["whole", "text"])
@pytest.mark.parametrize("bundle", HEALTHY, ids=named)
def test_truths_of_healthy_bundles(bundle: Path, without: tuple[str, ...]) -> None:
    whole = documents_of(bundle, without)
    assert found_wrong(whole, filterfalse(is_pool, whole)) == []


@needs_captures
@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("bundle", FAULTY, ids=named)
def test_nothing_is_raised(bundle: Path) -> None:
    whole = documents_of(bundle)
    assert all(cut.report.schema for cut in each_cut(whole, whole))


@needs_captures
@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("name", ["calico-ipip", "calico-vxlan"])
def test_pools_in_yaml(name: str) -> None:
    whole = documents_of(CAPTURES / "lab" / name)
    assert found_wrong(whole, filter(is_pool, whole)) == []


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("name", SIMULATED)
def test_truths_of_simulated_bundles(name: str) -> None:
    whole: dict[DocumentPlace, bytes] = {}
    for path, text in documents(CASES[name].facts).items():
        place = document_of_place(tuple(path.split("/")), None)
        assert place is not None
        whole[place] = text.encode()
    assert found_wrong(whole, filterfalse(is_pool, whole)) == []
