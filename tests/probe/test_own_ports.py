"""The ports of a namespace's own tunnels, which may be any."""

from __future__ import annotations

import sys

import pytest

from tests.probe.namespaces import namespaces

pytestmark = pytest.mark.needs_lab
ASK = "from netdiag_probe.filters.own_ports import own_tunnel_ports; print(own_tunnel_ports())"


def test_ports_of_vxlan_devices_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "probes", prepend=":")
    with namespaces() as made:
        name = made.add("ports")
        for vni, port in (("7", "4999"), ("8", "4789"), ("9", "4999")):
            made.ip(name, *("link", "add", f"vx{vni}", "type", "vxlan", "id", vni),
                    *("dstport", port))  # fmt: skip
        assert made.inside(name, sys.executable, "-c", ASK) == "[4789, 4999]\n"
