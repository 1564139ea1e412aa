"""Configuration files of a node: those of a list, and never what a link leads to elsewhere.

A file counts only if it is really in the folder that the list names, under a name that the list
allows: a link from there to a kubeconfig, or to another folder, is not followed.
"""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from collections.abc import Iterator, Sequence

from netdiag_probe.messages import explain
from netdiag_probe.node.secrets import hide_in_text, is_credentials

FILES = (
    "/etc/cni/net.d/*.conf",
    "/etc/cni/net.d/*.conflist",
    "/etc/cni/net.d/*.json",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d/*.conf",
    "/var/lib/rancher/k3s/agent/etc/cni/net.d/*.conflist",
    "/var/lib/rancher/k3s/agent/etc/flannel/net-conf.json",
    "/var/snap/microk8s/current/args/cni-network/*.conf",
    "/var/snap/microk8s/current/args/cni-network/*.conflist",
    "/var/snap/microk8s/current/args/flannel-network-mgr-config",
    "/run/flannel/subnet.env",
    "/etc/kube-flannel/*.json",
    "/etc/docker/daemon.json",
    "/var/lib/kubelet/kubeadm-flags.env",
    "/etc/default/kubelet",
    "/etc/sysconfig/kubelet",
    "/var/lib/k0s/kubelet-config.yaml",
    "/var/lib/calico/mtu",
    "/var/lib/calico/nodename",
    "/var/lib/calico/ippool.yaml",
    "/var/lib/calico/felixconfiguration.yaml",
    "/etc/kubernetes/kube-router.yaml",
    "/etc/bird.conf",
    "/etc/bird/bird.conf",
    "/etc/bird/bird6.conf",
    "/etc/calico/confd/config/bird.cfg",
    "/etc/calico/confd/config/bird6.cfg",
)
"""Nothing else is opened."""

MOST_BYTES = 1024 * 1024
_MOST_FILES = 200


def read_files(patterns: Sequence[str] = FILES) -> tuple[dict[str, str], list[str]]:
    """Return files as documents (``files/etc/…``), without secrets, and what is wrong."""
    documents: dict[str, str] = {}
    problems: list[str] = []
    for pattern, path in _found(patterns):
        if len(documents) == _MOST_FILES:
            problems.append(
                f"files: more than {_MOST_FILES} configuration files, the rest left out"
            )
            break
        try:
            text = _read_file(path, pattern)
        except OSError as error:
            problems.append(f"files{path}: {explain(error)}")
            continue
        if is_credentials(text):
            problems.append(f"files{path}: holds credentials, left out")
        else:
            documents[f"files{path}"] = hide_in_text(text)
    return documents, problems


def _found(patterns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for path in sorted(glob.glob(pattern)):
            yield pattern, path


def _read_file(path: str, pattern: str) -> str:
    """Return a file's text. Raises OSError, also if it is not what the pattern stands for."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(0, "is no regular file, left out")
        if not _is_meant(os.readlink(f"/proc/self/fd/{file}"), pattern):
            raise OSError(0, "leads elsewhere, left out")
        data = os.read(file, MOST_BYTES + 1)
    finally:
        os.close(file)
    if len(data) > MOST_BYTES:
        raise OSError(0, f"is larger than {MOST_BYTES} bytes, left out")
    return data.decode("utf-8", "replace")


def _is_meant(real_path: str, pattern: str) -> bool:
    """Return True for a file in the pattern's folder, or below it, with a name that it allows."""
    folder, _, name = pattern.rpartition("/")
    real_folder = os.path.realpath(folder)
    is_inside = real_path.startswith(f"{real_folder}/")
    return is_inside and fnmatch.fnmatchcase(real_path.rpartition("/")[2], name)
