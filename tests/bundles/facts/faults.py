"""Faults as a node's kernel shows them: what is gone, wrong or set, on one node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.bundles.facts.documents import Facts, NodeFacts, documents
from tests.bundles.facts.edits import changed_link, on_node, switched_off
from tests.bundles.facts.kernel import Namespace
from tests.bundles.facts.route_json import ROUTE_TYPES

SYSCTLS = "sysctl_forward_rp.txt"
Change = Callable[[Namespace], Namespace]


def in_kernel(facts: Facts, node: str, change: Change) -> Facts:
    return on_node(facts, node, lambda found: replace(found, kernel=change(found.kernel)))


def in_pod(facts: Facts, node: str, pod: str, change: Change) -> Facts:
    def changed(found: NodeFacts) -> NodeFacts:
        return replace(found, pods={**found.pods, pod: change(found.pods[pod])})

    return on_node(facts, node, changed)


def destination_of(route: str) -> str:
    words = route.split()
    return words[1] if words[0] in ROUTE_TYPES else words[0]


def _routes_gone(*destinations: str) -> Change:
    return lambda kernel: replace(
        kernel,
        routes=tuple(line for line in kernel.routes if destination_of(line) not in destinations),
    )


def routes_gone(facts: Facts, node: str, *destinations: str) -> Facts:
    return in_kernel(facts, node, _routes_gone(*destinations))


def pod_routes_gone(facts: Facts, node: str, pod: str, *destinations: str) -> Facts:
    return in_pod(facts, node, pod, _routes_gone(*destinations))


def _without(lines: tuple[str, ...], first: str, device: str) -> tuple[str, ...]:
    """Return the lines but those that begin with a word and are of a device."""
    return tuple(
        line for line in lines if not (line.split()[0] == first and line.split()[2] == device)
    )


def neighbour_gone(facts: Facts, node: str, address: str, device: str) -> Facts:
    return in_kernel(
        facts,
        node,
        lambda kernel: replace(kernel, neighbours=_without(kernel.neighbours, address, device)),
    )


def neighbours_set(facts: Facts, node: str, *lines: str) -> Facts:
    """Return the facts with these neighbour entries, in place of those of the same address."""
    for line in lines:
        address, _, device = line.split()[:3]
        facts = neighbour_gone(facts, node, address, device)
    return in_kernel(
        facts, node, lambda kernel: replace(kernel, neighbours=(*kernel.neighbours, *lines))
    )


def fdb_gone(facts: Facts, node: str, mac: str, device: str) -> Facts:
    return in_kernel(
        facts, node, lambda kernel: replace(kernel, fdb=_without(kernel.fdb, mac, device))
    )


def fdb_set(facts: Facts, node: str, *lines: str) -> Facts:
    for line in lines:
        mac, _, device = line.split()[:3]
        facts = fdb_gone(facts, node, mac, device)
    return in_kernel(facts, node, lambda kernel: replace(kernel, fdb=(*kernel.fdb, *lines)))


def _of_device(line: str, device: str) -> bool:
    words = line.split()
    return "dev" in words and words[words.index("dev") + 1] == device


def _flushed(kernel: Namespace, device: str) -> Namespace:
    """Return what is left of routes and neighbours when a device is down."""
    return replace(
        kernel,
        routes=tuple(line for line in kernel.routes if not _of_device(line, device)),
        neighbours=tuple(line for line in kernel.neighbours if not _of_device(line, device)),
    )


def link_down(facts: Facts, node: str, name: str) -> Facts:
    """Return the facts after ``ip link set NAME down``, which takes routes with it."""
    facts = changed_link(facts, node, name, switched_off)
    return in_kernel(facts, node, lambda kernel: _flushed(kernel, name))


def link_gone(facts: Facts, node: str, name: str) -> Facts:
    """Return the facts after ``ip link delete NAME``."""

    def deleted(kernel: Namespace) -> Namespace:
        kernel = _flushed(kernel, name)
        links = tuple(
            replace(link, master="" if link.master == name else link.master)
            for link in kernel.links
            if link.name != name
        )
        fdb = tuple(line for line in kernel.fdb if not _of_device(line, name))
        return replace(kernel, links=links, fdb=fdb)

    return in_kernel(facts, node, deleted)


def without_master(facts: Facts, node: str, port: str) -> Facts:
    return changed_link(facts, node, port, lambda link: replace(link, master=""))


def with_other(facts: Facts, node: str, name: str, text: str) -> Facts:
    """Return the facts with one more document of a node, or in place of one."""
    return on_node(facts, node, lambda found: replace(found, other={**found.other, name: text}))


def sysctls_set(facts: Facts, node: str, values: Mapping[str, str | int]) -> Facts:
    """Return the facts with settings of ``net.`` changed, or added."""
    left = {f"net.{name}": str(value) for name, value in values.items()}
    lines = []
    for line in documents(replace(facts, only=("*",), without=()))[
        f"{node}/facts/{SYSCTLS}"
    ].splitlines():
        name, _, value = line.partition(" = ")
        lines.append(f"{name} = {left.pop(name, value)}\n")
    lines += [f"{name} = {value}\n" for name, value in left.items()]
    return with_other(facts, node, SYSCTLS, "".join(lines))


def forwarding_off(facts: Facts, node: str) -> Facts:
    """Return the facts after ``ip_forward=0``, which the kernel hands to each interface."""
    names = ["all", "default", *(link.name for link in facts.node(node).kernel.links)]
    each = {f"ipv4.conf.{name.replace('.', '/')}.forwarding": 0 for name in names}
    return sysctls_set(facts, node, {"ipv4.ip_forward": 0, **each})


BUILT_IN = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
}


def rules_first(
    facts: Facts, node: str, *rules: str, table: str = "filter", hits: int = 3
) -> Facts:
    """Return the facts with rules in front of the others; counters as of so many pings."""

    def changed(found: NodeFacts) -> NodeFacts:
        return replace(found, firewall=with_rules(found.firewall, table, rules, hits))

    return on_node(facts, node, changed)


def with_rules(saved: str, table: str, rules: tuple[str, ...], hits: int) -> str:
    """Return ``iptables-save -c`` with rules in front of a table's."""
    counted = [rule if rule.startswith("[") else f"[{hits}:{hits * 84}] {rule}" for rule in rules]
    if f"*{table}\n" not in saved:
        chains = "".join(f":{chain} ACCEPT [0:0]\n" for chain in BUILT_IN[table])
        saved = f"*{table}\n{chains}COMMIT\n" + saved
    head, _, rest = saved.partition(f"*{table}\n")
    body, end, tail = rest.partition("COMMIT\n")
    lines = body.splitlines()
    chains_in = [line for line in lines if line.startswith(":")]
    named = {line.split()[0][1:] for line in chains_in}
    new = dict.fromkeys(rule.split("-A ", 1)[1].split()[0] for rule in counted)
    chains_in += [f":{chain} - [0:0]" for chain in new if chain not in named]
    old = [line for line in lines if not line.startswith(":")]
    written = "\n".join([*chains_in, *counted, *old])
    return f"{head}*{table}\n{written}\n{end}{tail}"


def policy_set(facts: Facts, node: str, chain: str, policy: str = "DROP", hits: int = 3) -> Facts:
    """Return the facts with the policy of a chain of ``filter``."""

    def changed(found: NodeFacts) -> NodeFacts:
        head, mark, rest = found.firewall.partition("*filter\n")
        rest = rest.replace(f":{chain} ACCEPT [0:0]", f":{chain} {policy} [{hits}:{hits * 84}]", 1)
        return replace(found, firewall=head + mark + rest)

    return on_node(facts, node, changed)


def firewall_set(facts: Facts, node: str, text: str) -> Facts:
    return on_node(facts, node, lambda found: replace(found, firewall=text))


def nft_set(facts: Facts, node: str, text: str, *, alone: bool = False) -> Facts:
    """Return the facts with ``nft list ruleset``; ``alone``: iptables was not asked."""
    facts = with_other(facts, node, "nft.txt", text)
    return firewall_set(facts, node, "") if alone else facts


def legacy(facts: Facts, node: str) -> Facts:
    """Return the facts with rules of iptables-legacy, which nft does not show."""

    def changed(found: NodeFacts) -> NodeFacts:
        text = found.firewall.replace("v1.8.9 (nf_tables)", "v1.8.9 (legacy)")
        return replace(found, firewall=text)

    return on_node(facts, node, changed)
