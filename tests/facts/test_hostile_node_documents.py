"""No document makes a parser of what programs print raise, or take long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts.node_documents import PARSERS

WORDS = [
    "*nat", ":X", "-", "ACCEPT", "[1:2]", "COMMIT", "-A", "-P", "-N", "X", "-s", "!", "-m", "-j",
    "-g", "--dport", "comment", "--comment", '"', "\\", "-c", "7", "Chain", "(policy", "DROP)",
    "table", "ip", "inet", "{", "}", "chain", "set", "map", "elements", "=", "type", "hook",
    "priority", "filter", "+", "policy", ";", "saddr", "10.0.0.1", ".", "&", "==", "0x1", "vmap",
    "counter", "packets", "bytes", "jump", "goto", "log", "prefix", "limit", "rate", "xt", "#",
    "xt_", "reject", "with", "dnat", "to", "numgen", "random", "mod", "fib", "(", ")", "meta",
    "mark", "or", "and", "ct", "state", "create", "add", "Name:", "Members:", "tcp", "src=1",
    "dst=2", "sport=3", "dport=x", "[UNREPLIED]", "use=1", "ipv4", "udp", "UNCONN", "0.0.0.0:8472",
    "[::]:*", "%", "Ip:", "IpExt:", "FragFails", "IpFragFails", "net.a", "/proc/sys/net/a:1", "==>",
    "<==", "qdisc", "dev", "eth0", "(dropped", "1,", '[{"kind":1}]', "kubelet", "--token", "-a=b",
    "root", "?", "0:12", "\0", "interface:", "peer:", "transfer:", "1.2", "KiB", "received,",
    "sent", "endpoint:", "TCP", "->", "-t", "-r", "9" * 30, "\u0661", "\ud800", "\x85", "\t",
]  # fmt: skip
lines = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "\t", "    "]), st.lists(st.sampled_from(WORDS), max_size=12)
    )
).map(lambda made: "\n".join(indent + " ".join(words) for indent, words in made))

LISTED = "Chain X (1 references)\n"
COUNTED = f"{LISTED}pkts bytes target prot opt in out source destination\n"
HEADS = {
    "iptables-save": ["*filter\n-A X ", "*filter\n[1:2] -A X -m comment --comment "],
    "iptables -L": [
        f"{LISTED}target prot opt source destination\n",
        f"{COUNTED}1 1 LOG 1 -- * * ::/0 ::/0 ",
    ],
    "nft": [
        "table ip t {\n\tchain c {\n", "table ip t {\n\tset s {\n",
        "table ip t {\n\tset s {\nelements = ",
    ],
    "ipset": ["create a hash:ip\n", "Name: a\n"],
    "conntrack": ["tcp 6 1 "],
    "ss": ["udp UNCONN 0 0 "],
    "snmp": ["Ip:\n ", "Ip: "],
    "sysctl": ["net.a = ", "/proc/sys/net/"],
    "tc": ["qdisc a 1: dev x "],
    "ps": ["kubelet ", "kubelet\0", "root 1 2 0 "],
    "wg": ["interface: a\npeer: b\n transfer: ", "a\t"],
    "ethtool": ["driver: a\n "],
    "ipvsadm": ["TCP 1.1.1.1:1 rr\n"],
}  # fmt: skip
"""Where what follows is looked at."""
FILLINGS = [
    "x", " ", "a ", "! ", "{ ", "} ", '"', "\\", '\\"', "/* ", "( ", "- ", ", ", "a . ", "mark ",
    "meta mark | ", "{ a, ", "ip saddr ", "dport:", "-m ", "--a=", "src=1 ", "1.", "[", "]", "\0",
    "\t", "%:", "a:", "/", "\n", " \n", "a\n", "{\n", "}\n", "\0\n", "a {\n", "fib . ", "1 2 3 ",
    "tcp option ", "numgen a mod ", "comment ", "limit rate ", "log prefix ", "add @a ", "name ",
]  # fmt: skip
LENGTH = 60_000


@pytest.mark.parametrize("parser", PARSERS)
@given(text=st.text() | lines)
def test_no_text_makes_a_parser_raise(parser: str, text: str) -> None:
    for head in ["", *HEADS[parser]]:
        parsed = PARSERS[parser](head + text, "document")
        assert parsed == PARSERS[parser](head + text, "document")


@pytest.mark.parametrize("parser", PARSERS)
def test_no_text_takes_long(parser: str) -> None:
    """Each of these would take minutes of a parser that looks at a line again for each word."""
    for head in ["", *HEADS[parser]]:
        for filling in FILLINGS:
            text = head + filling * (LENGTH // len(filling))
            start = time.process_time()
            PARSERS[parser](text, "document")
            assert time.process_time() - start < 1, (head, filling)


@pytest.mark.parametrize("parser", PARSERS)
def test_an_empty_document_says_nothing(parser: str) -> None:
    assert PARSERS[parser]("", "document") == ((), ())
    assert PARSERS[parser](" \n\n\t\n", "document") == ((), ())


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "message",
    [
        "bash: some: command not found",
        "Operation not permitted",
        "Error: Permission denied",
        "some: cannot open: No such file or directory",
    ],
)
def test_an_error_message_has_no_items(parser: str, message: str) -> None:
    parsed = PARSERS[parser](f"{message}\n", "document")
    assert parsed == ((), ("line 1 is not understood",))


@pytest.mark.parametrize("parser", PARSERS)
def test_too_long_a_line_is_told(parser: str) -> None:
    parsed = PARSERS[parser]("a" * 100_000 + "\n", "document")
    assert parsed == ((), ("line 1 is not understood",))
