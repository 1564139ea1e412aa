"""Labs of an ordinary user, in a user namespace; root's are another matter."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.lab.as_user import USER
from tests.lab.processes import lab, lab_as_user

pytestmark = pytest.mark.needs_lab
NAME = f"user-{os.getpid()}"
FORBIDDING = (
    Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    Path("/proc/sys/kernel/unprivileged_userns_clone"),
)


def may_make_namespaces() -> bool:
    values = {path.name: path.read_text().strip() for path in FORBIDDING if path.exists()}
    most = Path("/proc/sys/user/max_user_namespaces").read_text().strip()
    return most != "0" and values.get(FORBIDDING[0].name) != "1" and (
        values.get(FORBIDDING[1].name) != "0"
    )  # fmt: skip


@pytest.mark.skipif(not may_make_namespaces(), reason="this kernel allows users no namespaces")
def test_a_lab_of_an_ordinary_user() -> None:
    done = lab_as_user("up", "flannel-vxlan", "--name", NAME)
    assert done.returncode == ExitCode.OK, done.stderr
    try:
        ping = ("exec", "--name", NAME, "pod-a", "--", "ping", "-c1", "-W1", "10.244.2.2")
        assert lab_as_user(*ping).returncode == 0
        assert lab_as_user("break", "vxlan-blocked", "--name", NAME).returncode == ExitCode.OK
        assert lab_as_user(*ping).returncode == 1
        assert lab_as_user("mend", "vxlan-blocked", "--name", NAME).returncode == ExitCode.OK
        assert lab_as_user(*ping).returncode == 0
        assert NAME not in lab("status").stdout
        labs = json.loads(lab_as_user("status", "--json").stdout)["labs"]
        keeper = labs[0]["nodes"][0]["pid"]
        assert Path(f"/proc/{keeper}").stat().st_uid == USER
    finally:
        assert lab_as_user("down", "--name", NAME).returncode == ExitCode.OK
    assert not Path(f"/tmp/netdiag-labs-{USER}").exists()


def test_where_users_have_no_namespaces_one_sentence_says_so(tmp_path: Path) -> None:
    prison = tmp_path / "prison"
    (prison / "tmp").mkdir(parents=True)
    (prison / "tmp").chmod(0o1777)
    for each in (tmp_path, *tmp_path.parents[:2]):
        each.chmod(0o755)
    done = lab_as_user("up", "macvlan", "--name", NAME, prison=prison)
    assert done.returncode == ExitCode.NO_PRIVILEGE, done.stderr
    assert done.stderr.count("\n") == 1
    assert "namespaces" in done.stderr
    assert list((prison / "tmp").iterdir()) == []
