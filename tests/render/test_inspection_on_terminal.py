"""The inspection at every width and in colour, whatever names from outside contain."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from netdiag.model.inspection import InspectedNode, Inspection, PodAddress, PodSubnet
from netdiag.model.report import BadDocument, Evidence, Mode, Modes, Pair
from netdiag.render.inspection_text import inspection_text
from netdiag.render.terminal import printable
from tests.render.test_report_on_terminal import HOSTILE, HOSTILE_SEEN
from tests.render.written_inspections import chain, cluster, interface, way
from tests.render.written_reports import finding


def lines(found: Inspection, width: int) -> list[str]:
    return inspection_text(found, width=width, colour=False).splitlines()


def hostile() -> Inspection:
    """Return an inspection in which every text from outside is hostile."""
    evidence = Evidence("fact", HOSTILE, document=HOSTILE, key=HOSTILE, text=HOSTILE)
    told = dict.fromkeys(("kind", "master", "leads_to", "encapsulation", "detail"), HOSTILE)
    device = interface(HOSTILE, "overlay", pod=HOSTILE, addresses=(HOSTILE,) * 5, **told)
    spoilt = InspectedNode(
        name=HOSTILE,
        kubernetes_name=HOSTILE * 2,
        backend=HOSTILE,
        addresses=(HOSTILE,),
        interfaces=(device, replace(device, pod=None, role="physical", role_guessed=True)),
        pod_subnets=(PodSubnet(HOSTILE, evidence),),
        pods=(PodAddress(HOSTILE, (HOSTILE,), False, (HOSTILE,), HOSTILE),),
        documents=(HOSTILE,),
    )
    mode = Mode(HOSTILE, HOSTILE, {}, (evidence,))
    ends: dict[str, Any] = dict.fromkeys(("source_node", "destination_node"), HOSTILE)
    ways: dict[str, Any] = dict.fromkeys(
        ("subnet", "next_hop", "device", "encapsulation", "configured"), HOSTILE
    )
    return cluster(
        mode=Modes(HOSTILE, mode, mode, None, agree=False),
        nodes=(spoilt,) * 12,
        reach=(way(**ends, **ways, agree=False),),
        mtu=(chain(**ends, encapsulation=HOSTILE),),
        pairs=(Pair(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, None),),
        findings=(finding(title=HOSTILE, remedy=HOSTILE, evidence=(evidence,)),),
        bad_documents=(BadDocument(HOSTILE, HOSTILE, HOSTILE),),
    )


def test_colour_changes_nothing_else() -> None:
    coloured = inspection_text(cluster(12), width=80, colour=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines()
    assert [line.rstrip() for line in plain] == lines(cluster(12), 80)
    assert coloured.startswith("\x1b[1;32m")


@pytest.mark.parametrize("width", [60, 120, 200])
def test_hostile_text_is_shown_not_obeyed(width: int) -> None:
    found = inspection_text(hostile(), width=width, colour=False)
    assert all(char.isprintable() or char == "\n" for char in found)
    assert HOSTILE_SEEN in re.sub(r"\s+", "", found)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "found", [cluster(), cluster(14), hostile()], ids=["two", "fourteen", "hostile"]
)
def test_lines_fit(found: Inspection, width: int) -> None:
    remedies = {printable(one.remedy) for one in found.findings}
    for line in lines(found, width):
        assert cell_len(line) <= width or line.strip() in remedies
        assert line == line.rstrip()
