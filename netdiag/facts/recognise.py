"""Which parser reads which document: told by its name, or else by its content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from netdiag.facts.forms import form_of_json, form_of_text
from netdiag.facts.parsed import Parsed
from netdiag.facts.readers import JSON_READERS, TEXT_READERS, Reader
from netdiag.facts.sections import MAX_PROMPT, Section, looks_like_json, split_sections


class Piece(NamedTuple):
    """What one document, or a part of it, says about one thing."""

    field: str
    """What it is about: ``links``, ``routes``, ``configuration``, …"""
    parsed: Parsed[Any]
    is_text: bool
    """A text that people read; JSON says more."""
    form: str


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
    "ip6tables_save": "ip6tables-save",
    "ip6tables_save_c": "ip6tables-save",
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
        (r"ip( -\S+)* (l|li|link)\b", "ip_link"),
        (r"ip( -\S+)* (a|ad|addr|address)\b", "ip_addr"),
        (r"ip( -\S+)* (r|ro|route)\b", "ip_route"),
        (r"ip( -\S+)* (ru|rule)\b", "ip_rule"),
        (r"ip( -\S+)* (n|neigh|neighbour|neighbor)\b", "ip_neigh"),
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


def recognise(name: str, data: bytes) -> list[Piece]:
    """Return all that a document says; ``name`` is its path below ``facts/`` or the bundle."""
    if not data.strip():
        return []
    by_path = _form_of_path(name)
    if by_path == "":
        return []
    if by_path is not None:
        return _read(by_path, data, name)
    form = _form_of_name(name)
    if looks_like_json(data.lstrip()[:MAX_PROMPT].decode("utf-8", "replace")):
        known = form if form in JSON_READERS else form_of_json(data)
        return _read_json(known, data, name) if known else []
    return [piece for section in _sections(data) for piece in _read_section(form, section, name)]


def _form_of_path(name: str) -> str | None:
    """Return the form of a node's own file, or of Kubernetes' objects; empty = of no use."""
    if name.startswith("kubernetes/"):
        return "kubernetes"
    if not name.startswith("files/"):
        return None
    file = name.rpartition("/")[2]
    if "/cni/net.d/" in name and file.endswith((".conf", ".conflist", ".json")):
        return "cni"
    for end, form in _FILES:
        if name.endswith(end):
            return form
    if file.endswith((".yaml", ".yml")):
        return "kubernetes"
    return ""


_FILES = (
    ("net-conf.json", "net_conf"),
    ("subnet.env", "subnet_env"),
    ("docker/daemon.json", "daemon_json"),
    ("kubeadm-flags.env", "kubelet_env"),
    ("default/kubelet", "kubelet_env"),
    ("sysconfig/kubelet", "kubelet_env"),
    ("kubelet/config.yaml", "kubelet_configuration"),
    ("calico/mtu", "calico_mtu"),
)
"""How paths of a node's files end, and what they are."""


def _form_of_name(name: str) -> str | None:
    file = name.rpartition("/")[2].lower()
    stem = file.partition(".")[0].replace("-", "_")
    if stem.startswith("ethtool_"):
        return "ethtool"
    if stem.startswith("sysctl"):
        return "sysctl"
    return _STEMS.get(stem) or _STEMS.get(stem.removesuffix("_txt"))


def _sections(data: bytes) -> list[Section]:
    return split_sections(data.decode("utf-8", "replace"))


def _read_section(form: str | None, section: Section, name: str) -> list[Piece]:
    """Read what one command printed; its content decides where its name does not."""
    if section.command:
        line = " ".join(section.command)
        form = next((known for pattern, known in _COMMANDS if pattern.match(line)), None)
    if looks_like_json(section.text):
        data = section.text.encode()
        known = form if form in JSON_READERS else form_of_json(data)
        return _read_json(known, data, name) if known else []
    form = form or form_of_text(section.text)
    found = _read_text(form, section, name) if form else []
    if any(piece.parsed.items for piece in found):
        return found
    other = form_of_text(section.text)
    if other and other != form:
        return _read_text(other, section, name) or found
    return found


def _read(form: str, data: bytes, name: str) -> list[Piece]:
    if form in JSON_READERS:
        return _read_json(form, data, name)
    return _read_text(form, Section((), data.decode("utf-8", "replace"), 1), name)


def _read_json(form: str, data: bytes, name: str) -> list[Piece]:
    readers = JSON_READERS[form]
    return [Piece(field, read(data, name), False, form) for field, read in readers]


def _read_text(form: str, section: Section, name: str) -> list[Piece]:
    readers: tuple[tuple[str, Reader], ...] = TEXT_READERS.get(form, ())
    return [
        Piece(field, read(section.text, name, section.first_line), True, form)
        for field, read in readers
    ]
