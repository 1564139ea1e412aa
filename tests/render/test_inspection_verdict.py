"""What is said first of nodes without packets."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from netdiag.model.inspection import Inspection
from netdiag.render.inspection_verdict import inspection_colour, inspection_sentences
from netdiag.render.page import GOOD, PROBLEM, WARNING
from tests.render.written_inspections import cluster, node, pair
from tests.render.written_reports import finding

DIFFERS = pair(configured="none", agree=False)
UNKNOWN = pair(agree=None, configured=None)


def verdict(found: Inspection) -> str:
    return " ".join(inspection_sentences(found))


def test_all_agree() -> None:
    assert verdict(cluster(3)) == "3 nodes, flannel/vxlan: configured and programmed agree."
    assert inspection_colour(cluster(3)) == GOOD


def test_some_disagree() -> None:
    found = cluster(pairs=(DIFFERS, pair(2, 1)))
    assert verdict(found) == (
        "2 nodes, flannel/vxlan: configured and programmed disagree on 1 of 2 ways "
        "from node to node."
    )
    assert inspection_colour(found) == WARNING


def test_the_finding_is_named() -> None:
    found = cluster(pairs=(DIFFERS, DIFFERS), findings=(finding(), finding()))
    assert inspection_sentences(found)[1] == f"{finding().title}. (And 1 more error.)"
    assert inspection_colour(found) == PROBLEM
    assert inspection_colour(cluster(findings=(finding(severity="warning"),))) == WARNING
    assert len(inspection_sentences(cluster(findings=(finding(severity="info"),)))) == 1


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ((pair(), UNKNOWN), "agree where both are known, on 1 of 2 ways"),
        ((UNKNOWN,), "what is programmed is known, what is configured is not"),
        ((pair(agree=None, programmed=None),), "is configured is known, what is programmed is not"),
        ((pair(agree=None),), "it is not known whether configured and programmed agree"),
    ],
)
def test_what_is_not_known(pairs: tuple[Inspection, ...], words: str) -> None:
    assert words in verdict(cluster(pairs=pairs))


def test_not_known_is_no_good() -> None:
    assert inspection_colour(cluster(pairs=(UNKNOWN,))) == WARNING


def test_one_node() -> None:
    assert verdict(cluster(1)) == "1 node, flannel/vxlan."
    assert inspection_colour(cluster(1)) == GOOD


def test_nodes_between_which_nothing_is_to_be_carried() -> None:
    assert verdict(cluster(2, pairs=())) == "2 nodes, flannel/vxlan."
    assert inspection_colour(cluster(2, pairs=())) == GOOD


def test_no_node() -> None:
    assert verdict(cluster(0)) == "No node found: no document tells of one."
    assert inspection_colour(cluster(0)) == WARNING


@pytest.mark.parametrize(
    ("backends", "words"),
    [
        (("a", "b", "a"), "3 nodes, a and b"),
        (("a", None), "2 nodes, a:"),
        ((None,), "1 node, flannel/vxlan."),
        (("a", "b", "c", "d"), "4 nodes, 4 different backends"),
    ],
)
def test_backends(backends: tuple[str | None, ...], words: str) -> None:
    count = len(backends)
    nodes = tuple(replace(node(n + 1), backend=backend) for n, backend in enumerate(backends))
    assert words in verdict(replace(cluster(count), nodes=nodes))
