"""What is asked of a namespace, by the names of the bundle format.

Where a program is missing, or too old to print JSON, the kernel is asked by netlink instead.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import explain
from netdiag_probe.netns import OWN, Namespace, run_in_namespace
from netdiag_probe.node.programs import Printed, Program, find_program, run_programs
from netdiag_probe.rtnetlink.addresses import indexes_in_networks
from netdiag_probe.rtnetlink.documents import DESCRIBERS, read_documents
from netdiag_probe.rtnetlink.links import Link, Links, describe_link
from netdiag_probe.rtnetlink.netlink import Netlink

RULES = {"ip_rule.json": "inet", "ip_rule_6.json": "inet6"}
"""What ``ip`` prints of one family each; the first is the document that both become."""

POD_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "ip_link.json": ("ip", "-s", "-d", "-j", "link"),
    "ip_addr.json": ("ip", "-j", "addr"),
    "ip_route.json": ("ip", "-j", "route", "show", "table", "all"),
    "ip_rule.json": ("ip", "-j", "-4", "rule"),
    "ip_rule_6.json": ("ip", "-j", "-6", "rule"),
    "ip_neigh.json": ("ip", "-j", "neigh"),
    "ss.txt": ("ss", "-lntu"),
}
"""Of a pod."""

NODE_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    **POD_PROGRAMS,
    "bridge_fdb.json": ("bridge", "-j", "fdb"),
    "bridge_link.json": ("bridge", "-d", "-j", "link"),
    "iptables-save-c.txt": ("iptables-save", "-c"),
    "iptables-nft-save.txt": ("iptables-nft-save", "-c"),
    "iptables-legacy-save.txt": ("iptables-legacy-save", "-c"),
    "ip6tables-save.txt": ("ip6tables-save", "-c"),
    "ip6tables-nft-save.txt": ("ip6tables-nft-save", "-c"),
    "ip6tables-legacy-save.txt": ("ip6tables-legacy-save", "-c"),
    "nft.txt": ("nft", "list", "ruleset"),
    "ipset-save.txt": ("ipset", "save"),
    "ipvsadm.txt": ("ipvsadm", "-Ln"),
    "conntrack.txt": ("conntrack", "-L"),
    "tc_qdisc.json": ("tc", "-s", "-j", "qdisc"),
    "wg.txt": ("wg", "show"),
}
"""Of a node."""

_LOADED = {
    "ipset": "/sys/module/ip_set",
    "ipvsadm": "/proc/net/ip_vs",
    "conntrack": "/proc/sys/net/netfilter/nf_conntrack_count",
    "iptables-legacy-save": "/proc/net/ip_tables_names",
    "ip6tables-legacy-save": "/proc/net/ip6_tables_names",
}
"""Programs that would have the kernel load a module, and what is there if it has."""

_WIREGUARD_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
_MOST_DEVICES = 64
"""How many devices are asked what they offload."""
_WITHOUT_WIRE = frozenset(("bridge", "dummy", "ifb", "vrf", "nlmon"))


@dataclass
class Answers:
    """Documents by name, and what is wrong with those that are missing or cut."""

    documents: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def ask_node(lifeline: Lifeline) -> Answers:
    """Return what programs and the kernel say of the namespace that this process is in."""
    more: dict[str, tuple[str, ...]] = {}
    if find_program("ethtool"):
        more = {f"ethtool_{name}.txt": ("ethtool", "-k", name) for name in _wired_devices()}
    return ask(OWN, {**NODE_PROGRAMS, **more}, lifeline)


def ask(namespace: Namespace, wanted: Mapping[str, tuple[str, ...]], lifeline: Lifeline) -> Answers:
    """Return what programs, or the kernel in their place, say of a namespace."""
    answers = Answers()
    programs = [
        Program(document, words, namespace)
        for document, words in wanted.items()
        if find_program(words[0]) and _is_loaded(words[0]) and not _is_the_usual(words[0])
    ]
    failed: dict[str, str | None] = {}
    for printed in run_programs(programs, lifeline):
        document = printed.program.document
        if _is_whole(printed) or (printed.text and not document.endswith(".json")):
            answers.documents[document] = _without_keys(document, printed.text)
            answers.problems += [printed.problem] if printed.problem else []
        else:
            failed[document] = printed.problem
    _join_rules(answers.documents)
    missing = [name for name in wanted if name not in answers.documents]
    _ask_kernel(namespace, [name for name in missing if name in DESCRIBERS], answers)
    told = answers.documents.keys() | (RULES if "ip_rule.json" in answers.documents else ())
    still = (problem for name, problem in failed.items() if name not in told)
    answers.problems += [problem for problem in still if problem]
    return answers


def ask_kernel(namespace: Namespace, names: Iterable[str]) -> Answers:
    """Return what the kernel itself says of a namespace: documents of iproute2's shape."""
    answers = Answers()
    _ask_kernel(namespace, [name for name in names if name in DESCRIBERS], answers)
    return answers


def _ask_kernel(namespace: Namespace, names: list[str], answers: Answers) -> None:
    if not names:
        return
    try:
        documents, problems = run_in_namespace(namespace, lambda: read_documents(names))
    except OSError as error:
        answers.problems.append(f"{', '.join(names)}: {explain(error)}")
        return
    answers.documents.update(documents)
    answers.problems += problems


def _is_whole(printed: Printed) -> bool:
    """Return True for what is complete, and JSON where JSON was asked for."""
    if printed.problem is not None:
        return False
    if not printed.program.document.endswith(".json"):
        return True
    text = printed.text.strip()
    return text[:1] == "[" and text[-1:] == "]"


def _join_rules(documents: dict[str, str]) -> None:
    """Make one document of the rules of both families; where one is missing, of none."""
    printed = {family: documents.pop(name, "") for name, family in RULES.items()}
    with contextlib.suppress(ValueError, TypeError):  # then the kernel is asked
        rules = [
            {"family": family, **rule}
            for family, text in printed.items()
            for rule in json.loads(text)
        ]
        documents["ip_rule.json"] = json.dumps(rules)


def _without_keys(document: str, text: str) -> str:
    return _WIREGUARD_KEY.sub("(hidden)", text) if document == "wg.txt" else text


def _is_loaded(program: str) -> bool:
    return program not in _LOADED or os.path.exists(_LOADED[program])


def _is_the_usual(program: str) -> bool:
    """Tell whether this is what ``iptables-save`` leads to, too: then that says it all."""
    for backend in ("-nft-", "-legacy-"):
        usual = find_program(program.replace(backend, "-")) if backend in program else None
        if usual:
            return os.path.realpath(usual) == os.path.realpath(find_program(program) or program)
    return False


def _wired_devices() -> list[str]:
    """Return the devices that packets leave a node by: NICs and tunnels."""
    try:
        with Netlink() as netlink:
            links = Links(netlink)
            in_networks = indexes_in_networks(netlink)
    except OSError:
        return []
    found = [link.name for link in links.all if _has_wire(link, links, in_networks)]
    return found[:_MOST_DEVICES]


def _has_wire(link: Link, links: Links, in_networks: frozenset[int]) -> bool:
    """Return False for what leads to pods only: a veth leads out if it is in a network."""
    told = describe_link(link, links)
    kind = told.get("linkinfo", {}).get("info_kind")
    if kind == "veth":
        return link.number in in_networks
    return told["link_type"] != "loopback" and kind not in _WITHOUT_WIRE
