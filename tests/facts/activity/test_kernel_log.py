"""What probes heard from a kernel: packets that it dropped, and rules that dropped them."""

from __future__ import annotations

import json

from netdiag.facts.activity.kernel_log import MAX_PACKET_BYTES, parse_kernel_log
from netdiag.facts.recognise import recognise
from netdiag.model.facts.activity import KernelDrop, RuleDrop

ARMED = {
    "event": "armed", "time_ns": 1, "boot_id": "b", "kernel": "6.18.5",
    "namespaces": {"4026532000": "", "4026532001": "pod-c"},
}  # fmt: skip
DROPPED = {
    "event": "drop", "time_ns": 5, "reason": "NETFILTER_DROP", "function": "nft_do_chain",
    "netns": 4026532000, "namespace": "", "interface": "cni0", "ifindex": 4, "protocol": 2048,
    "length": 84, "packet": "45000054",
}  # fmt: skip
RULE = {
    "event": "rule", "time_ns": 6, "netns": 4026532001, "namespace": "pod-c", "backend": "nft",
    "family": "ip", "table": "filter", "chain": "FORWARD", "handle": 7, "number": None,
    "verdict": "drop", "rule": "icmp type echo-request drop", "packet": "45000054",
    "interface_in": "cni0", "interface_out": "flannel.1",
}  # fmt: skip
END = {"event": "end", "lost": 2, "left_out": 1}


def log(*events: object) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def test_drops_by_their_names_and_namespaces() -> None:
    (piece,) = recognise("drops.jsonl", log(ARMED, DROPPED, END).encode())
    (found,) = piece.parsed.items
    assert (piece.field, piece.parsed.problems) == ("kernel_logs", ())
    assert found.namespaces == {4026532000: "", 4026532001: "pod-c"}
    assert (found.boot_id, found.left_out) == ("b", 3)
    assert found.drops == (
        KernelDrop(
            5, "NETFILTER_DROP", "nft_do_chain", 4026532000, "", "cni0", 84,
            bytes.fromhex("45000054"), "drops.jsonl", 2,
        ),
    )  # fmt: skip


def test_rules_that_drop() -> None:
    (piece,) = recognise("rules.jsonl", log(ARMED, RULE, END).encode())
    (found,) = piece.parsed.items
    assert found.rules == (
        RuleDrop(
            6, 4026532001, "pod-c", "nft", "ip", "filter", "FORWARD", 7, None, "drop",
            "icmp type echo-request drop", "flannel.1", bytes.fromhex("45000054"), "rules.jsonl", 2,
        ),
    )  # fmt: skip


def test_what_a_node_says_is_not_believed_without_bounds() -> None:
    long = {**DROPPED, "packet": "45" * 1000, "reason": "R" * 900}
    odd = {**DROPPED, "packet": "no hex", "function": None, "interface": None}
    wrong = {**DROPPED, "netns": "x"}
    names = {**ARMED, "namespaces": {"9" * 40: "a", "-1": "b", "7": "c" * 900}}
    parsed = parse_kernel_log(log(names, long, odd, wrong), "drops.jsonl")
    (found,) = parsed.items
    assert [len(drop.packet) for drop in found.drops] == [MAX_PACKET_BYTES, 0]
    assert len(found.drops[0].reason) == 256
    assert [*found.namespaces] == [7]
    assert parsed.problems == ("line 4 is not understood",)
