"""The lab's and Kubernetes' captures: causes and modes, which only the nodes' facts can prove."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analyze.known import CAPTURES, FOLDERS, Known
from tests.analyze.running import findings

pytestmark = pytest.mark.skipif(not FOLDERS, reason=f"no captures with answers in {CAPTURES}")


def test_the_fault_is_found_first(bundle: Known) -> None:
    finding = bundle.needs("finding")
    if finding is None:
        pytest.skip("nothing is wrong in it")
    wanted = [_words(each) for each in (finding, *bundle.known.get("instead_ok", ()))]
    beside = [_words(each) for each in bundle.known.get("also_ok", ())]
    found = findings(bundle.report, ("error", "warning"))
    assert found
    assert found[0] in wanted
    assert [other for other in found[1:] if other not in (*wanted, *beside)] == []
    assert bundle.exit_code == 1


def test_modes(bundle: Known) -> None:
    mode = bundle.report["mode"]
    for name, wanted in bundle.needs("mode").items():
        truth, _, key = name.partition(".")
        assert (mode[truth][key] if key else mode[truth]) == wanted, name


def test_backend(bundle: Known) -> None:
    assert bundle.report["mode"]["backend"] == bundle.needs("backend")


def _words(finding: dict[str, Any]) -> str:
    return f"{finding['code']} {finding['node'] or '-'}"
