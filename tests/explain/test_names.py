"""Who has an address: pods by Kubernetes and by their folders, services, nodes."""

from __future__ import annotations

from typing import Any

import pytest

from netdiag.explain.names import Names
from netdiag.model.facts.cluster import Cluster, Node, Pod, Service
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import Address, Namespace
from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Source

SOURCE = Source("kubernetes/pods.json")


def pod(name: str, *addresses: str, **more: Any) -> Pod:
    values: dict[str, Any] = {"host_network": False, "phase": "Running"} | more
    return Pod("shop", name, "node-1", addresses, source=SOURCE, containers=(), labels={}, **values)


def owned(device: str, address: str, length: int = 24, scope: str | None = "global") -> Address:
    return Address(device, address, length, "ip_addr.json", 0, scope=scope)


FACTS = Facts(
    nodes={
        "node-1": NodeFacts(
            "node-1",
            host=Namespace(addresses=(owned("eth0", "10.1.10.9"), owned("lo", "127.0.0.1", 8))),
            pods={
                "shop_web-0": Namespace(
                    addresses=(
                        owned("eth0", "10.244.1.2"),
                        owned("eth0", "fe80::2", 64, "link"),
                        owned("lo", "127.0.0.1", 8, "host"),
                    )
                ),
                "folder-only": Namespace(addresses=(owned("eth0", "10.244.1.9"),)),
                "host-network": Namespace(addresses=(owned("eth0", "10.1.10.9"),)),
            },
        )
    },
    cluster=Cluster(
        pods=(
            pod("web-0", "10.244.1.2", "fd00::2"),
            pod("agent", "10.1.10.9", host_network=True),
            pod("done", "10.244.1.5", phase="Succeeded"),
            pod("failed", "10.244.1.6", phase="Failed"),
            pod("new", "10.244.1.5"),
            pod("two-nets", "10.244.1.7", attachments=(("mac", "net1", ("192.168.5.7",)),)),
        ),
        nodes=(
            Node("worker.example", ("10.1.10.9",), None, (), SOURCE),
            Node("other", ("10.1.10.10",), None, (), SOURCE),
        ),
        services=(
            Service("shop", "web", "ClusterIP", ("10.96.0.7",), ("203.0.113.5",), (), SOURCE),
        ),
    ),
)
NAMES = Names(FACTS)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("10.244.1.2", "shop/web-0"),
        ("fd00::2", "shop/web-0"),
        ("10.244.1.9", "folder-only"),
        ("10.244.1.5", "shop/new"),
        ("10.244.1.6", None),
        ("192.168.5.7", "shop/two-nets"),
        ("10.96.0.7", "service shop/web"),
        ("203.0.113.5", "service shop/web"),
        ("10.1.10.9", "worker.example"),
        ("10.1.10.10", "other"),
        ("127.0.0.1", None),
        ("fe80::2", None),
        ("8.8.8.8", None),
    ],
)
def test_names(address: str, name: str | None) -> None:
    assert NAMES.of(address) == name
    told = NAMES.pod_of(address)
    assert told == (name if name and not name.startswith(("service", "worker", "other")) else None)


def test_words() -> None:
    assert NAMES.told("10.244.1.2") == "10.244.1.2 (shop/web-0)"
    assert NAMES.told("8.8.8.8") == "8.8.8.8"
    assert NAMES.way("10.244.1.2", "8.8.8.8") == "10.244.1.2 (shop/web-0) → 8.8.8.8"
    assert NAMES.named(["8.8.8.8", "10.96.0.7", "10.96.0.7"]) == {"10.96.0.7": "service shop/web"}


def test_without_facts() -> None:
    assert Names().of("10.244.1.2") is None
    assert Names().pod_of(None) is None
