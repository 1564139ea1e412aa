"""The doctor has an answer wherever it is asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from netdiag.sources import health
from tests.cli.processes import netdiag


@pytest.mark.parametrize(
    ("release", "state"),
    [
        ("5.8", "ok"),
        ("6.1+", "ok"),
        ("6.10.0_1-x", "ok"),
        ("5.7.19", "missing"),
        ("odd", "missing"),
    ],
)
def test_kernels_of_any_name(release: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = os.uname()
    named = os.uname_result((known[0], known[1], release, known[3], known[4]))
    monkeypatch.setattr(os, "uname", lambda: named)
    checks = [check for check in health.examine() if check.subject == "Linux"]
    assert [(check.state, check.detail) for check in checks] == [(state, release)]


def test_home_that_nobody_may_look_into(tmp_path: Path) -> None:
    (tmp_path / ".kube").write_text("no folder")
    done = netdiag("doctor", "--json", extra={"HOME": str(tmp_path)})
    checks = {check["subject"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["kubeconfig"]["detail"] == "none"
    assert done.stderr == ""
