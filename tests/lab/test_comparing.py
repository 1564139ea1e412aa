"""What is otherwise than a recording expects is told, each part by itself."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.analyze.running import Report
from tests.lab.comparing import deviations

HOP = {"node": "node-1", "pod": None, "interface": "ens33"}
TRUTH = {"encapsulation": "vxlan"}
MODE = {"configured": TRUTH, "programmed": TRUTH, "observed": TRUTH, "agree": True}
EXPECTED: dict[str, Any] = {
    "backend": "flannel/vxlan",
    "answered": 0,
    "finding": {"code": "fdb-missing", "node": "node-1"},
    "also_ok": [{"code": "mtu-mismatch"}],
    "request_path": [{**HOP, "encapsulated": True}],
    "mode": MODE,
}
REPORT: Report = {
    "mode": {"backend": "flannel/vxlan", **MODE},
    "totals": {"answered": 0},
    "pings": [{"request": [{**HOP, "encapsulation": "vxlan 1 > 2"}], "reply": []}],
    "findings": [
        {"code": "clock-skew", "node": "node-2", "severity": "info", "remedy": "ntpd"},
        {"code": "fdb-missing", "node": "node-1", "severity": "error", "remedy": "bridge fdb"},
        {"code": "mtu-mismatch", "node": "node-1", "severity": "warning", "remedy": "ip link"},
    ],
}


def test_what_is_as_expected() -> None:
    assert deviations(EXPECTED, 1, REPORT) == {}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"backend": "flannel/host-gw"}, "backend"),
        ({"answered": 3}, "answered"),
        ({"finding": {"code": "fdb-missing", "node": "node-2"}}, "finding"),
        ({"finding": {"code": "mtu-mismatch", "node": "node-1"}}, "finding"),
        ({"also_ok": []}, "beside it"),
        ({"request_path": [{**HOP, "encapsulated": False}]}, "request"),
        ({"reply_path": [{**HOP, "encapsulated": False}]}, "reply"),
        ({"mode": {**MODE, "configured": {"encapsulation": "ipip"}}}, "configured"),
        ({"mode": {**MODE, "programmed": {"encapsulation": "none"}}}, "programmed"),
        ({"mode": {**MODE, "observed": {"encapsulation": "none"}}}, "observed"),
        ({"mode": {**MODE, "agree": False}}, "agree"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_otherwise(changes: dict[str, Any], told: str) -> None:
    assert list(deviations({**EXPECTED, **changes}, 1, REPORT)) == [told]


def test_another_exit_code() -> None:
    assert deviations(EXPECTED, 0, REPORT) == {"exit code": (0, 1)}


def test_a_healthy_recording_whose_truths_disagree() -> None:
    report = copy.deepcopy(REPORT)
    report["mode"]["agree"], report["findings"] = False, []
    expected = {"backend": "flannel/vxlan", "finding": None}
    assert deviations(expected, 0, report) == {"disagree": (True, False)}


def test_a_remedy_with_a_gap() -> None:
    report = copy.deepcopy(REPORT)
    report["findings"][1]["remedy"] = "ip route add DESTINATION dev flannel.1"
    assert list(deviations(EXPECTED, 1, report)) == ["remedies"]
