"""Which rule of a packet filter drops a packet, and what that makes of it."""

from __future__ import annotations

from netdiag.explain.expected.firewall import Verdict, counters, policy_counters
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Obstacle
from netdiag.explain.shell_words import shell_word
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.firewall import Table
from netdiag.model.facts.source import Source, place_in
from netdiag.model.report import Evidence

ENGINES = ("cali", "WEAVE-NPC", "KUBE-NWPLCY-", "KUBE-POD-FW-", "CILIUM_", "KUBE-ROUTER-")
"""How chains begin that belong to a policy engine."""

HOOKS = {"input": "INPUT", "forward": "FORWARD", "output": "OUTPUT"}


def blocked(node: ClusterNode, hook: str, packet: Packet, verdict: Verdict) -> Obstacle | None:
    """Return the obstacle that a verdict is; None if the packet passes, or may pass."""
    if verdict.outcome != "drop":
        return None
    code = _code(hook, packet, verdict)
    rule = verdict.rule.text if verdict.rule else _policy(verdict)
    counted = _counted(node, verdict)
    engine = next((name for name in verdict.chains if name.startswith(ENGINES)), None)
    whose = (
        f" The chain {engine} belongs to a policy engine: a NetworkPolicy is the likely reason."
        if engine
        else " No NetworkPolicy makes such a rule: somebody, or another program, put it there."
    )
    what = "the tunnel's outer packet" if code == "overlay-port-blocked" else "the packet"
    chain = verdict.chain.name if verdict.chain else hook
    return Obstacle(
        code,
        node.name,
        packet.input or packet.output,
        f"{node.name} drops {_short(packet)} in {chain}: {rule}",
        f"On {node.name}, {what} {packet.source} → {packet.destination} ({_short(packet)}) gets to "
        f"{' → '.join(verdict.chains) or chain}, where this decides: {rule}.{counted}{whose}",
        _remedy(node, verdict, engine),
        (_evidence(node, verdict, rule),),
    )


def _code(hook: str, packet: Packet, verdict: Verdict) -> str:
    if packet.is_tunnel:
        return "overlay-port-blocked"
    if any(name.startswith(ENGINES) for name in verdict.chains):
        return "policy-blocked"
    return "input-blocked" if hook == "input" else "forward-blocked"


def _policy(verdict: Verdict) -> str:
    chain = verdict.chain
    return f"policy {chain.policy} of {chain.name}" if chain else "a policy"


def _counted(node: ClusterNode, verdict: Verdict) -> str:
    packets = verdict.rule.packets if verdict.rule else (verdict.chain and verdict.chain.packets)
    rise = _rise(node, verdict)
    if rise is not None:
        return f" Between the two readings it counted {rise} packet{'' if rise == 1 else 's'} more."
    if packets is None:
        return ""
    return f" It has counted {packets} packet{'' if packets == 1 else 's'}."


def _rise(node: ClusterNode, verdict: Verdict) -> int | None:
    """Return how many packets were counted between facts/ and facts-after/."""
    before = node.facts.firewall if node.facts else None
    after = node.facts.after.firewall if node.facts and node.facts.after else None
    if before is None or after is None:
        return None
    if verdict.rule is not None:
        return counters(verdict.rule, before, after)
    if verdict.table is None or verdict.chain is None:
        return None
    return policy_counters(verdict.table, verdict.chain, after)


def _short(packet: Packet) -> str:
    port = f" port {packet.destination_port}" if packet.destination_port is not None else ""
    return f"{packet.protocol.upper()}{port}"


def _remedy(node: ClusterNode, verdict: Verdict, engine: str | None) -> str:
    where = shell_word(node.name)
    if engine:
        return (
            "kubectl get networkpolicy -A  # which one selects the pod? allow this traffic in it; "
            "a rule deleted by hand comes back"
        )
    table = verdict.table.name if verdict.table else "filter"
    rule, chain = verdict.rule, verdict.chain
    if verdict.table is None or verdict.table.program != "iptables" or chain is None:
        return f"nft -a list ruleset  # on {where}: find who made it, and remove it there"
    name = shell_word(chain.name)
    iptables = _program(verdict.table)
    if rule is None or rule not in chain.rules:
        return (
            f"{iptables} -t {table} -P {name} ACCEPT  # on {where}; first find who set the policy: "
            "better let that program accept this traffic"
        )
    number = chain.rules.index(rule) + 1
    return (
        f"{iptables} -t {table} -S {name} {number}; {iptables} -t {table} -D {name} {number}  "
        f"# on {where}; look whether it is still that rule, and find who made it: it may come "
        "back, or be meant"
    )


def _program(table: Table) -> str:
    """Return the program that shows this table: a document may be called after a backend."""
    name = "ip6tables" if table.family == "ip6" else "iptables"
    named = f"{name}-{table.backend}"
    return named if f"{named}-" in table.source.document else name


def _evidence(node: ClusterNode, verdict: Verdict, rule: str) -> Evidence:
    if verdict.rule is not None:
        packets = f"[{verdict.rule.packets} packets] " if verdict.rule.packets is not None else ""
        place = place_in(verdict.rule.document, verdict.rule.position)
        return fact_evidence(node.name, place, f"{packets}{rule}")
    source = verdict.table.source if verdict.table else Source("iptables-save.txt")
    return fact_evidence(node.name, source, rule)
