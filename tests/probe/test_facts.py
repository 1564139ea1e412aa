"""``facts`` on the nodes of labs: all documents, all pods, no secret."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from netdiag.facts.assembly import Assembly
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.recording import write_facts
from netdiag.lab.running import Running
from tests.probe.processes import command, environment, probe

pytestmark = pytest.mark.needs_lab
SECRET = "hunter2"
KEY = base64.b64encode(bytes(range(32))).decode()
PARSED_ALIKE = (
    "ip_link.json", "ip_addr.json", "ip_route.json", "ip_rule.json", "bridge_fdb.json",
    "iptables-save-c.txt", "ss.txt", "hostname.txt",
)  # fmt: skip


@pytest.fixture(scope="module", params=["flannel-vxlan", "calico-bgp"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with raised(Wanted(f"facts-{os.getpid()}", request.param), stays=False) as lab:
        plant_secrets(lab)
        yield lab


def plant_secrets(lab: Running) -> None:
    """Put secrets wherever a node has some."""
    site, node = lab.site, "node-1"
    net_d = "/etc/cni/net.d"
    site.write_file(node, f"{net_d}/calico-kubeconfig", f"token: {SECRET}\n")
    site.write_file(node, f"{net_d}/99-kubeconfig.conf", f"users:\n  client-key-data: {SECRET}\n")
    auth = {"name": "x", "plugins": [{"type": "calico", "k8s_auth_token": SECRET}]}
    site.write_file(node, f"{net_d}/98-token.conflist", json.dumps(auth))
    site.write_file(node, "/etc/kubernetes/admin.conf", f"password: {SECRET}\n")
    site.write_file(node, "/etc/kube-flannel/psk.json", json.dumps({"Backend": {"PSK": KEY}}))


def facts_of(lab: Running, place: str, *words: object) -> dict[str, Any]:
    """Return what the probe says there, when its own environment holds a secret."""
    process = lab.site.spawn(
        place, ["env", f"SECRET={SECRET}", f"PYTHONPATH={environment()['PYTHONPATH']}",
                *command("facts", *words)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    printed, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) == (0, "")
    assert SECRET not in printed
    assert KEY not in printed
    found: dict[str, Any] = json.loads(printed)
    return found


def test_a_node_says_what_a_recording_holds(running: Running, tmp_path: Any) -> None:
    found = facts_of(running, "node-1")
    write_facts(running, tmp_path, "facts")
    folder = tmp_path / "node-1" / "facts"
    recorded = {each.name: each for each in folder.iterdir() if each.is_file()}
    assert found["hostname"] == "node-1"
    assert recorded.keys() <= found["documents"].keys()
    assembled = Assembly()
    for name, text in found["documents"].items():
        assembled.add("node-1", None, False, name, text.encode())
    facts = assembled.facts()
    assert facts.problems == ()
    for name in PARSED_ALIKE:
        assert len(found["documents"][name]) > 0
    expected = Assembly()
    for name in ("ip_addr.json", "ip_route.json", "ip_rule.json"):
        expected.add("node-1", None, False, name, recorded[name].read_bytes())
    told, wanted = facts.nodes["node-1"].host, expected.facts().nodes["node-1"].host
    assert told.routes == wanted.routes
    assert told.addresses == wanted.addresses
    of_ipv4 = tuple(replace(rule, is_ipv6=None) for rule in told.rules or () if not rule.is_ipv6)
    assert of_ipv4 == wanted.rules
    assert any(rule.is_ipv6 for rule in told.rules or ())
    assert (facts.nodes["node-1"].sysctls or {})["net.ipv4.ip_forward"] == "1"


def test_command_lines_are_those_of_this_node(running: Running) -> None:
    birds = facts_of(running, "node-1")["documents"]["cmdlines.txt"].count("/bird ")
    assert birds == (running.mode.name == "calico-bgp"), "the other node has one, too"


def test_files_are_those_of_the_mode_without_secrets(running: Running) -> None:
    found = facts_of(running, "node-1")
    files = {
        name.removeprefix("files"): text
        for name, text in found["documents"].items()
        if name.startswith("files/")
    }
    wanted = running.mode.files(running.cluster, running.cluster.node("node-1"))
    assert {path: files.get(path) for path in wanted} == wanted
    assert "/etc/cni/net.d/calico-kubeconfig" not in files
    assert "/etc/cni/net.d/99-kubeconfig.conf" not in files
    assert json.loads(files["/etc/cni/net.d/98-token.conflist"])["plugins"] == [
        {"type": "calico", "k8s_auth_token": "(hidden)"}
    ]
    assert found["problems"] == [
        "files/etc/cni/net.d/99-kubeconfig.conf: holds credentials, left out"
    ]


def test_pods_are_found_with_their_names_and_addresses(running: Running) -> None:
    found = facts_of(running, "node-1", "--pods")
    by_name = {pod["hostname"]: pod for pod in found["pods"]}
    for pod in running.cluster.pods:
        told = by_name[pod.name]
        assert str(pod.address) in told["addresses"]
        assert told["netns"] == os.stat(f"/proc/{running.site.places[pod.name]}/ns/net").st_ino
        assert (told["uid"], told["containers"], told["name"]) == (None, [], None)
        assert "label" not in told
        routes = json.loads(told["documents"]["ip_route.json"])
        assert any(route["dst"] == "default" for route in routes)
    assert "node-1" not in by_name
    assert all(not pod["documents"] for pod in facts_of(running, "node-1")["pods"])


def test_a_pod_that_is_named_is_told_of_under_its_label() -> None:
    with raised(Wanted(f"facts-label-{os.getpid()}", "flannel-hostgw"), stays=False) as lab:
        process = lab.site.places["pod-a"]
        done = probe("facts", "--netns", f"one={process}", "--netns", f"two=/proc/{process}/ns/net")
    found = json.loads(done.stdout)
    one, two = found["pods"][:2]
    assert (one["label"], one["pid"], one["hostname"]) == ("one", process, "pod-a")
    assert (two["label"], two["netns"]) == ("two", one["netns"])
    assert one["addresses"] == two["addresses"] == [str(lab.cluster.pod("pod-a").address)]
    assert one["documents"].keys() == two["documents"].keys() >= {"ip_link.json", "ip_route.json"}
    assert found["hostname"] == socket.gethostname()


def test_wireguard_shows_no_keys() -> None:
    with raised(Wanted(f"facts-wireguard-{os.getpid()}", "flannel-wireguard"), stays=False) as lab:
        keys = lab.site.run("node-1", ("wg", "show", "all", "dump")).split()
        found = facts_of(lab, "node-1")
    keys = [key for key in keys if len(key) == 44]
    assert len(keys) >= 3
    text = found["documents"]["wg.txt"]
    assert "peer: (hidden)" in text
    assert not [key for key in keys if key in json.dumps(found)]


def test_a_namespace_that_is_gone_is_a_problem() -> None:
    done = probe("facts", "--netns", "gone=999999999")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["pods"][0]["label"] == "gone"
    assert any("/proc/999999999/ns/net" in problem for problem in found["problems"])


def test_without_privilege_there_is_less_and_it_says_so() -> None:
    without = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    done = probe("facts", before=without)
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert "ip_link.json" in found["documents"]
    assert any("nft.txt" in problem for problem in found["problems"])
