"""Services answer as kube-proxy's rules promise: from pods, from nodes, through node ports."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.running import Running

pytestmark = pytest.mark.needs_lab
SECONDS = 60.0
TRIES = 24
"""Both of two endpoints are met in so many, but for one case in eight million."""

WEB, STICKY, HAIRPIN, DNS = "10.96.0.100", "10.96.0.101", "10.96.0.102", "10.96.0.10"


@pytest.fixture(scope="module", params=["flannel-vxlan", "calico-vxlan", "flannel-hostgw"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    with raised(Wanted(f"services-{os.getpid()}", request.param), stays=False) as lab:
        yield lab


def ask_tcp(lab: Running, place: str, address: str, port: int = 80) -> str:
    """Return ``POD to CLIENT``: who answered, and whom it saw."""
    with lab.site.network(place):
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with client:
        client.settimeout(SECONDS)
        client.connect((address, port))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    return answer.decode().rpartition("\r\n\r\n")[2].strip()


def ask_udp(lab: Running, place: str, address: str, port: int = 53) -> str:
    with lab.site.network(place):
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with client:
        client.settimeout(SECONDS)
        client.connect((address, port))
        client.send(b"who is there?")
        return client.recv(4096).decode().strip()


def endpoints(answers: Iterator[str]) -> set[str]:
    return {answer.split()[0] for answer in answers}


@pytest.mark.parametrize("place", ["pod-a", "pod-c", "node-1", "node-2"])
def test_a_cluster_address_leads_to_all_endpoints(running: Running, place: str) -> None:
    assert endpoints(ask_tcp(running, place, WEB) for _ in range(TRIES)) == {"pod-b", "pod-c"}
    assert endpoints(ask_udp(running, place, DNS) for _ in range(TRIES)) == {"pod-b", "pod-c"}


def test_the_endpoint_sees_the_pod_itself(running: Running) -> None:
    own = str(running.cluster.pod("pod-a").address)
    assert {ask_tcp(running, "pod-a", WEB).split()[2] for _ in range(TRIES)} == {own}


@pytest.mark.parametrize("node", ["node-1", "node-2"])
@pytest.mark.parametrize("place", ["pod-a", "pod-c", "switch"])
def test_a_node_port_leads_to_all_endpoints(running: Running, node: str, place: str) -> None:
    address = str(running.cluster.node(node).address)
    asked = (ask_tcp(running, place, address, 30080) for _ in range(TRIES))
    assert endpoints(asked) == {"pod-b", "pod-c"}
    assert ask_udp(running, place, address, 30053).split()[0] in ("pod-b", "pod-c")


def test_session_affinity_stays_with_one_endpoint(running: Running) -> None:
    for place in ("pod-a", "node-2"):
        assert len(endpoints(ask_tcp(running, place, STICKY) for _ in range(TRIES))) == 1


def test_a_pod_reaches_itself_by_its_service(running: Running) -> None:
    answer = ask_tcp(running, "pod-a", HAIRPIN)
    assert answer.startswith("pod-a to ")
    seen = answer.split()[2]
    assert seen != str(running.cluster.pod("pod-a").address), "kube-proxy masquerades hairpins"
