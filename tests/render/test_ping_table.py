"""One ping in full: what its table of hops says."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.model.report import Ping
from netdiag.render.page import Page
from netdiag.render.ping_table import write_ping
from netdiag.render.role_words import GUESSED
from tests.render.written_pings import THERE, answered, hop, lost, natted

NAMES = {"10.1.10.9": "node-1", "8.8.8.8": "service default/dns"}


def written(ping: Ping, width: int = 120) -> list[str]:
    page = Page(width, colour=False)
    write_ping(page, ping, NAMES)
    return page.text().splitlines()


def rows(ping: Ping, width: int = 120) -> list[list[str]]:
    """Return the cells of the table, an arrow first; empty cells are left out."""
    lines = written(ping, width)
    start = next(number for number, line in enumerate(lines) if "Δ" in line)
    return [line.split() for line in lines[start + 1 :] if line.split()[0] in "→←✗"]


def titles(ping: Ping, width: int = 120) -> str:
    return next(line for line in written(ping, width) if "Δ" in line)


def test_request_then_reply() -> None:
    table = [row for row in rows(answered()) if "pod" in row or "physical" in row]
    assert [(row[0], "node-1" in row, "node-2" in row) for row in table] == [
        ("→", True, False),
        ("→", False, False),
        ("→", False, True),
        ("→", False, False),
        ("←", False, True),
        ("←", False, False),
        ("←", True, False),
        ("←", False, False),
    ]


def test_cells() -> None:
    first, second, *_ = rows(answered())
    assert first == ["→", "node-1", "pod-a:eth0", "pod", "0.0", "63", "plain"]
    assert second == ["→", "veth7e2f650f", "veth", "10.0", "10.0", "63", "plain"]
    nic = next(row for row in rows(answered()) if "ens33" in row)
    assert nic[-4:] == ["vxlan", "10.1.10.9→10.1.10.10", "vni", "1"]


def test_the_reply_counts_on_from_the_request() -> None:
    first = next(row for row in rows(answered(rtt_us=250.0)) if row[0] == "←")
    assert first[4:6] == ["160.0", "70.0"]


def test_long_times_are_in_milliseconds() -> None:
    slow = answered(rtt_us=1_500_000.0)
    assert "t ms" in titles(slow)
    assert rows(slow)[-1][3:5] == ["1500.000", "0.010"]
    assert "t µs" in titles(answered())


def test_direction_only_if_known() -> None:
    known = replace(answered(), request=(hop("node-1/ens33", direction="out"),), reply=())
    assert " dir " in titles(known)
    assert "out" in rows(known)[0]
    assert " dir " not in titles(answered())


def test_nat_is_spelled_out() -> None:
    text = "\n".join(written(natted()))
    assert (
        "NAT, request: source 10.244.1.2 → 10.1.10.9 (node-1), first seen at node-1/ens33" in text
    )
    assert "NAT, request: ICMP id 7 → 51234, first seen at node-1/ens33" in text
    assert (
        "NAT, reply: destination 10.1.10.9 (node-1) → 10.244.1.2, first seen at node-1/cni0" in text
    )
    assert "NAT" not in "\n".join(written(answered()))


def test_names_of_addresses() -> None:
    assert "10.244.1.2 (pod-a) → 8.8.8.8 (service default/dns), id 7" in written(natted())[2]


def test_guessed_roles() -> None:
    guessed = answered(request=(hop("n/ens33", role_guessed=True), hop("n/cni0")), reply=())
    assert [row[3] for row in rows(guessed)[:1]] == ["physical?"]
    assert "bridge" in rows(guessed)[1]
    assert f"  {GUESSED}" in written(guessed)
    assert f"  {GUESSED}" not in written(answered())
    assert "role?" not in "".join(written(guessed, 60))


def test_lost() -> None:
    assert rows(lost())[-1] == ["✗", "lost"]
    assert "request lost after node-2/ens33" in "\n".join(written(lost()))
    assert all(row[0] != "✗" for row in rows(answered()))


def test_no_reply_left() -> None:
    text = "\n".join(written(replace(answered(), status="unanswered", reply=(), rtt_us=None)))
    assert "reply    ✗ no reply left the destination" in text


def test_inferred_and_fragmented() -> None:
    hops = (hop("n/ens33", inferred=True, encapsulation=THERE), hop("n/cni0", fragments=3))
    first, second = rows(replace(answered(), request=hops, reply=()))
    assert first[-1] == "(inferred)"
    assert second[-2:] == ["(3", "fragments)"]


def test_icmp_errors() -> None:
    text = "\n".join(written(answered(errors=("10.1.10.1 says: host unreachable",))))
    assert "ICMP error: 10.1.10.1 says: host unreachable" in text


def test_a_ping_of_which_nothing_was_seen() -> None:
    text = "\n".join(written(replace(answered(), status="unknown", request=(), reply=())))
    assert "not known" in text
    assert "Δ" not in text


def test_a_narrow_terminal_leaves_out_the_roles() -> None:
    assert "role" in titles(answered(), 80)
    assert "role" not in titles(answered(), 60)
    assert rows(answered(), 60)[1] == ["→", "veth7e2f650f", "10.0", "10.0", "63", "plain"]
