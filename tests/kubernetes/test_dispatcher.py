"""A kubectl that chooses among others by the server's version, as Google's does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from netdiag.sources.kubernetes.dispatcher import Direct
from netdiag.sources.kubernetes.kubectl import Kubectl
from tests.kubernetes.cluster import Cluster, needs_kubectl, small_cluster

pytestmark = needs_kubectl


@pytest.fixture(scope="module")
def there() -> Iterator[Cluster]:
    with small_cluster() as made:
        yield made


def kubectl_in(folder: Path, there: Cluster, *versions: str) -> Kubectl:
    """Return a kubectl that has others of these versions beside it."""
    for name in ("kubectl", *(f"kubectl.{version}" for version in versions)):
        (folder / name).write_text(f'#!/bin/sh\nexec {shutil.which("kubectl")} "$@"\n')
        (folder / name).chmod(0o755)
    return Kubectl(kubeconfig=str(there.kubeconfig), program=str(folder / "kubectl"))


def test_the_one_of_the_servers_version_is_run(there: Cluster, tmp_path: Path) -> None:
    asked = kubectl_in(tmp_path, there, "1.30", "1.31", "1.32")
    found = Direct(asked).kubectl()
    assert found.program == str(tmp_path / "kubectl.1.31")
    assert found.get("/api/v1/nodes/node-1").object()["kind"] == "Node"


def test_without_that_one_it_is_left_to_choose(there: Cluster, tmp_path: Path) -> None:
    asked = kubectl_in(tmp_path, there, "1.29")
    assert Direct(asked).kubectl() == asked


def test_others_are_not_asked(tmp_path: Path) -> None:
    nowhere = tmp_path / "kubeconfig"  # which is not there, so that asking would fail
    asked = Kubectl(kubeconfig=str(nowhere), program=shutil.which("true") or "true")
    assert Direct(asked).kubectl() is asked
