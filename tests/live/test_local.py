"""``--local``: pods of this machine, by what their processes tell, and whoever may not look."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.sources.inventory import local
from netdiag.sources.inventory.ends import find_end
from netdiag.sources.inventory.local import local_inventory
from netdiag.sources.inventory.places import InventoryError
from netdiag.sources.live.documents import Question
from netdiag.sources.zipapp import probe_archive
from tests.cli.processes import NETDIAG, ROOT, environment
from tests.live.machine_with_pods import Container, Machine, cgroup_root, machine

NO_CGROUPS = "control groups cannot be made here"
UIDS = ("0b6e6f0c-2b7d-4f4e-9a67-1f3a5c1d2e3f", "7c1d2e3f-2b7d-4f4e-9a67-1f3a0b6e6f0c")
IDS = tuple(f"{number}{'c' * 63}" for number in range(4))
LOGS = (f"default_web_{UIDS[0]}", f"kube-system_other_{'ab' * 16}")
SYSTEMD = (
    f"kubepods.slice/kubepods-pod{UIDS[1].replace('-', '_')}.slice/cri-containerd-{IDS[2]}.scope"
)


@pytest.fixture(scope="module")
def its() -> Iterator[Machine]:
    if cgroup_root() is None:
        pytest.skip(NO_CGROUPS)
    with machine() as its:
        folder = f"kubepods/burstable/pod{UIDS[0]}"
        its.add_pod(
            1, [Container("web", f"{folder}/{IDS[0]}"), Container("", f"{folder}/{IDS[1]}")]
        )
        its.add_pod(2, [Container("web", SYSTEMD)])
        its.add_pod(3, [Container("db", f"system.slice/docker-{IDS[3]}.scope")])
        its.add_pod(4, [Container("db")])
        its.add_pod(5, [Container("../x y=\033")])
        yield its


def ends(report: dict[str, Any]) -> tuple[str, str]:
    ping = report["pings"][0]
    return ping["source"]["name"], ping["destination"]["name"]


@pytest.mark.needs_lab
@pytest.mark.parametrize(
    "typed",
    ["default/web", "pod/default/web", UIDS[0], IDS[0], IDS[1], IDS[1][:12], "10.88.1.2"],
)
def test_a_pod_of_kubelet_is_found_by_all_that_it_is_called(its: Machine, typed: str) -> None:
    report = its.report(typed, "10.88.4.2", "-c1", logs=LOGS)
    assert report["totals"]["answered"] == 1
    first = report["pings"][0]["request"][0]
    assert first["pod"] == "default/web"


@pytest.mark.needs_lab
def test_pods_of_one_name_are_told_apart_and_kept_apart(its: Machine, tmp_path: Path) -> None:
    for typed in ("web", "db"):
        done = its.netdiag("trace", "--local", typed, "10.88.4.2", logs=LOGS)
        assert done.returncode == ExitCode.USAGE
        assert f"netdiag trace: '{typed}' may be pod/" in done.stderr
    one, other = f"db~{IDS[3][:12]}", f"db~{its.processes[4].pid}"
    both = ", ".join(sorted((f"pod/{one}", f"pod/{other}")))
    assert f"'db' may be {both}: say which" in done.stderr
    case = tmp_path / "case"
    report = its.report(f"pod/{one}", f"pod/{other}", "--save", case, logs=LOGS)
    assert report["totals"]["answered"] == 3
    pods = {path.name for path in next(case.glob("*/facts/pods")).iterdir()}
    assert {one, other} <= pods
    assert its.report(UIDS[1], "10.88.1.2", "-c1", logs=LOGS)["totals"]["answered"] == 1


@pytest.mark.needs_lab
def test_without_kubelet_a_host_name_counts(its: Machine) -> None:
    done = its.netdiag("trace", "--local", "web", "10.88.4.2")
    assert f"'web' may be pod/web~{UIDS[0][:8]}, pod/web~{UIDS[1][:8]}: say which" in done.stderr


@pytest.mark.needs_lab
def test_a_pod_may_call_itself_anything(its: Machine, tmp_path: Path) -> None:
    case = tmp_path / "case"
    report = its.report("10.88.5.2", "10.88.4.2", "--save", case, logs=LOGS)
    assert report["pings"][0]["request"][0]["pod"] == "_x_y_"
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


@pytest.mark.needs_lab
def test_pods_of_a_lab_are_none_of_this_machine() -> None:
    """Who asks for one is told where it is, and what could not be looked at; nobody else is."""
    with raised(Wanted(f"not-local-{os.getpid()}", "flannel-hostgw"), stays=False) as lab:
        found = local_inventory()
        process = lab.lab.places["pod-a"]
        listed = Question(found.nodes[0], ["--places"], probe_archive()).answer()[0] or {}
    number = {each["pid"]: each["netns"] for each in listed["pods"]}[process]
    assert number
    assert str(process) not in {pod.netns for pod in found.pods}
    assert not [each for each in found.problems if "looked at" in each]
    assert any(note.startswith("--lab NAME looks in the lab") for note in found.notes)
    with pytest.raises(InventoryError, match=r"'no-such-pod' is no pod, .*; --lab NAME looks in"):
        find_end(found, "no-such-pod")


def test_an_ordinary_user_gets_one_sentence() -> None:
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    without = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    for before in (user, without):
        for words in (("trace", "a", "b"), ("collect", "--save", "/tmp/none")):
            done = subprocess.run(
                [*before, *NETDIAG, *words, "--local"], cwd=ROOT, env=environment(),
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == ExitCode.NO_PRIVILEGE
            assert done.stderr.startswith("netdiag: capturing on this machine needs CAP_NET_RAW")
            assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "told",
    [
        {}, {"documents": [], "pods": {}, "problems": 7},
        {"documents": {"ip_addr.json": 7}}, {"documents": {"ip_addr.json": "[[7], {}, 7]"}},
        {"documents": {"ip_addr.json": '[{"addr_info": [7, {"local": 7}, {"local": []}]}]'}},
        {"pods": [7, {}, {"pid": "1", "addresses": ["10.0.0.1"]}, {"pid": 1, "addresses": [[]]}]},
        {"pods": [{"pid": 1, "addresses": {"10.0.0.1": 1}}], "problems": [7, []]},
    ],
)  # fmt: skip
def test_an_answer_of_odd_shape_is_passed_over(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd:
        def __init__(self, *_: object) -> None: ...

        def answer(self) -> tuple[dict[str, Any], str]:
            return json.loads(json.dumps(told)), ""

    monkeypatch.setattr(local, "Question", Odd)
    monkeypatch.setattr(local, "has_capability", lambda _: True)
    found = local_inventory()
    assert (found.nodes[0].addresses, found.pods, found.problems) == ((), (), ())
