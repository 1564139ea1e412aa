"""What documents are called, and the commands and files that they come from, with their forms."""

from __future__ import annotations

import re
from collections.abc import Mapping

NOT_READ = ""
"""Known, and of no use."""

_STEMS: Mapping[str, str] = {
    "ip_link": "ip_link",
    "ip_addr": "ip_addr",
    "ip_address": "ip_addr",
    "ip_a": "ip_addr",
    "ip_route": "ip_route",
    "ip_r": "ip_route",
    "ip_rule": "ip_rule",
    "ip_neigh": "ip_neigh",
    "ip_neighbour": "ip_neigh",
    "bridge_fdb": "bridge_fdb",
    "bridge_link": "bridge_link",
    "iptables_save": "iptables-save",
    "iptables_save_c": "iptables-save",
    "iptables_nft_save": "iptables-save",
    "iptables_legacy_save": "iptables-save",
    "ip6tables_save": "ip6tables-save",
    "ip6tables_save_c": "ip6tables-save",
    "ip6tables_nft_save": "ip6tables-save",
    "ip6tables_legacy_save": "ip6tables-save",
    "nft": "nft",
    "ipset_save": "ipset",
    "ipset": "ipset",
    "ipvsadm": "ipvs",
    "conntrack": "conntrack",
    "ss": "sockets",
    "tc_qdisc": "qdisc",
    "netstat": "snmp",
    "hostname": "hostname",
    "cmdlines": "command_lines",
    "wg": "wg",
    "etcd": "etcd",
    "ifconfig": "ifconfig",
    "route_n": "route_n",
    "brctl": "brctl",
    "brctl_show": "brctl",
    "arp": "arp",
    "calicoctl": "calicoctl",
    "etcdctl": "etcd",
    "subnet": "subnet_env",
    "daemon": "daemon_json",
    "net_conf": "net_conf",
    "kubeadm_flags": "kubelet_env",
}
"""Names of documents without extension, ``-`` and ``_`` alike, a trailing ``_txt`` left out."""

_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"ip( -\S+| inet6?)* (l|li|link)\b", "ip_link"),
        (r"ip( -\S+| inet6?)* (a|ad|addr|address)\b", "ip_addr"),
        (r"ip( -\S+| inet6?)* (r|ro|route) (g|get)\b", NOT_READ),
        (r"ip( -\S+| inet6?)* (r|ro|route)\b", "ip_route"),
        (r"ip( -\S+| inet6?)* (ru|rule)\b", "ip_rule"),
        (r"ip( -\S+| inet6?)* (n|neigh|neighbour|neighbor)\b", "ip_neigh"),
        (r"bridge( -\S+)* fdb\b", "bridge_fdb"),
        (r"bridge( -\S+)* link\b", "bridge_link"),
        (r"brctl show", "brctl"),
        (r"ifconfig\b", "ifconfig"),
        (r"(route\b|netstat -\S*r)", "route_n"),
        (r"arp\b", "arp"),
        (r"ip6tables(-legacy|-nft)?-save", "ip6tables-save"),
        (r"iptables(-legacy|-nft)?-save", "iptables-save"),
        (r"ip6?tables.* -\S*S", "iptables-save"),
        (r"ip6?tables\b", "iptables-list"),
        (r"nft\b", "nft"),
        (r"conntrack\b", "conntrack"),
        (r"ss\b", "sockets"),
        (r"sysctl\b", "sysctl"),
        (r"wg\b", "wg"),
        (r"calicoctl\b.*\b(ippools?|pools?)\b", "calicoctl"),
        (r"etcdctl\b", "etcd"),
        (r"ps\b|pgrep\b", "command_lines"),
        (r"hostname\b", "hostname"),
    )
)
"""What commands print, by how they begin; the first that fits counts."""

_FILES = (
    ("net-conf.json", "net_conf"),
    ("args/flannel-network-mgr-config", "net_conf"),
    ("subnet.env", "subnet_env"),
    ("docker/daemon.json", "daemon_json"),
    ("kubeadm-flags.env", "kubelet_env"),
    ("default/kubelet", "kubelet_env"),
    ("sysconfig/kubelet", "kubelet_env"),
    ("kubelet/config.yaml", "kubelet_configuration"),
    ("kubelet-config.yaml", "kubelet_configuration"),
    ("calico/mtu", "calico_mtu"),
)
"""How paths of a node's files end, and what they are."""

TRACE = "trace.json"
"""How a bundle was made."""

_LOGS = {
    "ping.jsonl": "ping_log",
    "connect.jsonl": "connect_log",
    "drops.jsonl": "kernel_log",
    "rules.jsonl": "kernel_log",
}
"""What probes reported, beside ``facts/``."""

_CNI_FOLDERS = ("/cni/net.d/", "/args/cni-network/")
_CNI_ENDINGS = (".conf", ".conflist", ".json")
_ENDINGS = (".txt", ".json", ".log", ".out")
_DEVICE = re.compile(
    r"(?P<form>bridge_fdb|ip_neigh|ip_route)(?:_show)?(?P<dev>_dev)?_(?P<device>\S{1,15})"
)


def form_of_path(name: str) -> str | None:
    """Return the form of a node's own file, or of Kubernetes' objects; empty = of no use."""
    if name.startswith("kubernetes/"):
        return "kubernetes"
    if name in _LOGS:
        return _LOGS[name]
    if name == TRACE:
        return "trace"
    if not name.startswith("files/"):
        return None
    file = name.rpartition("/")[2]
    if file.endswith(_CNI_ENDINGS) and any(folder in name for folder in _CNI_FOLDERS):
        return "cni"
    for end, form in _FILES:
        if name.endswith(end):
            return form
    if file.endswith((".yaml", ".yml")):
        return "kubernetes"
    return NOT_READ


def form_of_name(name: str) -> str | None:
    """Return the form of a document that is called as the bundle format wants."""
    file = name.rpartition("/")[2].lower()
    stem = file.partition(".")[0].replace("-", "_")
    if stem.startswith("ethtool_"):
        return "ethtool"
    if stem.startswith("sysctl"):
        return "sysctl"
    known = _STEMS.get(stem) or _STEMS.get(stem.removesuffix("_txt"))
    return known or (_form_and_device(name) or (None,))[0]


def form_of_command(command: tuple[str, ...]) -> str | None:
    """Return the form of what a command prints."""
    line = " ".join(command)
    return next((form for pattern, form in _COMMANDS if pattern.match(line)), None)


def device_of_name(name: str) -> str | None:
    """Return the device that a document's name names: ``bridge_fdb_flannel.1.txt``."""
    return (_form_and_device(name) or (None, None))[1]


def _form_and_device(name: str) -> tuple[str, str] | None:
    file = name.rpartition("/")[2]
    stem = next((file.removesuffix(end) for end in _ENDINGS if file.endswith(end)), file)
    found = _DEVICE.fullmatch(stem)
    if found is None or found["device"] == "txt":
        return None
    is_sure = found["dev"] or found["form"] != "ip_route"
    return (found["form"], found["device"]) if is_sure else None
