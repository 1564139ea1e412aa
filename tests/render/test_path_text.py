"""An expected path as text and as JSON: the verdict, the tables, what stops it, what is open."""

from __future__ import annotations

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

from netdiag.model.expected import ExpectedPath
from netdiag.render.path_text import path_text
from netdiag.render.report_json import path_json, path_schema
from netdiag.render.role_words import GUESSED
from tests.cli.processes import ROOT
from tests.render.written_paths import OUTER, STEPS, A, B, path, step, way
from tests.render.written_reports import finding

CHECKED_IN = ROOT / "netdiag" / "model" / "path.schema.json"
REWRITE = (
    "write netdiag/model/path.schema.json anew: python -c 'import sys; from"
    " netdiag.render.report_json import path_schema; sys.stdout.buffer.write(path_schema())'"
)
ENDS = "10.244.1.2 (default/pod-a) → 10.244.2.2 (default/pod-c): by facts, "
STOPPED = way(steps=STEPS[:3], arrives=False, stopped=finding())
OPEN = way(arrives=None, doubts=("who has 10.244.2.2", "what is behind it"))


def lines(found: ExpectedPath, width: int = 120) -> list[str]:
    return path_text(found, width=width, colour=False).splitlines()


def verdict(found: ExpectedPath) -> str:
    """Return the first paragraphs as one line."""
    written = lines(found, 400)
    return " ".join(written[: written.index("")])


def test_a_path_in_full() -> None:
    written = lines(path())
    assert written[:11] == [
        f"{ENDS}a ping of 84 bytes passes both ways, over VXLAN (VNI",
        "1, 10.1.10.9 → 10.1.10.10, UDP 8472).",
        "",
        "Request  10.244.1.2 → 10.244.2.2: arrives",
        "     node    interface   role      carried                           why",
        "  →  node-1  pod-a:eth0  pod       plain                             "
        "default via 10.244.1.1 dev eth0",
        "  →          cni0        bridge    plain                             "
        "veth1 is a port of it",
        "  →          flannel.1   overlay   plain                             "
        "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink",
        "  →          ens33       physical  vxlan 10.1.10.9→10.1.10.10 vni 1  vxlan to 10.1.10.10",
        "  →  node-2  ens33       physical  vxlan 10.1.10.9→10.1.10.10 vni 1  vxlan from 10.1.10.9",
        "  →          flannel.1   overlay   plain                             out of the tunnel",
    ]
    assert written[12] == "Reply  10.244.2.2 → 10.244.1.2: arrives"
    assert written[14].startswith("  ←  node-2  flannel.1 ")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_only_remedies_are_wider_than_the_page(width: int) -> None:
    found = path(request=STOPPED, reply=OPEN)
    too_wide = [line for line in lines(found, width) if len(line) > width]
    assert [line for line in too_wide if "bridge fdb append" not in line] == []


def test_a_narrow_page_has_no_roles_and_no_ends_of_tunnels() -> None:
    text = "\n".join(lines(path(), 70))
    assert "physical" not in text
    assert "vxlan vni 1" in text


def test_what_stops_the_request() -> None:
    written = lines(path(request=STOPPED))
    assert written[0].startswith(f"{ENDS}the request is stopped: node-1 does not")
    assert "  ERROR  fdb-missing at node-1/flannel.1" in written
    assert "Request  10.244.1.2 → 10.244.2.2: stopped on node-1" in written
    (end,) = [line.split() for line in written if line.startswith("  ✗")]
    assert end == ["✗", "node-1", "flannel.1", "fdb-missing"]
    assert "Reply  10.244.2.2 → 10.244.1.2: arrives" in written


def test_what_stops_both_is_told_once() -> None:
    reply = way(B, A, steps=STEPS[:1], arrives=False, stopped=finding())
    written = lines(path(request=STOPPED, reply=reply))
    assert sum("ERROR  fdb-missing" in line for line in written) == 1
    assert "Were the request" not in verdict(path(request=STOPPED, reply=reply))


def test_what_stops_the_reply_besides() -> None:
    other = finding(node="node-2", title="node-2 has no route")
    reply = way(B, A, arrives=False, stopped=other)
    found = path(request=STOPPED, reply=reply)
    assert "Were the request to arrive, the reply is stopped: node-2 has no route." in verdict(
        found
    )
    assert sum("ERROR  fdb-missing" in line for line in lines(found)) == 2


def test_a_reply_that_is_stopped() -> None:
    other = finding(node="node-2", title="node-2 has no route")
    found = path(reply=way(B, A, arrives=False, stopped=other))
    assert verdict(found) == (
        f"{ENDS}the request arrives, over VXLAN (VNI 1, 10.1.10.9 → 10.1.10.10, UDP 8472); "
        "the reply is stopped: node-2 has no route."
    )


def test_what_is_not_known() -> None:
    written = lines(path(request=OPEN))
    assert written[0] == f"{ENDS}whether the request arrives cannot be told."
    assert "Request  10.244.1.2 → 10.244.2.2: not known whether it arrives" in written
    assert "  not known: who has 10.244.2.2" in written
    assert "  not known: what is behind it" in written


def test_a_way_without_a_step() -> None:
    written = lines(path(request=way(steps=(), arrives=None, doubts=("who has it",))))
    start = written.index("Request  10.244.1.2 → 10.244.2.2: not known whether it arrives")
    assert written[start + 1 : start + 3] == ["  not known: who has it", ""]


@pytest.mark.parametrize(
    ("steps", "carried"),
    [
        (STEPS[:2], ", within node-1."),
        ((STEPS[0], STEPS[5]), ", plain, without a tunnel."),
        ((STEPS[0], step("node-1", "ens33", "physical", encapsulation=OUTER)), ", over VXLAN ("),
    ],
)
def test_what_carries_it(steps: tuple[object, ...], carried: str) -> None:
    assert f"passes both ways{carried}" in verdict(path(request=way(steps=steps)))


def test_roles_that_are_guesses_are_marked() -> None:
    guessed = (step("node-1", "ens33", "physical", role_guessed=True),)
    written = lines(path(request=way(steps=guessed)))
    assert any("physical?" in line for line in written)
    assert f"  {GUESSED}" in written
    assert GUESSED not in "\n".join(lines(path()))


def test_foreign_text_is_made_safe() -> None:
    nasty = way(doubts=("who \x1b[31m is",), steps=(step("no\x07de", "e\x1bth", "other"),))
    text = path_text(path(request=nasty), width=120, colour=False)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\\x1b" in text


def test_the_schema_that_is_checked_in_is_current() -> None:
    assert CHECKED_IN.read_bytes() == path_schema(), REWRITE


def test_every_type_of_the_path_is_described() -> None:
    schema = json.loads(path_schema())
    assert schema["title"] == "netdiag.path/1"
    assert [name for name, kind in schema["$defs"].items() if not kind.get("description")] == []


@pytest.mark.parametrize("found", [path(), path(request=STOPPED, reply=OPEN)])
def test_a_path_meets_its_schema_and_is_read_back(found: ExpectedPath) -> None:
    written = path_json(found, indent=False)
    assert written.count(b"\n") == 1
    Draft202012Validator(json.loads(path_schema())).validate(json.loads(written))
    assert msgspec.json.decode(written, type=ExpectedPath) == found
    assert msgspec.json.decode(path_json(found, indent=True), type=ExpectedPath) == found
