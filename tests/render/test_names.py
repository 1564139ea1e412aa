"""Who has an address stands wherever a reader meets the address."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from netdiag.model.report import Report
from netdiag.render.place_name import host_of, socket_name
from netdiag.render.report_text import report_text
from netdiag.render.verdict import verdict_sentences
from tests.render.written_pings import A, C, answered, lost, natted, same_node
from tests.render.written_reports import capture, flow, report

NAMES = {A: "default/web1", C: "service default/remote", "10.1.10.9": "node-1", "fd00::1": "v6"}
LONG = {A: "kube-system/coredns-6b69ffd8c6-r5mdn", C: "kube-system/coredns-6b69ffd8c6-pdj54"}


def section(found: Report, heading: str, width: int = 120) -> list[str]:
    """Return the lines of one section, without its heading."""
    text = report_text(found, width=width, colour=False)
    return re.split(r"\n\n(?=\S)", text.partition(f"\n{heading}")[2])[0].splitlines()[1:]


@pytest.mark.parametrize(
    ("socket", "host", "told"),
    [
        ("10.244.1.2:80", "10.244.1.2", "10.244.1.2:80 (default/web1)"),
        ("[fd00::1]:53", "fd00::1", "[fd00::1]:53 (v6)"),
        ("10.9.9.9:1", "10.9.9.9", "10.9.9.9:1"),
    ],
)
def test_sockets(socket: str, host: str, told: str) -> None:
    assert host_of(socket) == host
    assert socket_name(socket, NAMES) == told


def test_a_ping_knows_its_pods_best() -> None:
    unnamed = answered(destination_pod=None)
    sentence = verdict_sentences(report(unnamed, names=NAMES))[0]
    assert sentence.startswith(f"{A} (pod-a) → {C} (service default/remote): 1 of 1")


def test_conversations_of_which_no_ping_is_listed() -> None:
    whole = report(lost(1), same_node(), names=NAMES)
    sentences = verdict_sentences(replace(whole, pings=whole.pings[1:]))
    assert sentences[1].startswith(f"{A} (default/web1) → {C} (service default/remote): 0 of 1")


def test_the_largest_flow() -> None:
    sentence = verdict_sentences(report(flows=(flow(9),), captures=(capture(),), names=NAMES))[0]
    assert f"{A}:9 (default/web1) → {C}:80 (service default/remote) (tcp)" in sentence


def test_times() -> None:
    found = report(*(answered(n) for n in (1, 2, 3)), names=NAMES)
    assert (
        f"  {A} (default/web1) → {C} (service default/remote): 3 pings like ping 1 (answered)"
        in (section(found, "Times over all pings"))
    )


def test_several_pings_to_different_ends() -> None:
    pings = (answered(1), *(replace(natted(), number=n) for n in (2, 3, 4)))
    lines = section(report(*pings, names={"8.8.8.8": "dns"}), "Pings (4)")
    assert sum(f"{A} (pod-a) → 8.8.8.8 (dns)" in line for line in lines) == 3


def test_flows_where_there_is_room() -> None:
    first = section(report(flows=(flow(9),), names=NAMES), "Flows (1)")[1]
    assert first.startswith(f"  tcp  {A}:9 (default/web1) → {C}:80 (service default/remote)  ")


@pytest.mark.parametrize("width", [60, 80])
def test_flows_where_there_is_none(width: int) -> None:
    lines = section(report(flows=(flow(9), flow(8)), names=LONG), "Flows (2)", width)
    rows = [line.split() for line in lines]
    start = rows.index(["address", "is"])
    assert rows[start + 1 : start + 4] == [*map(list, LONG.items()), []]
    assert not any("(kube-system" in line for line in lines)


def test_flows_without_names_have_no_list_of_them() -> None:
    assert not any("address" in line for line in section(report(flows=(flow(),)), "Flows (1)", 40))
