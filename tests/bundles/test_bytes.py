"""What the simulator writes is sound in tshark's eyes: headers, checksums, tunnels."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bundles import flannel, others
from tests.bundles.network import Bundle, Fate, IcmpError, Network, Stream
from tests.bundles.simulate import write_bundle

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not here")

NETWORKS: dict[str, Network] = {
    name: value
    for module in (flannel, others)
    for name, value in vars(module).items()
    if isinstance(value, Network)
} | {
    "EGRESS": others.docker_egress("id=50123", "id=2077"),
    "FRAGMENTED": replace(
        flannel.VXLAN,
        request=flannel.VXLAN.request.replace("vxlan", "vxlan/frag"),
        reply=flannel.VXLAN.reply.replace("vxlan", "vxlan/frag"),
    ),
}
PROTOCOLS = {
    "VXLAN": "vxlan",
    "UDP": "udp.port==8285",
    "WIREGUARD": "wg.type==4",
    "CALICO_IPIP": "ip.proto==4",
    "CALICO_VXLAN": "vxlan",
    "CILIUM_GENEVE": "geneve",
    "GRE": "gre",
    "FRAGMENTED": "vxlan",
}
CHECKED = ("-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE")
PORTS = ("-d", "udp.port==8472,vxlan", "-d", "udp.port==8285,ip")
FAULTS = (
    "_ws.malformed or ip.checksum.status==0 or udp.checksum.status==0"
    " or icmp.checksum.status==0 or icmpv6.checksum.status==0"
)


def numbers(file: Path, wanted: str) -> list[int]:
    """Return the frames that a display filter lets through."""
    command = ["tshark", "-r", str(file), *CHECKED, *PORTS, "-T", "fields", "-e", "frame.number"]
    done = subprocess.run([*command, "-Y", wanted], capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_packet_is_sound(name: str, tmp_path: Path) -> None:
    stream = Stream(network=NETWORKS[name], count=1, data_bytes=99)
    write_bundle(Bundle(streams=(stream,), any_too=("node-1",)), tmp_path)
    files = sorted(map(str, tmp_path.rglob("*.pcap")))
    assert len(files) > 3
    together = tmp_path / "together.pcapng"
    subprocess.run(["mergecap", "-w", str(together), *files], capture_output=True, check=True)
    assert numbers(together, FAULTS) == []
    assert len(numbers(together, "icmp or icmpv6 or wg.type==4")) >= 4


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_tunnel_is_decoded_on_the_nic(name: str, tmp_path: Path) -> None:
    write_bundle(Bundle(streams=(Stream(network=NETWORKS[name], data_bytes=1400),)), tmp_path)
    for node in ("node-1", "node-2"):
        assert len(numbers(tmp_path / node / "ens33.pcap", PROTOCOLS[name])) == 6


def test_errors_and_statistics_are_sound(tmp_path: Path) -> None:
    error = IcmpError(
        kind="frag-needed",
        about="node-1/cni0",
        sender="10.244.1.1",
        path="node-1/cni0 64 out\nnode-1/veth3cafbbcc 64 out\nnode-1/pod-a:eth0 64 in",
        mtu=1450,
    )
    fate = Fate(request_lost_after="node-1/cni0", error=error)
    stream = Stream(network=flannel.VXLAN, data_bytes=1472, fate=fate)
    write_bundle(Bundle(streams=(stream,), dropped={"node-1/cni0": 12}), tmp_path)
    told = "icmp.type==3 and icmp.code==4 and icmp.mtu==1450 and icmp.ident==18716"
    for file in ("cni0.pcapng", "veth3cafbbcc.pcap", "pods/pod-a/eth0.pcap"):
        assert len(numbers(tmp_path / "node-1" / file, told)) == 3
        assert numbers(tmp_path / "node-1" / file, FAULTS) == []


def test_resolution_and_order(tmp_path: Path) -> None:
    streams = (Stream(network=flannel.VXLAN, count=4),)
    write_bundle(Bundle(streams=streams, resolution="us", shuffled=True), tmp_path)
    file = tmp_path / "node-1" / "cni0.pcap"
    assert file.read_bytes()[:4] == bytes.fromhex("d4c3b2a1")
    assert numbers(file, "frame.time_delta < 0")
