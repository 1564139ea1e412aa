"""The doctor has an answer wherever it is asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.sources import health
from tests.cli.processes import NETDIAG, ROOT, environment, netdiag
from tests.probe.namespaces import run
from tests.probe.watching_rules import ROUTER, network, watching


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


def checks_of(*before: str, path: str | None = None) -> tuple[int, dict[str, dict[str, str]]]:
    """Return the exit code and the checks by what they are about, run by a command prefix."""
    extra = {} if path is None else {"PATH": path}
    done = subprocess.run(
        [*before, *NETDIAG, "doctor", "--json"], cwd=ROOT, env=environment(extra),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    checks: list[dict[str, str]] = json.loads(done.stdout)["checks"]
    assert all(check["remedy"] for check in checks if check["state"] in ("missing", "left"))
    return done.returncode, {check["subject"]: check for check in checks}


def test_without_privileges_it_says_what_it_cannot_tell() -> None:
    status, checks = checks_of("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    assert status == ExitCode.NO_PRIVILEGE
    assert checks["CAP_NET_RAW"]["state"] == "missing"
    assert checks["rules"] == {
        "area": "leftovers", "subject": "rules", "state": "needless",
        "detail": "only root can look", "remedy": "run it with sudo",
    }  # fmt: skip


def test_what_is_installed_and_not_in_the_path_need_not_be_installed() -> None:
    status, checks = checks_of(path="")
    assert status == ExitCode.NO_PRIVILEGE
    assert checks["nsenter"]["state"] == "missing"
    folder = os.path.dirname(shutil.which("nsenter") or "")
    assert checks["nsenter"]["remedy"] == f"add {folder} to PATH"


@pytest.fixture
def namespace() -> Iterator[str]:
    name = f"npt-{os.getpid()}-doctor"
    run("ip", "netns", "add", name)
    yield name
    run("ip", "netns", "del", name)


def left_in(namespace: str) -> list[tuple[str, str]]:
    """Return what the doctor finds there, and the commands that remove it."""
    checks = json.loads(netdiag("doctor", "--json").stdout)["checks"]
    return [
        (check["detail"], check["remedy"])
        for check in checks
        if check["state"] == "left" and f"--net=/run/netns/{namespace} " in check["remedy"]
    ]


@pytest.mark.needs_lab
def test_what_a_trace_of_rules_left_is_found_and_its_remedy_removes_it(namespace: str) -> None:
    inside = ("ip", "netns", "exec", namespace)
    run(*inside, "nft", "add", "table", "ip6", "netdiag_trace_7_0a")
    run(*inside, "sh", "-c", "echo nfnetlink_log > /proc/sys/net/netfilter/nf_log/2")
    found = left_in(namespace)
    assert [what for what, _ in found] == [
        "nft table ip6 netdiag_trace_7_0a",
        "nf_log/2 is nfnetlink_log, and nobody listens",
    ]
    for _, remedy in found:
        run(*remedy.split())
    assert left_in(namespace) == []


@pytest.mark.needs_lab
def test_a_trace_of_rules_that_runs_has_left_nothing() -> None:
    with network() as made:
        made.inside(ROUTER, "iptables-legacy", "-A", "FORWARD", "-j", "ACCEPT")
        with watching(made):
            assert "netdiag_trace_" in made.filtering()[ROUTER]
            assert left_in(made.names[ROUTER]) == []
