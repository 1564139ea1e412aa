"""The facts of this machine: the documents of the bundle format, from the programs that print them.

Everything here only reads. What is missing, or not permitted, is among the facts' problems.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess

from netdiag.facts.assembly import Assembly
from netdiag.model.facts.facts import Facts
from netdiag.sources.interface_names import MAX_DOCUMENT_BYTES

TIME_LIMIT_S = 10

COMMANDS: dict[str, tuple[str, ...]] = {
    "ip_link.json": ("ip", "-s", "-d", "-j", "link"),
    "ip_addr.json": ("ip", "-j", "addr"),
    "ip_route.json": ("ip", "-j", "route", "show", "table", "all"),
    "ip_rule.json": ("ip", "-j", "rule"),
    "ip_neigh.json": ("ip", "-j", "neigh"),
    "bridge_fdb.json": ("bridge", "-j", "fdb"),
    "bridge_link.json": ("bridge", "-j", "link"),
    "iptables-save-c.txt": ("iptables-save", "-c"),
}
"""What is asked for, under its name in a bundle."""

NEEDED = "ip"
OPTIONAL = ("iptables-save",)
"""Programs that not every node has; without them nothing is wrong."""

FILES = (
    "/etc/cni/net.d/*.conf",
    "/etc/cni/net.d/*.conflist",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d/*.conf",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d/*.conflist",
    "/var/snap/microk8s/current/args/cni-network/*.conf",
    "/var/snap/microk8s/current/args/cni-network/*.conflist",
    "/var/snap/microk8s/current/args/flannel-network-mgr-config",
    "/run/flannel/subnet.env",
    "/etc/kube-flannel/net-conf.json",
    "/var/lib/rancher/k3s/agent/etc/flannel/net-conf.json",
    "/etc/docker/daemon.json",
    "/var/lib/kubelet/kubeadm-flags.env",
    "/etc/default/kubelet",
    "/etc/sysconfig/kubelet",
    "/var/lib/k0s/kubelet-config.yaml",
    "/var/lib/calico/mtu",
)
"""Configuration files that hold no secrets."""

PROGRAMS = ("kubelet", "flanneld", "kube-proxy", "dockerd", "kube-router", "calico-node")


class MissingToolError(Exception):
    """Without this program nothing can be said; the message is a sentence for the user."""


def read_this_node() -> Facts:
    """Return the facts of the machine that this runs on; raise ``MissingToolError``."""
    if shutil.which(NEEDED) is None:
        raise MissingToolError(f"this needs the program {NEEDED} (Debian: iproute2)")
    node = socket.gethostname() or "this-node"
    assembly = Assembly()
    for name, command in COMMANDS.items():
        data, problem = _output(command)
        if problem and command[0] not in OPTIONAL:
            assembly.report_problem(node, name, problem)
        assembly.add(node, None, False, name, data)
    for pattern in FILES:
        for path in sorted(glob.glob(pattern)):
            _add_file(assembly, node, path)
    assembly.add(node, None, False, "cmdlines.txt", _command_lines())
    assembly.add(node, None, False, "hostname.txt", node.encode())
    return assembly.facts()


def _output(command: tuple[str, ...]) -> tuple[bytes, str]:
    """Return what a command prints, and why it does not, in a few words."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except FileNotFoundError:
        return b"", f"the program {command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return b"", f"{command[0]} took longer than {TIME_LIMIT_S} s"
    except OSError as error:
        return b"", f"{command[0]}: {error.strerror}"
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        return done.stdout, f"{command[0]} failed: {said or f'exit code {done.returncode}'}"
    return done.stdout[: MAX_DOCUMENT_BYTES + 1], ""


def _add_file(assembly: Assembly, node: str, path: str) -> None:
    name = f"files{path}"
    try:
        with open(path, "rb") as file:
            assembly.add(node, None, False, name, file.read(MAX_DOCUMENT_BYTES))
    except OSError as error:
        assembly.report_problem(node, name, error.strerror or str(error))


def _command_lines() -> bytes:
    """Return the command lines of those processes that make a pod network."""
    lines: list[bytes] = []
    for path in sorted(glob.glob("/proc/[0-9]*/cmdline")):
        try:
            with open(path, "rb") as file:
                words = file.read(65536).rstrip(b"\0").split(b"\0")
        except OSError:
            continue
        program = os.path.basename(words[0]).decode("utf-8", "replace")
        if program in PROGRAMS:
            lines.append(b" ".join(word.replace(b"\n", b" ") for word in words))
    return b"\n".join(lines)
